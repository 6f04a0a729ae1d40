import { Button, Group, Modal, TextInput } from '@mantine/core';
import { t as words } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconSend } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { work } from '@/lib/backend';
import { saved } from '@/lib/docs';
import { asFailure } from '@/lib/failure';
import { useRoom } from '@/lib/stores/room';
import { useWork, workChanged } from '@/lib/stores/work';
import type { Failure, Submission } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import { tell } from '@/ui/say';
import { MyWork } from './MyWork';

/** Hands in one's own code as it stands, under a title, and shows what was handed in before. */
export function HandIn({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const submissions = useWork((s) => s.submissions);
  const [title, setTitle] = useState(submissions[0]?.title ?? '');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [missing, setMissing] = useState(false);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const name = title.trim();
    setMissing(!name);
    if (!name) return;
    setBusy(true);
    setFailure(null);
    try {
      await saved(t`Your last typing is not on disk yet, so it was not handed in.`);
      const submission = await work.HandIn(name);
      workChanged(submission);
      tell(said(submission, useRoom.getState().view?.phase !== 'here'), { id: `handed-in-${submission.id}` });
      onClose();
    } catch (reason) {
      setFailure(asFailure(reason));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={t`Hand in`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={(e) => void submit(e)} noValidate>
        <Group align="end" gap="sm" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={t`What is it?`}
            placeholder={t`Exercise 3`}
            value={title}
            onChange={(e) => setTitle(e.currentTarget.value)}
            error={missing && t`Give it a title, so that your teacher knows what it is.`}
            data-autofocus
            maxLength={120}
            autoComplete="off"
          />
          <Button type="submit" size="md" loading={busy} leftSection={<IconSend size={18} aria-hidden />}>
            <Trans>Hand in</Trans>
          </Button>
        </Group>
        {failure && (
          <div style={{ marginBlockStart: 16 }}>
            <FailureNote failure={failure} />
          </div>
        )}
      </form>
      <MyWork submissions={submissions} />
    </Modal>
  );
}

function said(submission: Submission, away: boolean): string {
  const { title, version } = submission;
  if (away) return words`“${title}” is kept, version ${version}. It goes to your teacher as soon as they are back.`;
  return words`“${title}” is handed in, version ${version}.`;
}
