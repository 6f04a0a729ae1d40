import { expect, it } from 'vitest';
import { arranged, useWall, wallChanged, type WallTile } from './wall';

const tile = (id: string, more: Partial<WallTile> = {}): WallTile => ({ id, name: id, number: 1, here: true, text: '', firstLine: 1, lines: 1, lastTyped: 0, synced: true, line: null, ...more });

it('orders by name and by who typed last', () => {
  const tiles = [tile('Chen', { lastTyped: 2 }), tile('ada', { lastTyped: 1 }), tile('Ben', { lastTyped: 3 })];
  expect(arranged(tiles, 'name', '').map((t) => t.id)).toEqual(['ada', 'Ben', 'Chen']);
  expect(arranged(tiles, 'active', '').map((t) => t.id)).toEqual(['Ben', 'Chen', 'ada']);
});

it('filters by name and by code', () => {
  const tiles = [tile('Ada', { text: 'for i := range 3' }), tile('Ben')];
  expect(arranged(tiles, 'name', 'RANGE').map((t) => t.id)).toEqual(['Ada']);
  expect(arranged(tiles, 'name', ' be ').map((t) => t.id)).toEqual(['Ben']);
});

it('changes only what changed', () => {
  const ada = tile('Ada');
  useWall.setState({ tiles: new Map([['Ada', ada], ['Ben', tile('Ben')]]) });
  wallChanged([tile('Ben', { text: 'x' })]);
  expect(useWall.getState().tiles.get('Ada')).toBe(ada);
  expect(useWall.getState().tiles.get('Ben')?.text).toBe('x');
});

it('knows the line that is worked on', () => {
  useWall.setState({ tiles: new Map([['Ada', tile('Ada', { text: 'a\nb\nc\n' })]]) });
  const now = () => useWall.getState().tiles.get('Ada')?.line;
  wallChanged([tile('Ada', { text: 'a\nb!\nc\n' })]);
  expect(now()).toBe(1);
  wallChanged([tile('Ada', { text: 'a\nb!\nc\n', here: false })]);
  expect(now()).toBe(1);
  wallChanged([tile('Ada', { text: 'x\n'.repeat(24), firstLine: 40 })]);
  expect(now()).toBe(12);
});
