import { expect, it } from 'vitest';
import { typed } from './address';

it.each(['10.0.0.5:4001', '[fe80::1%eth0]:4001', '[::1]:9', 'thirdspace://10.0.0.5:4001/abc', 'lab-3.local:4001'])('%s is an address', (text) => {
  expect(typed(` ${text} `)).toEqual({ kind: 'address', address: text });
});

it.each(['482-177', '482177', '482 177'])('%s is a room code', (text) => {
  expect(typed(text)).toEqual({ kind: 'code', code: text });
});

it.each(['', 'Lab B', '10.0.0.5', 'http://x'])('"%s" is neither', (text) => {
  expect(typed(text).kind).toBe('words');
});
