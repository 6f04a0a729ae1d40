import { Plural } from '@lingui/react/macro';
import { IconEye } from '@tabler/icons-react';
import { useLooks } from '@/lib/stores/looks';
import classes from './LookedAt.module.css';

/** Says, calmly, that a teacher is looking at this code. That one edits it too, the bar above says. */
export function LookedAt() {
  const lookers = useLooks((s) => s.lookers);
  const here = lookers.filter((l) => l.here && l.state !== 'together');
  const names = here.map((l) => l.name).join(', ');
  return (
    <span className={classes.looked} role="status" data-testid="looked-at">
      {here.length > 0 && (
        <>
          <IconEye size={18} stroke={1.8} aria-hidden />
          <span className={classes.name} dir="auto">
            <Plural value={here.length} one={`${names} is looking`} other={`${names} are looking`} />
          </span>
        </>
      )}
    </span>
  );
}
