import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { room } from '@/lib/backend';
import { useRoom } from '@/lib/stores/room';
import type { Knock } from '@/lib/types';
import { tellFailure } from '@/ui/say';
import classes from './People.module.css';

const none: Knock[] = [];

/** Who stands at the door, in the order in which they came. */
export function Waiting() {
  const { t } = useLingui();
  const waiting = useRoom((s) => s.view?.waiting ?? none);
  if (waiting.length === 0) return null;
  return (
    <section className={classes.waiting} aria-label={t`Waiting to be let in`}>
      <header className={classes.waitingHead}>
        <h3>
          <Plural value={waiting.length} one="# waits to be let in" other="# wait to be let in" />
        </h3>
        {waiting.length > 1 && (
          <Button size="compact-sm" variant="default" onClick={() => void room.LetAllIn().catch(tellFailure)}>
            <Trans>Let all in</Trans>
          </Button>
        )}
      </header>
      <ol className={classes.list}>
        {waiting.map((knock) => (
          <li key={knock.id} className={classes.knock}>
            <span className={classes.name} dir="auto">
              {knock.name}
              {knock.proved && (
                <span className={classes.you}>
                  <Trans>has the code</Trans>
                </span>
              )}
              {knock.away && (
                <span className={classes.you}>
                  <Trans>link lost</Trans>
                </span>
              )}
            </span>
            <Button size="compact-sm" variant="subtle" aria-label={t`Do not let ${knock.name} in`} onClick={() => void room.TurnAway(knock.id).catch(tellFailure)}>
              <Trans>Refuse</Trans>
            </Button>
            <Button size="compact-sm" aria-label={t`Let ${knock.name} in`} onClick={() => void room.LetIn(knock.id).catch(tellFailure)}>
              <Trans>Let in</Trans>
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}
