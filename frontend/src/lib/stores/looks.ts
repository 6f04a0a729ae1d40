import { create } from 'zustand';
import { code } from '../backend';
import type { Look, Looker } from '../types';

interface LooksState {
  /** Who looks at this person's own code. */
  lookers: readonly Looker[];
  /** How this person's looks at students' code stand, by student. */
  looks: Readonly<Record<string, Look>>;
}

export const useLooks = create<LooksState>(() => ({ lookers: [], looks: {} }));

export function lookersChanged(lookers: readonly Looker[] | null): void {
  useLooks.setState({ lookers: lookers ?? [] });
}

export async function pullLookers(): Promise<void> {
  lookersChanged(await code.Lookers());
}

export function lookChanged(look: Look): void {
  useLooks.setState(({ looks }) => {
    const before = looks[look.id];
    if (before && before.here === look.here && before.state === look.state) return {};
    return { looks: { ...looks, [look.id]: look } };
  });
}

/** News of a look; those that this page has let go of are nobody's any more. */
export function lookNews(look: Look): void {
  if (useLooks.getState().looks[look.id]) lookChanged(look);
}

export function forgetLook(id: string): void {
  useLooks.setState(({ looks }) => ({ looks: Object.fromEntries(Object.entries(looks).filter(([other]) => other !== id)) }));
}

/** Whoever asks to edit this person's code together, or does; null: nobody. */
export function companion(lookers: readonly Looker[]): Looker | null {
  return lookers.find((l) => l.state === 'together') ?? lookers.find((l) => l.state === 'offered') ?? null;
}
