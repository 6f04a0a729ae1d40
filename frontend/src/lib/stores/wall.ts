import { create } from 'zustand';
import { code } from '../backend';
import { differing } from '../collab/differing';
import type { Tile } from '../types';

export type WallOrder = 'name' | 'active';

/** A tile, and which of its lines was worked on last, where that is known. */
export type WallTile = Tile & { line: number | null };

interface WallState {
  tiles: Map<string, WallTile>;
  order: WallOrder;
  filter: string;
  loaded: boolean;
  /** The student whose code is being looked at. */
  looking: string | null;
}

export const useWall = create<WallState>(() => ({ tiles: new Map(), order: 'name', filter: '', loaded: false, looking: null }));

export async function pullWall(): Promise<void> {
  const tiles = (await code.Wall()) ?? [];
  useWall.setState((s) => ({ tiles: new Map(tiles.map((tile) => [tile.id, { ...tile, line: workedOn(s.tiles.get(tile.id), tile) }])), loaded: true }));
}

/** The line where a tile's text ends to differ from what it was: there someone types. */
function workedOn(before: WallTile | undefined, now: Tile): number | null {
  // What is cut out of a longer text has the caret in its middle.
  if (now.firstLine > 1) return Math.floor(now.text.split('\n').length / 2);
  const change = before && before.firstLine === now.firstLine ? differing(before.text, now.text) : null;
  if (!change) return before?.line ?? null;
  return now.text.slice(0, change.from + change.insert.length).split('\n').length - 1;
}

/** Only the tiles that changed come. */
export function wallChanged(changed: readonly Tile[]): void {
  useWall.setState((s) => {
    const tiles = new Map(s.tiles);
    for (const tile of changed) tiles.set(tile.id, { ...tile, line: workedOn(s.tiles.get(tile.id), tile) });
    return { tiles };
  });
}

/** The tiles in the order asked for; the filter looks at names and at code. */
export function arranged<T extends Tile>(tiles: Iterable<T>, order: WallOrder, filter: string): T[] {
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = [...tiles].filter((t) => !wanted || t.name.toLocaleLowerCase().includes(wanted) || t.text.toLocaleLowerCase().includes(wanted));
  const byName = (a: T, b: T) => a.name.localeCompare(b.name) || a.number - b.number;
  return shown.toSorted(order === 'name' ? byName : (a, b) => b.lastTyped - a.lastTyped || byName(a, b));
}
