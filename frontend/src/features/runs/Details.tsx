import { useLingui } from '@lingui/react/macro';
import { IconShieldExclamation } from '@tabler/icons-react';
import { bytes } from '@/lib/size';
import { useRoom } from '@/lib/stores/room';
import type { RunExit } from '@/lib/types';
import { duration } from '@/lib/when';
import classes from './OutputPane.module.css';

/** Ends whose sentence says how long it took. */
const timed = new Set(['done', 'failed', 'panic', 'stopped', 'time']);

/** What else there is to know of a run that has ended: quietly, for those who ask. */
export function Details({ exit }: { exit: RunExit }) {
  const { t } = useLingui();
  const protection = useRoom((s) => s.start?.protection);
  if (exit.reason === 'compile' || exit.reason === 'unavailable') return exit.why ? <span className={classes.details}>{exit.why}</span> : null;
  const { code, signal } = exit;
  const engine = exit.engine === 'yaegi' ? t`Quick engine (yaegi)` : exit.engine === 'gc' ? t`Go’s compiler` : '';
  const memory = bytes(exit.memory);
  const facts = [
    code >= 0 ? t`Exit code ${code}` : '',
    signal ? t`Signal: ${signal}` : '',
    timed.has(exit.reason) ? '' : duration(exit.wallMs),
    exit.memory > 0 ? t`${memory} of memory` : '',
    engine,
  ].filter(Boolean);
  return (
    <span className={classes.details} data-testid="details" data-engine={exit.engine}>
      {facts.join(' · ')}
      {exit.why && <span className={classes.because}>{exit.why}</span>}
      {protection && exit.engine && (
        <span className={classes.because}>
          <IconShieldExclamation size={14} stroke={1.8} aria-hidden /> {protection}
        </span>
      )}
    </span>
  );
}
