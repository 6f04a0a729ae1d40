import { Trans, useLingui } from '@lingui/react/macro';
import { IconPlugConnected, IconUsers } from '@tabler/icons-react';
import { companion, useLooks } from '@/lib/stores/looks';
import { ActionButton } from '@/ui/ActionButton';
import classes from './TogetherBar.module.css';

/** To a student: someone offers to edit their code together, or does. They answer and end it here, wherever they are. */
export function TogetherBar() {
  const { t } = useLingui();
  const other = useLooks((s) => companion(s.lookers));
  return (
    <section className={classes.bar} aria-label={t`Editing together`} data-testid="together-bar" data-state={other?.state}>
      <p role="status">
        {other && (
          <>
            {other.here ? <IconUsers size={18} stroke={1.8} aria-hidden /> : <IconPlugConnected size={18} stroke={1.8} aria-hidden />}
            <span dir="auto">
              {other.state === 'offered' && <Trans>{other.name} offers to edit your code together with you.</Trans>}
              {other.state === 'together' && other.here && <Trans>You and {other.name} are editing your code together.</Trans>}
              {other.state === 'together' && !other.here && <Trans>The connection to {other.name} is lost. Go on typing: editing together goes on by itself when it is back.</Trans>}
            </span>
          </>
        )}
      </p>
      {other && (
        <span className={classes.tools}>
          <ActionButton name="acceptTogether" variant="filled" size="compact-sm" />
          <ActionButton name="declineTogether" size="compact-sm" />
          <ActionButton name="endTogether" size="compact-sm" />
        </span>
      )}
    </section>
  );
}
