/** The documents of the room that is open, and the program that is on screen. */
import { create } from 'zustand';
import { DocHub, type HubConfig } from './collab/hub';
import type { Shown } from './collab/session';

/** What Run would run: the text on screen, whoever's it is. */
export interface Program {
  docId: string;
  text(): string;
  /** The editor's text, to be changed and gone about in. */
  shown: Shown;
}

export const useProgram = create<{ program: Program | null }>(() => ({ program: null }));

/** Says which program is on screen. Returns what takes it back. */
export function onScreen(program: Program): () => void {
  useProgram.setState({ program });
  return () => {
    if (useProgram.getState().program === program) useProgram.setState({ program: null });
  };
}

let hub: DocHub | null = null;

export function openDocs(config: HubConfig): void {
  hub?.close();
  hub = new DocHub(config);
  hub.start();
}

export function closeDocs(): void {
  hub?.close();
  hub = null;
}

export function docs(): DocHub {
  if (!hub) throw new Error('No room is open.');
  return hub;
}

/** Brings all typing to the disk; rejects when it cannot, so that what follows does not speak of an older text. */
export async function saved(sentence: string): Promise<void> {
  if (!hub || (await hub.flush())) return;
  throw new Error(JSON.stringify({ code: 'not-saved', message: sentence, hint: '', details: '' }));
}
