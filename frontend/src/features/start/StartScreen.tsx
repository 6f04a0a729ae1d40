import { Trans, useLingui } from '@lingui/react/macro';
import { useRoom } from '@/lib/stores/room';
import type { StartView } from '@/lib/types';
import { LookMenu } from '@/ui/LookMenu';
import { Wordmark } from '@/ui/Wordmark';
import { JoinDoor } from './JoinDoor';
import { ProtectionNote } from './ProtectionNote';
import { TeachDoor } from './TeachDoor';
import classes from './StartScreen.module.css';

/** Two doors, and nothing that competes with them. `thirdspace host` and `thirdspace join` show one. */
export function StartScreen({ start }: { start: StartView }) {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  const both = start.mode !== 'host' && start.mode !== 'join';
  return (
    <div className={classes.screen}>
      <header className={classes.top}>
        <h1 className={classes.name}>
          <Wordmark />
        </h1>
        <LookMenu />
      </header>
      <main className={classes.doors} data-both={both || undefined} aria-label={t`Start`}>
        {start.mode !== 'join' && <TeachDoor start={start} focus={start.mode === 'host'} />}
        {start.mode !== 'host' && <JoinDoor start={start} view={view} focus={start.mode === 'join'} />}
      </main>
      <footer className={classes.foot}>
        {start.protection ? (
          <ProtectionNote sentence={start.protection} layers={start.layers} />
        ) : (
          <p>
            <Trans>Everything stays on this network and these machines. No account, no internet.</Trans>
          </p>
        )}
      </footer>
    </div>
  );
}
