/** Keeps what the page shows equal to what the app has: news as it comes, and everything anew after a gap. */
import { on } from './backend';
import { arrived, pullSent, useCode } from './stores/code';
import { consoleCutOff, consoleHappened, forgetConsole } from './stores/console';
import { pullPrefs } from './stores/prefs';
import { lookersChanged, lookNews, pullLookers, useLooks } from './stores/looks';
import { inRoom, pullStart, pullStatus, pullView, search, teaches, useRoom } from './stores/room';
import { happened, pullRuns, useRuns } from './stores/runs';
import { forgetTalk, heard, pullTalk } from './stores/talk';
import { pullWall, useWall, wallChanged } from './stores/wall';
import { pullWork, useWork, workChanged } from './stores/work';
import type { SentCode, View } from './types';

export interface Listener {
  /** The teacher sent code and this person has not had it yet. */
  sent(code: SentCode): void;
  /** This person has another role in the room. */
  role(view: View): void;
  failed(reason: unknown): void;
}

/** Begins to listen. Returns what ends it. */
export function listen(listener: Listener): () => void {
  const again = (work: Promise<unknown>) => void work.catch((reason: unknown) => listener.failed(reason));
  const ends = [
    on('room:found', (found) => useRoom.setState({ found: found ?? [] })),
    on('room:changed', (view) => {
      const before = useRoom.getState().view;
      useRoom.setState({ view });
      const within = before !== null && inRoom(before) && inRoom(view) && before.id === view.id;
      const promoted = within && before.role !== view.role;
      if (promoted) listener.role(view);
      if (promoted || (within && before.phase !== 'here' && view.phase === 'here')) again(pullRoom(view));
    }),
    on('talk:said', heard(listener.failed)),
    on('talk:delivered', () => again(pullTalk())),
    on('wall:changed', (tiles) => wallChanged(tiles ?? [])),
    on('work:changed', workChanged),
    on('code:look', lookNews),
    on('code:lookers', lookersChanged),
    on('run:event', happened),
    on('console:event', consoleHappened),
    on('code:sent', (sent) => {
      if (arrived(sent) && !sent.mine) listener.sent(sent);
    }),
    on('face:lost', () => useRoom.setState({ lost: true })),
    on('face:reconnected', () => {
      useRoom.setState({ lost: false });
      consoleCutOff();
      again(pullAll());
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Everything, as on loading the page. */
export async function pullAll(): Promise<void> {
  if (!(await pullStatus())) return;
  await Promise.all([pullStart(), pullPrefs()]);
  const view = await pullView();
  if (inRoom(view)) await pullRoom(view);
  else await search();
}

/** What the room holds. */
export async function pullRoom(view: View): Promise<void> {
  const all = teaches(view);
  if (!all) useWall.setState(useWall.getInitialState());
  await Promise.all([pullTalk(), pullWork(all), pullRuns(), pullSent(), ...(all ? [pullWall()] : [pullLookers()])]);
}

/** Forgets a room that was left. */
export function forgetRoom(): void {
  forgetTalk();
  useWall.setState(useWall.getInitialState());
  useWork.setState(useWork.getInitialState());
  useCode.setState(useCode.getInitialState());
  useRuns.setState(useRuns.getInitialState());
  useLooks.setState(useLooks.getInitialState());
  forgetConsole();
}
