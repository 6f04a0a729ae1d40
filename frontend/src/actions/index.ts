/** Everything a person can do in a room, in one place. */
import { tellFailure } from '@/ui/say';
import { situation, type Action } from './action';
import { copyBoard } from './copyBoard';
import { examine } from './examine';
import { format } from './format';
import { goToBoard, goToChat, goToCode, goToHandedIn, goToOwnCode, goToPeople, goToWall } from './goTo';
import { handIn } from './handIn';
import { end, leave } from './leave';
import { lock, unlock } from './lock';
import { definition, explain, rename } from './names';
import { run } from './run';
import { sendToAll } from './sendToAll';
import { showRoomCode } from './showRoomCode';
import { stop } from './stop';
import { acceptTogether, declineTogether, endTogether, offerTogether, takeBackOffer } from './together';
import { versions } from './versions';

export const actions = {
  run,
  stop,
  format,
  rename,
  definition,
  explain,
  handIn,
  versions,
  copyBoard,
  sendToAll,
  offerTogether,
  takeBackOffer,
  acceptTogether,
  declineTogether,
  endTogether,
  showRoomCode,
  examine,
  lock,
  unlock,
  leave,
  end,
  goToCode,
  goToOwnCode,
  goToWall,
  goToBoard,
  goToHandedIn,
  goToChat,
  goToPeople,
} satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;

/** Does it if it may be done now. True when it was begun; a failure is shown at the edge of the window. */
export function perform(name: ActionName): boolean {
  const action: Action = actions[name];
  const now = situation();
  if (!action.allowed(now) || !action.ready(now)) return false;
  void (async () => action.perform(now))().catch(tellFailure);
  return true;
}
