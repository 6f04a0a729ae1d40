import { describe, expect, it } from 'vitest';
import { append, maxCharacters, maxLines, nothingPrinted, type Output } from './output';

const all = (output: Output) => output.blocks.map((b) => b.text).join('');

describe('output', () => {
  it('joins what comes in pieces and keeps the streams apart', () => {
    let output = append(nothingPrinted, 'stdout', 'a');
    output = append(output, 'stdout', 'b');
    output = append(output, 'stderr', 'c');
    output = append(output, 'stdout', 'd');
    expect(output.blocks.map((b) => [b.stream, b.text])).toEqual([
      ['stdout', 'ab'],
      ['stderr', 'c'],
      ['stdout', 'd'],
    ]);
    expect(output.cut).toBe(false);
  });

  it('leaves full blocks as they are', () => {
    const first = append(nothingPrinted, 'stdout', 'x'.repeat(5000));
    const second = append(first, 'stdout', 'y');
    expect(second.blocks[0]).toBe(first.blocks[0]);
    expect(all(second)).toBe(`${'x'.repeat(5000)}y`);
  });

  it('lets the beginning go beyond its bounds and says so', () => {
    let output = nothingPrinted;
    for (let i = 0; i < 100; i++) output = append(output, 'stdout', `${i}`.repeat(4000));
    expect(output.characters).toBeLessThanOrEqual(maxCharacters);
    expect(output.cut).toBe(true);
    expect(all(output).endsWith('99')).toBe(true);
    const flood = append(nothingPrinted, 'stdout', '\n'.repeat(maxLines * 3));
    expect(flood.lines).toBeLessThanOrEqual(maxLines);
    expect(append(nothingPrinted, 'stdout', 'z'.repeat(maxCharacters * 2)).cut).toBe(true);
  });

  it('does not cut a character in two', () => {
    const output = append(nothingPrinted, 'stdout', `${'x'.repeat(4095)}🎉${'y'.repeat(10)}`);
    expect(output.blocks[0]?.text.endsWith('🎉')).toBe(true);
  });
});
