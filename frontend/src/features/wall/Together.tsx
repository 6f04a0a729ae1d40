import { Trans } from '@lingui/react/macro';
import { useEffect, useRef, useState } from 'react';
import { useLooks } from '@/lib/stores/looks';
import { ActionButton } from '@/ui/ActionButton';
import classes from './Together.module.css';

/** To a teacher who looks at a student's code: whether they may edit it together, and what comes of asking. */
export function Together({ id, name }: { id: string; name: string }) {
  const look = useLooks((s) => s.looks[id]);
  const state = look?.state;
  const before = useRef(state);
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (state === 'looking' && before.current === 'together') setOver(true);
    if (state && state !== 'looking') setOver(false);
    before.current = state;
  }, [state]);
  return (
    <div className={classes.together} data-testid="together" data-state={look?.state} data-here={look?.here || undefined}>
      <span role="status" className={classes.words} dir="auto">
        {look?.state === 'offered' && <Trans>Waiting for {name}’s answer…</Trans>}
        {look?.state === 'together' && look.here && <Trans>You are editing this together.</Trans>}
        {look?.state === 'together' && !look.here && <Trans>The connection to {name} is lost. Your pen pauses, and goes on by itself when it is back.</Trans>}
        {look?.state === 'declined' && <Trans>{name} would rather not just now.</Trans>}
        {look?.state === 'ended' && <Trans>{name} has ended editing together.</Trans>}
        {look?.state === 'looking' && over && <Trans>Editing together has ended.</Trans>}
      </span>
      <ActionButton name="offerTogether" size="compact-sm" />
      <ActionButton name="takeBackOffer" size="compact-sm" />
      <ActionButton name="endTogether" size="compact-sm" />
    </div>
  );
}
