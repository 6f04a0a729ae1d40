import { create } from 'zustand';
import { code } from '../backend';
import type { Tile } from '../types';

export type WallOrder = 'name' | 'active';

interface WallState {
  tiles: Map<string, Tile>;
  order: WallOrder;
  filter: string;
  loaded: boolean;
  /** The student whose code is being looked at. */
  looking: string | null;
}

export const useWall = create<WallState>(() => ({ tiles: new Map(), order: 'name', filter: '', loaded: false, looking: null }));

export async function pullWall(): Promise<void> {
  const tiles = (await code.Wall()) ?? [];
  useWall.setState({ tiles: new Map(tiles.map((tile) => [tile.id, tile])), loaded: true });
}

/** Only the tiles that changed come. */
export function wallChanged(changed: readonly Tile[]): void {
  useWall.setState((s) => {
    const tiles = new Map(s.tiles);
    for (const tile of changed) tiles.set(tile.id, tile);
    return { tiles };
  });
}

/** The tiles in the order asked for; the filter looks at names and at code. */
export function arranged(tiles: Iterable<Tile>, order: WallOrder, filter: string): Tile[] {
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = [...tiles].filter((t) => !wanted || t.name.toLocaleLowerCase().includes(wanted) || t.text.toLocaleLowerCase().includes(wanted));
  const byName = (a: Tile, b: Tile) => a.name.localeCompare(b.name) || a.number - b.number;
  return shown.toSorted(order === 'name' ? byName : (a, b) => b.lastTyped - a.lastTyped || byName(a, b));
}
