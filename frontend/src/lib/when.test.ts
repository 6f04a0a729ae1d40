import { expect, it } from 'vitest';
import { ago, day, dayAndClock, sameDay } from './when';

const noon = new Date(2026, 10, 23, 12).getTime();

it('says days as people do', () => {
  expect(day(noon, noon)).toBe('Today');
  expect(day(noon - 86_400_000, noon)).toBe('Yesterday');
  expect(day(noon - 7 * 86_400_000, noon)).toContain('16');
  expect(sameDay(noon, noon + 60_000)).toBe(true);
  expect(dayAndClock(noon, noon)).toMatch(/12:00/);
});

it('says coarsely how long ago', () => {
  expect(ago(noon, noon)).toBe('typing');
  expect(ago(noon - 30_000, noon)).toContain('30');
  expect(ago(noon - 5 * 60_000, noon)).toContain('5');
  expect(ago(noon - 3 * 3_600_000, noon)).toContain('3');
  expect(ago(noon + 5000, noon)).toBe('typing');
});
