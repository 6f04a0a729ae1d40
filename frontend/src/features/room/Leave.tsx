import { Button, Group, Modal } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { room } from '@/lib/backend';
import { docs } from '@/lib/docs';
import { asFailure } from '@/lib/failure';
import { isTeacher, pullStart, pullView, search, useRoom } from '@/lib/stores/room';
import type { Failure } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';

/** Leaving, or ending the class: asked once, because it is felt by others or takes one out of class. */
export function Leave({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const teacher = useRoom((s) => isTeacher(s.view));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const go = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await docs().flush();
      await room.Leave();
      await pullStart();
      await pullView();
      await search();
    } catch (reason) {
      setFailure(asFailure(reason));
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={teacher ? t`End the class?` : t`Leave the room?`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <p style={{ marginBlockStart: 0 }}>
        {teacher ? (
          <Trans>The room closes for everyone. Everything in it is kept, and you can open it again from the start screen.</Trans>
        ) : (
          <Trans>Everything you wrote is kept. You can come back with one click while the room is open.</Trans>
        )}
      </p>
      {failure && <FailureNote failure={failure} />}
      <Group justify="end" mt="md">
        <Button variant="default" onClick={onClose}>
          <Trans>Stay</Trans>
        </Button>
        <Button loading={busy} onClick={() => void go()} data-autofocus>
          {teacher ? <Trans>End the class</Trans> : <Trans>Leave</Trans>}
        </Button>
      </Group>
    </Modal>
  );
}
