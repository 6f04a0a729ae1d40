import { Button, Group, Modal, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconBroadcast } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { code } from '@/lib/backend';
import { saved } from '@/lib/docs';
import { asFailure } from '@/lib/failure';
import { arrived, useCode } from '@/lib/stores/code';
import { isTeacher, useRoom } from '@/lib/stores/room';
import type { Failure } from '@/lib/types';
import { clock, exact } from '@/lib/when';
import { FailureNote } from '@/ui/FailureNote';
import { tell } from '@/ui/say';
import classes from './SendDialog.module.css';

/** Puts a copy of the board, or of a co-teacher's own code, within everyone's reach. Nobody's own work is touched by it. */
export function SendDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const board = useRoom((s) => isTeacher(s.view));
  const sent = useCode((s) => s.sent);
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await saved(t`Your last typing is not on disk yet, so nothing was sent.`);
      const done = await code.SendToAll(title.trim() || t`Code of ${clock(Date.now())}`);
      arrived(done);
      tell(t`“${done.title}” was sent to everyone.`);
      onClose();
    } catch (reason) {
      setFailure(asFailure(reason));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={t`Send to everyone`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={(e) => void submit(e)}>
        <p className={classes.lead}>
          {board ? (
            <Trans>Each student is told and may take the board’s text as it stands now. Their own code stays as it is until they do.</Trans>
          ) : (
            <Trans>Each student is told and may take your code as it stands now. Their own stays as it is until they do.</Trans>
          )}
        </p>
        <Group align="end" gap="sm" wrap="nowrap">
          <TextInput style={{ flex: 1 }} label={t`Title`} placeholder={t`Starter for exercise 3`} value={title} onChange={(e) => setTitle(e.currentTarget.value)} data-autofocus maxLength={120} autoComplete="off" />
          <Button type="submit" size="md" loading={busy} leftSection={<IconBroadcast size={18} aria-hidden />}>
            <Trans>Send</Trans>
          </Button>
        </Group>
        {failure && (
          <div className={classes.failure}>
            <FailureNote failure={failure} />
          </div>
        )}
      </form>
      {sent.length > 0 && (
        <section className={classes.before} aria-label={t`Sent before`}>
          <h3>{t`Sent before`}</h3>
          <ul>
            {sent.map((s) => (
              <li key={s.id}>
                <b>{s.title}</b> <time title={exact(s.at)}>{clock(s.at)}</time>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Modal>
  );
}
