import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import { useRoom } from '@/lib/stores/room';
import type { Failure } from '@/lib/types';
import { CopyButton } from '@/ui/CopyButton';
import { FailureNote } from '@/ui/FailureNote';

/** A teacher's room from another computer is opened here, with the word of that computer or of a co-teacher. */
export function MoveHere({ computer, onClose }: { computer: string; onClose(): void }) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const open = async () => {
    setBusy(true);
    setFailure(null);
    try {
      useRoom.setState({ view: await room.TakeOver(text) });
    } catch (reason) {
      setFailure(asFailure(reason));
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={t`Move a room to this computer`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
      <p style={{ marginBlockStart: 0 }}>
        <Trans>On the old computer, or on a co-teacher’s, choose “A new computer” under People and give it this name:</Trans>
      </p>
      <Group align="end" wrap="nowrap" gap="sm">
        <TextInput label={t`This computer`} value={computer} readOnly dir="ltr" style={{ flex: 1 }} data-testid="this-computer" />
        <CopyButton text={computer} label={t`Copy`} />
      </Group>
      <Textarea size="md" mt="md" label={t`The text that was made there`} value={text} onChange={(e) => setText(e.currentTarget.value)} rows={4} spellCheck={false} maxLength={4096} dir="ltr" />
      {failure && <FailureNote failure={failure} />}
      <Group justify="end" mt="md">
        <Button loading={busy} disabled={!text.trim()} onClick={() => void open()}>
          <Trans>Open the room here</Trans>
        </Button>
      </Group>
    </Modal>
  );
}
