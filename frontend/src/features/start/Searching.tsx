import { Button, Loader } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { IconStethoscope, IconWifiOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { room } from '@/lib/backend';
import { useRoom } from '@/lib/stores/room';
import classes from './Searching.module.css';

/** How long nothing may be found before it is said what may be in the way, in milliseconds. */
const patience = 4000;

/** Nothing is found yet: what is looked for, where, and what may be in the way. */
export function Searching({ onExamine }: { onExamine(): void }) {
  const networks = useRoom((s) => s.networks);
  const [long, setLong] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patience);
    const again = setInterval(() => {
      room.Networks().then(
        (now) => useRoom.setState({ networks: now ?? [] }),
        () => undefined,
      );
    }, 5000);
    return () => {
      clearTimeout(timer);
      clearInterval(again);
    };
  }, []);

  if (networks.length === 0 && long) {
    return (
      <div className={classes.box} role="status">
        <p className={classes.line}>
          <IconWifiOff size={20} stroke={1.8} aria-hidden />
          <b>
            <Trans>This machine is on no network.</Trans>
          </b>
        </p>
        <p>
          <Trans>Plug in the cable or join the classroom’s Wi-Fi. Rooms will appear by themselves.</Trans>
        </p>
      </div>
    );
  }
  return (
    <div className={classes.box} role="status">
      <p className={classes.line}>
        <Loader size="xs" aria-hidden />
        <b>
          <Trans>Looking for open rooms…</Trans>
        </b>
      </p>
      {networks.length > 0 && <p>{networks.join(' · ')}</p>}
      {long && (
        <>
          <p>
            <Trans>Nothing yet. If your teacher’s room is open, one of these may be in the way:</Trans>
          </p>
          <ul>
            <li>
              <Trans>You are on another network than your teacher.</Trans>
            </li>
            <li>
              <Trans>The Wi-Fi keeps devices apart (a guest network often does).</Trans>
            </li>
            <li>
              <Trans>A firewall asks on one of the two machines: allow ThirdSpace.</Trans>
            </li>
          </ul>
          <p>
            <Trans>The code or the address on your teacher’s screen may work nevertheless: type it below.</Trans>
          </p>
          <Button variant="light" size="compact-sm" w="fit-content" leftSection={<IconStethoscope size={16} stroke={1.8} aria-hidden />} onClick={onExamine}>
            <Trans>Nothing found? Find out why</Trans>
          </Button>
        </>
      )}
    </div>
  );
}
