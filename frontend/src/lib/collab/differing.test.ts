import { expect, it } from 'vitest';
import { differing } from './differing';

const applied = (before: string, after: string) => {
  const d = differing(before, after);
  return d ? before.slice(0, d.from) + d.insert + before.slice(d.to) : before;
};

it.each([
  ['', 'a'],
  ['abc', 'axc'],
  ['aaa', 'aa'],
  ['a👍🏽b', 'a👍🏿b'],
  ['🙂', '🙃'],
  ['x', ''],
])('makes %j into %j', (before, after) => {
  expect(applied(before, after)).toBe(after);
});

it('is nothing where nothing differs, and small where little does', () => {
  expect(differing('same', 'same')).toBeNull();
  expect(differing('one two three', 'one 2 three')).toEqual({ from: 4, to: 7, insert: '2' });
});

it('never cuts a character in two', () => {
  const d = differing('🙂', '🙃');
  expect(d).toEqual({ from: 0, to: 2, insert: '🙃' });
});
