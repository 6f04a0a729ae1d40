import { expect, it } from 'vitest';
import { parts } from './blocks';

it('keeps plain words whole', () => {
  expect(parts('hello\nthere')).toEqual([{ kind: 'text', text: 'hello\nthere' }]);
});

it('finds code between fences, with or without a language', () => {
  expect(parts('look:\n```go\nx := 1\n```\nok?')).toEqual([
    { kind: 'text', text: 'look:' },
    { kind: 'code', text: 'x := 1' },
    { kind: 'text', text: 'ok?' },
  ]);
  expect(parts('```a()```')).toEqual([{ kind: 'code', text: 'a()' }]);
});

it('takes an open fence to the end and markup for what it is', () => {
  expect(parts('```\n<script>alert(1)</script>')).toEqual([{ kind: 'code', text: '<script>alert(1)</script>' }]);
});

it('finds nothing in nothing', () => {
  expect(parts('``````')).toEqual([]);
});
