import { Button } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { FailureScreen } from './features/start/FailureScreen';
import { StartScreen } from './features/start/StartScreen';
import { asFailure } from './lib/failure';
import { listen, pullAll } from './lib/live';
import { inRoom, useRoom } from './lib/stores/room';
import type { Failure } from './lib/types';
import { tellFailure } from './ui/say';

const Room = lazy(() => import('./features/room/Room'));

/** Which screen this is: the start, a room, or what keeps the app from starting. */
export function App() {
  const start = useRoom((s) => s.start);
  const broken = useRoom((s) => s.broken);
  const view = useRoom((s) => s.view);
  const [failure, setFailure] = useState<Failure | null>(null);

  const load = useCallback(() => {
    setFailure(null);
    pullAll().catch((reason: unknown) => setFailure(asFailure(reason)));
  }, []);

  useEffect(() => {
    const end = listen({
      // Only rooms have this to tell, and their screen is loaded when it is needed.
      sent: (sent) => void import('./features/room/news').then(({ tellSent }) => tellSent(sent)),
      role: (view) => void import('./features/room/news').then(({ tellRole }) => tellRole(view)),
      failed: tellFailure,
    });
    load();
    return end;
  }, [load]);

  const entered = inRoom(view);
  useEffect(() => {
    document.title = view && entered ? `${view.title} · ThirdSpace` : 'ThirdSpace';
  }, [view, entered]);

  if (failure && !start) {
    return (
      <FailureScreen failure={failure}>
        <Button onClick={load}>
          <Trans>Try again</Trans>
        </Button>
      </FailureScreen>
    );
  }
  if (broken) return <FailureScreen failure={broken} />;
  if (!start) return null;
  if (view && entered) {
    return (
      <Suspense fallback={null}>
        <Room key={`${view.id} ${String(view.phase === 'hosting')}`} />
      </Suspense>
    );
  }
  return <StartScreen start={start} />;
}
