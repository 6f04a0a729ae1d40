import { Trans } from '@lingui/react/macro';
import { IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { useRoom } from '@/lib/stores/room';
import classes from './ConnectionBar.module.css';
import { Offered } from './Offered';
import { Refused } from './Refused';

/** Says, quietly, that the teacher or any network is not reached; says plainly when the room does not let one back in. */
export function ConnectionBar() {
  const view = useRoom((s) => s.view);
  const lost = useRoom((s) => s.lost);
  if (lost) {
    return (
      <div className={classes.bar} role="status">
        <IconPlugConnected size={18} stroke={1.8} aria-hidden />
        <Trans>ThirdSpace does not answer. Keep this window open: what you type is saved as soon as it does.</Trans>
      </div>
    );
  }
  if (view?.phase === 'reconnecting' || view?.phase === 'connecting') {
    return (
      <div className={classes.bar} role="status" data-testid="reconnecting">
        <IconPlugConnected size={18} stroke={1.8} aria-hidden />
        <Trans>Reconnecting… you can go on working.</Trans>
      </div>
    );
  }
  if (view?.phase === 'hosting' && view.offline) {
    return (
      <div className={classes.bar} role="status" data-testid="offline">
        <IconPlugConnectedX size={18} stroke={1.8} aria-hidden />
        <Trans>This computer is on no network, so nobody can find the room. Connect it to the cable or the Wi-Fi that the students use.</Trans>
      </div>
    );
  }
  if (view?.offered) return <Offered title={view.title} />;
  if (view?.phase === 'refused' && view.refusal) {
    return (
      <div className={classes.refused}>
        <Refused view={view} refusal={view.refusal} />
      </div>
    );
  }
  return null;
}
