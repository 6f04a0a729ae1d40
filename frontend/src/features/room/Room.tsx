import { useLingui } from '@lingui/react/macro';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useShortcuts } from '@/actions/shortcuts';
import { TogetherBar } from '@/features/code/TogetherBar';
import { editorFor } from '@/features/code/editors';
import { CodePlace } from '@/features/code/CodePlace';
import { closeDocs, openDocs } from '@/lib/docs';
import { forgetRoom, pullRoom } from '@/lib/live';
import { freshDesk, useDesk } from '@/lib/stores/desk';
import { teaches, useRoom, watches } from '@/lib/stores/room';
import { tellFailure } from '@/ui/say';
import { ConnectionBar } from './ConnectionBar';
import { Header } from './Header';
import { Nav } from './Nav';
import { tellLost, tellRescued } from './news';
import { Overlays } from './Overlays';
import classes from './Room.module.css';
import { SidePanel } from './SidePanel';

const Wall = lazy(() => import('@/features/wall/Wall').then((m) => ({ default: m.Wall })));
const BoardPlace = lazy(() => import('@/features/code/BoardPlace').then((m) => ({ default: m.BoardPlace })));
const HandedIn = lazy(() => import('@/features/work/HandedIn').then((m) => ({ default: m.HandedIn })));

/** A room, from the moment it is entered until it is left. */
export default function Room() {
  const { t } = useLingui();
  const [ready, setReady] = useState(false);
  const sideOpen = useDesk((s) => s.sideOpen);
  const place = useDesk((s) => s.place);
  const entered = useRef(useRoom.getState().view);
  useShortcuts();

  useEffect(() => {
    const view = entered.current;
    if (!view) return undefined;
    useDesk.setState({ ...freshDesk, place: teaches(view) ? 'wall' : 'code', codeTab: watches(view) ? 'board' : 'mine', sideOpen: window.innerWidth > 900 });
    openDocs({ extensions: editorFor, onRescued: tellRescued, onLost: tellLost });
    pullRoom(view).catch(tellFailure);
    setReady(true);
    return () => {
      setReady(false);
      closeDocs();
      forgetRoom();
    };
  }, []);

  if (!ready) return null;
  return (
    <div className={classes.room} data-side={sideOpen || undefined}>
      <Header />
      <ConnectionBar />
      <TogetherBar />
      <div className={classes.body}>
        <Nav />
        <main className={classes.place} aria-label={t`Room`}>
          <Suspense fallback={null}>
            {place === 'code' && <CodePlace />}
            {place === 'wall' && <Wall />}
            {place === 'board' && <BoardPlace />}
            {place === 'handed-in' && <HandedIn />}
          </Suspense>
        </main>
        {sideOpen && <SidePanel />}
      </div>
      <Overlays />
    </div>
  );
}
