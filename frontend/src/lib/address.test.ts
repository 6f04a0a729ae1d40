import { expect, it } from 'vitest';
import { isRoomCode } from './address';

it.each(['482-177', '482177', ' 482 177 '])('%s is a room code', (text) => {
  expect(isRoomCode(text)).toBe(true);
});

it.each(['', 'Lab B', '10.0.0.5', '008M-Y1SK-M66N', '4821771', '482--177'])('"%s" is none', (text) => {
  expect(isRoomCode(text)).toBe(false);
});
