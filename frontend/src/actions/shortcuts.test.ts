import { expect, it } from 'vitest';
import { actions } from '.';
import { situation, type Action } from './action';
import { useRoom } from '@/lib/stores/room';
import type { View } from '@/lib/types';
import { matches } from './shortcuts';

const key = (init: KeyboardEventInit) => new KeyboardEvent('keydown', init);

it('knows the keys on every keyboard', () => {
  expect(matches('Mod+Enter', key({ key: 'Enter', ctrlKey: true }))).toBe(true);
  expect(matches('Mod+Enter', key({ key: 'Enter', metaKey: true }))).toBe(true);
  expect(matches('Mod+Enter', key({ key: 'Enter' }))).toBe(false);
  expect(matches('Mod+Enter', key({ key: 'Enter', ctrlKey: true, shiftKey: true }))).toBe(false);
  expect(matches('Alt+1', key({ key: '¡', code: 'Digit1', altKey: true }))).toBe(true);
  expect(matches('Mod+Shift+H', key({ key: 'H', code: 'KeyH', ctrlKey: true, shiftKey: true }))).toBe(true);
});

it.each(['teacher', 'co-teacher', 'student', 'observer'])('gives no two actions of a %s the same keys', (role) => {
  useRoom.setState({ view: { role } as View });
  const now = situation();
  const keys = (Object.values(actions) as Action[]).filter((a) => a.shortcut && a.allowed(now)).map((a) => a.shortcut);
  expect(new Set(keys).size).toBe(keys.length);
});
