import { EditorState, Text } from '@codemirror/state';
import { expect, it } from 'vitest';
import { changesOf, offsetAt, placeAt, rangeOf } from './place';

const doc = Text.of(['package main', '', '\tfmt.Println("世界 🙂", x)']);

it('counts columns in bytes, as Go does', () => {
  // A tab, fmt.Println(", six bytes for 世界, a space, four for the smile, ", and a space come before x.
  const column = 1 + new TextEncoder().encode('\tfmt.Println("世界 🙂", ').length;
  expect(doc.sliceString(offsetAt(doc, 3, column))).toBe('x)');
});

it.each([
  [0, 0],
  [99, 99],
  [1, 999],
  [-3, -3],
])('stays inside the text for line %i, column %i', (line, column) => {
  const offset = offsetAt(doc, line, column);
  expect(offset).toBeGreaterThanOrEqual(0);
  expect(offset).toBeLessThanOrEqual(doc.length);
});

it('goes there and back at every character', () => {
  for (let offset = 0; offset <= doc.length; offset++) {
    const unit = doc.sliceString(offset, offset + 1).charCodeAt(0);
    if (unit >= 0xdc00 && unit < 0xe000) continue; // the middle of a character
    const { line, column } = placeAt(doc, offset);
    expect(offsetAt(doc, line, column)).toBe(offset);
  }
});

it('makes the edits of the services in the editor', () => {
  const state = EditorState.create({ doc: 'a := "🙂" + größe\nb()' });
  const span = { file: 'main.go', line: 1, column: 15, endLine: 1, endColumn: 22 };
  expect(state.doc.sliceString(rangeOf(state.doc, span).from, rangeOf(state.doc, span).to)).toBe('größe');
  const edits = [
    { ...span, text: 'size' },
    { file: 'main.go', line: 2, column: 1, endLine: 2, endColumn: 2, text: 'ab' },
  ];
  expect(state.update({ changes: changesOf(state.doc, edits) }).newDoc.toString()).toBe('a := "🙂" + size\nab()');
});
