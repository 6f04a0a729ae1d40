import type { ChangeSet } from '@codemirror/state';
import type { NamedCaret } from '../editor/remoteCaret';
import type { PlacedCaret } from '../types';
import { CaretTrail, through } from './trail';

/** Somebody's caret in one version of a document. */
export type OthersCaret = PlacedCaret & { name: string };

/** The carets of others in one document. Each stands in a version of its own, and is carried on as the document changes. */
export class OthersCarets {
  private trail = new CaretTrail(0);
  private all: readonly OthersCaret[] = [];

  set(carets: readonly OthersCaret[]): void {
    this.all = carets;
  }

  /** The document was loaded at that version. */
  restart(version: number): void {
    this.trail = new CaretTrail(version);
  }

  changed(sets: readonly ChangeSet[]): void {
    this.trail.add(sets);
  }

  /** Where they stand in the text on screen: the newest version and, on top of it, what the authority has not got. */
  standing(epoch: string, unsent: ChangeSet | null): NamedCaret[] {
    this.all = this.all.map((caret) => {
      const now = caret.epoch === epoch ? this.trail.carry(caret.version, caret) : null;
      return now ? { ...caret, ...now, version: this.trail.version } : caret;
    });
    return this.all
      .filter((caret) => caret.epoch === epoch && caret.version === this.trail.version)
      .map(({ name, anchor, head }) => ({ name, ...(unsent ? through({ anchor, head }, unsent) : { anchor, head }) }));
  }
}
