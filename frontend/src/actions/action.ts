import type { MessageDescriptor } from '@lingui/core';
import type { Icon } from '@tabler/icons-react';
import { useProgram, type Program } from '@/lib/docs';
import { useDesk } from '@/lib/stores/desk';
import { isTeacher, teaches, useRoom, watches } from '@/lib/stores/room';
import { useLooks } from '@/lib/stores/looks';
import { useRuns, type RunPhase } from '@/lib/stores/runs';
import type { Look, Looker, View } from '@/lib/types';

/** What an action may look at to know whether it is allowed and ready. */
export interface Situation {
  view: View | null;
  /** This person opened the room. */
  teacher: boolean;
  /** They, or a co-teacher. */
  teaches: boolean;
  /** They are here only to watch. */
  watches: boolean;
  program: Program | null;
  running: RunPhase;
  /** How this person's look at the code on screen stands, where it is a student's. */
  look: Look | null;
  /** Who looks at this person's own code. */
  lookers: readonly Looker[];
}

/**
 * One thing a person can do: its name, its sign, its keys, who may do it, when, and what it does. Buttons and shortcuts
 * both come from here, so they cannot disagree.
 */
export interface Action {
  label: MessageDescriptor;
  icon: Icon;
  /** Keys that do it from anywhere in the room, as in "Mod+Enter". */
  shortcut?: string;
  /** Whether this person may do it at all: if not, it is not drawn. */
  allowed(s: Situation): boolean;
  /** Whether it can be done now: if not, it is drawn and idle. */
  ready(s: Situation): boolean;
  perform(s: Situation): void | Promise<void>;
}

const part = (view: View | null) => ({ teacher: isTeacher(view), teaches: teaches(view), watches: watches(view) });

export function situation(): Situation {
  const { view } = useRoom.getState();
  const { program } = useProgram.getState();
  const { looks, lookers } = useLooks.getState();
  return { view, ...part(view), program, running: useRuns.getState().phase, look: lookOf(program, looks), lookers };
}

/** The same, for a component that is drawn anew when it changes. */
export function useSituation(): Situation {
  const view = useRoom((s) => s.view);
  const program = useProgram((s) => s.program);
  const running = useRuns((s) => s.phase);
  const look = useLooks((s) => lookOf(program, s.looks));
  const lookers = useLooks((s) => s.lookers);
  return { view, ...part(view), program, running, look, lookers };
}

function lookOf(program: Program | null, looks: Readonly<Record<string, Look>>): Look | null {
  return (program && looks[program.docId]) ?? null;
}

export const always = () => true;
/** Whether this person works on code of their own in the room and hands it in. */
export const learns = ({ teaches: does, watches: only }: Situation) => !does && !only;
/** Whether there is a program on screen that is one's own to write. */
export const writable = ({ program }: Situation) => program !== null && !program.shown.state.readOnly;
export const desk = useDesk;
