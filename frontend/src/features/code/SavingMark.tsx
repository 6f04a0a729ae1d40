import { Trans } from '@lingui/react/macro';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { DocSession } from '@/lib/collab/session';
import classes from './SavingMark.module.css';

/** Whether what was typed is on disk. "Saved" is only said when it is. */
export function SavingMark({ doc }: { doc: DocSession }) {
  if (doc.saving === 'refused') {
    return (
      <span className={classes.bad} role="alert">
        <IconAlertTriangle size={16} aria-hidden /> {doc.failure?.message} {doc.failure?.hint}
      </span>
    );
  }
  if (doc.saving === 'waiting') {
    return (
      <span className={classes.bad} role="status">
        <IconAlertTriangle size={16} aria-hidden /> <Trans>Not saved yet: the app does not answer. Keep this window open.</Trans>
      </span>
    );
  }
  return (
    <span className={classes.mark} data-testid="saving" data-saving={doc.saving}>
      {doc.saving === 'saving' ? (
        <Trans>Saving…</Trans>
      ) : (
        <>
          <IconCheck size={16} aria-hidden /> <Trans>Saved</Trans>
        </>
      )}
    </span>
  );
}
