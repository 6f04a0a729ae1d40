import { Button, Group, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import { members, useRoom } from '@/lib/stores/room';
import type { Failure } from '@/lib/types';
import { CopyButton } from '@/ui/CopyButton';
import { FailureNote } from '@/ui/FailureNote';

/** The teacher has a new computer: this one vouches for it, so that every student's machine follows the room there. */
export function HandOver({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  const [member, setMember] = useState<string | null>(null);
  const [key, setKey] = useState('');
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const others = members(view).filter((m) => m.id !== view?.me.id && m.role !== 'teacher' && !m.removed);
  const computer = key.trim() || member || '';

  const vouch = () => {
    setFailure(null);
    room.HandOver(computer).then(setText, (reason: unknown) => setFailure(asFailure(reason)));
  };

  return (
    <Modal opened onClose={onClose} title={t`A new computer for this room`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
      <p style={{ marginBlockStart: 0 }}>
        <Trans>If the teacher goes on with this room on another computer, say here which one it is. Students’ machines follow the room only to a computer that the old one or a co-teacher has named.</Trans>
      </p>
      <Select
        size="md"
        label={t`It is in the room as`}
        placeholder={t`Choose who`}
        data={others.map((m) => ({ value: m.id, label: m.name }))}
        value={member}
        onChange={(to) => {
          setMember(to);
          setText('');
        }}
        disabled={key.trim() !== ''}
        clearable
        searchable
        comboboxProps={{ withinPortal: true }}
      />
      <TextInput
        mt="sm"
        label={t`Or, if it is not in the room, its name in letters and digits`}
        description={t`On the new computer it stands under “Move a room to this computer”.`}
        value={key}
        onChange={(e) => {
          setKey(e.currentTarget.value);
          setText('');
        }}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        dir="ltr"
      />
      {failure && <FailureNote failure={failure} />}
      {text === '' ? (
        <Group justify="end" mt="md">
          <Button onClick={vouch} disabled={!computer}>
            <Trans>This is the new computer</Trans>
          </Button>
        </Group>
      ) : (
        <>
          <Textarea size="md" mt="md" label={t`Take this text to the new computer`} description={t`A computer that is in the room knows already. End the class here before it is opened there.`} value={text} readOnly rows={4} dir="ltr" data-testid="handover" />
          <Group justify="end" mt="sm">
            <CopyButton text={text} label={t`Copy`} />
          </Group>
        </>
      )}
    </Modal>
  );
}
