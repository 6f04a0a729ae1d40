import { expect, it } from 'vitest';
import { bytes } from './size';

it('gives small amounts a digit more', () => {
  expect(bytes(21 << 20)).toBe('21 MB');
  expect(bytes(1.5 * (1 << 20))).toBe('1.5 MB');
});
