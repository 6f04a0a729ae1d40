import { expect, it } from 'vitest';
import { tileLines } from './tileLines';

const text = Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n');

it('shows all of a short text', () => {
  expect(tileLines('a\nb', 0, 8)).toEqual([0, 2]);
  expect(tileLines('', null, 8)).toEqual([0, 1]);
});

it('keeps the line in view', () => {
  const [from, to] = tileLines(text, 15, 8);
  expect(from).toBeLessThanOrEqual(15);
  expect(to).toBeGreaterThan(15);
  expect(to - from).toBe(8);
});

it('stays within the text at both ends', () => {
  expect(tileLines(text, 0, 8)).toEqual([0, 8]);
  expect(tileLines(text, 99_999, 8)).toEqual([22, 30]);
  expect(tileLines(`${text}\n\n\n\n\n\n\n\n\n\n`, null, 8)[0]).toBeLessThanOrEqual(29);
});
