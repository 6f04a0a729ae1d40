import { Button } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { IconDeviceDesktopShare } from '@tabler/icons-react';
import { useState } from 'react';
import { room } from '@/lib/backend';
import { docs } from '@/lib/docs';
import { useRoom } from '@/lib/stores/room';
import { tellFailure } from '@/ui/say';
import classes from './ConnectionBar.module.css';

/** This computer was named as the room's new one: its teacher may open the room here. */
export function Offered({ title }: { title: string }) {
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    try {
      await docs().flush();
      useRoom.setState({ view: await room.TakeOver('') });
    } catch (reason) {
      tellFailure(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes.bar} role="status" data-testid="offered">
      <IconDeviceDesktopShare size={18} stroke={1.8} aria-hidden />
      <span>
        <Trans>“{title}” may be opened on this computer. Close it on the old one first.</Trans>
      </span>
      <Button size="compact-sm" loading={busy} onClick={() => void open()}>
        <Trans>Open it here</Trans>
      </Button>
    </div>
  );
}
