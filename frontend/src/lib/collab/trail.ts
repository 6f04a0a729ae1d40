import type { ChangeSet } from '@codemirror/state';
import type { Caret } from '../types';

/** How many updates back a caret may stand and still be carried to where it stands now. */
const kept = 400;

/** The latest numbered updates of a document: carries a caret from the version it stands in to the newest. */
export class CaretTrail {
  private sets: ChangeSet[] = [];

  constructor(private from: number) {}

  /** The version after all of them. */
  get version(): number {
    return this.from + this.sets.length;
  }

  add(sets: readonly ChangeSet[]): void {
    this.sets.push(...sets);
    const over = this.sets.length - kept;
    if (over <= 0) return;
    this.sets.splice(0, over);
    this.from += over;
  }

  /** Where a caret of that version stands in the newest; null where the way is not known, or that version is yet to come. */
  carry(version: number, caret: Caret): Caret | null {
    if (version < this.from || version > this.version) return null;
    return this.sets.slice(version - this.from).reduce<Caret>(through, caret);
  }
}

/** A caret after a change. Beyond the end of what was changed it comes to the end. */
export function through(caret: Caret, change: { length: number; mapPos(at: number, assoc?: number): number }): Caret {
  const map = (at: number) => change.mapPos(Math.max(0, Math.min(at, change.length)), 1);
  return { anchor: map(caret.anchor), head: map(caret.head) };
}
