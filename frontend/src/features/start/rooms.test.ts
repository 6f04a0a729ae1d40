import { expect, it } from 'vitest';
import type { Found, Known } from '@/lib/types';
import { rows } from './rooms';

const found = (id: string, more: Partial<Found> = {}): Found => ({ id, host: `h-${id}`, title: id, course: 'Go', teacher: 'Ms Lee', locked: true, members: 1, addresses: [], known: false, name: '', mine: false, conflict: false, moved: false, fingerprint: 'a b c d', ...more });
const known = (id: string, more: Partial<Known> = {}): Known => ({ id, host: `h-${id}`, title: id, course: 'Go', teacher: 'Ms Lee', name: 'Ada', lastSeen: 1, ...more });

it('puts known rooms first, then new ones, then those that are not open', () => {
  const list = rows([found('new'), found('was', { known: true })], [known('was'), known('gone')]);
  expect(list.map((r) => [r.id, r.open, r.knownAs])).toEqual([
    ['was', true, 'Ada'],
    ['new', true, null],
    ['gone', false, 'Ada'],
  ]);
});

it('never takes a room with another identity for the known one', () => {
  const list = rows([found('x', { title: 'was', conflict: true })], [known('was')]);
  expect(list.map((r) => [r.id, r.conflict, r.knownAs])).toEqual([
    ['x', true, null],
    ['was', false, 'Ada'],
  ]);
});

it('leaves out the room this very person holds', () => {
  expect(rows([found('own', { mine: true })], [])).toEqual([]);
});
