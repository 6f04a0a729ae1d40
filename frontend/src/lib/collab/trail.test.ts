import { ChangeSet, Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { CaretTrail, through } from './trail';

const at = (place: number) => ({ anchor: place, head: place });

describe('a trail of carets', () => {
  it('carries a caret from its version to the newest', () => {
    const trail = new CaretTrail(7);
    trail.add([ChangeSet.of({ from: 0, insert: '>> ' }, 10), ChangeSet.of({ from: 5, to: 7 }, 13)]);
    expect(trail.version).toBe(9);
    expect(trail.carry(7, { anchor: 1, head: 8 })).toEqual({ anchor: 4, head: 9 });
    expect(trail.carry(8, at(6))).toEqual(at(5));
    expect(trail.carry(9, at(6))).toEqual(at(6));
  });

  it('knows nothing of what is yet to come, or long gone', () => {
    const trail = new CaretTrail(7);
    expect(trail.carry(8, at(1))).toBeNull();
    expect(trail.carry(6, at(1))).toBeNull();
    trail.add(Array.from({ length: 1000 }, () => ChangeSet.of({ from: 0, insert: 'x' }, 1)));
    expect(trail.version).toBe(1007);
    expect(trail.carry(7, at(0))).toBeNull();
    expect(trail.carry(1007, at(3))).toEqual(at(3));
  });

  it('agrees with the text itself, at any place in any run of changes', () => {
    let doc = Text.of(['one two three four five']);
    const trail = new CaretTrail(0);
    let mark = doc.toString().indexOf('three');
    for (const [from, to, insert] of [
      [0, 0, '🙂 '],
      [3, 6, ''],
      [doc.length - 4, doc.length - 4, 'six '],
      [0, 1, 'ab\ncd'],
    ] as const) {
      const set = ChangeSet.of({ from, to, insert }, doc.length, '\n');
      trail.add([set]);
      mark = set.mapPos(mark, 1);
      doc = set.apply(doc);
    }
    expect(trail.carry(0, at(8))).toEqual(at(mark));
    expect(doc.toString().slice(mark, mark + 5)).toBe('three');
  });

  it('brings a caret from nowhere into the text', () => {
    const set = ChangeSet.of({ from: 0, insert: 'x' }, 3);
    expect(through({ anchor: -5, head: 999 }, set)).toEqual({ anchor: 1, head: 4 });
  });
});
