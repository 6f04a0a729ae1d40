import { Button } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { perform } from '@/actions';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import { useRoom } from '@/lib/stores/room';
import type { Failure, View } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';

/** The room does not let one back in. What was written stays in reach; coming in can be tried again. */
export function Refused({ view, refusal }: { view: View; refusal: Failure }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const again = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { known } = await room.Start();
      const host = known.find((k) => k.id === view.id)?.host ?? '';
      const next = await room.Join({ id: view.id, host, address: '', name: view.me.name, code: '', card: '' });
      useRoom.setState({ view: next });
    } catch (reason) {
      setFailure(asFailure(reason));
    } finally {
      setBusy(false);
    }
  };

  return (
    <FailureNote failure={failure ?? refusal}>
      <Button size="compact-sm" loading={busy} onClick={() => void again()}>
        <Trans>Try again</Trans>
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => perform('leave')}>
        <Trans>Leave the room</Trans>
      </Button>
    </FailureNote>
  );
}
