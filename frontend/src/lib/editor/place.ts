/**
 * Places in a text, as Go counts them and as the editor does. The services speak of lines and columns from 1, the column
 * in bytes of UTF-8; CodeMirror of offsets in UTF-16 units. Here, and nowhere else, one becomes the other.
 */
import type { ChangeSpec, Text } from '@codemirror/state';
import type { Edit, Span } from '../types';

const utf8 = new TextEncoder();

/** The offset of a line and a column, held inside the text. */
export function offsetAt(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let bytes = Math.max(column, 1) - 1;
  let offset = 0;
  for (const character of at.text) {
    if (bytes <= 0) break;
    bytes -= utf8.encode(character).length;
    offset += character.length;
  }
  return at.from + offset;
}

/** The line and the column of an offset. */
export function placeAt(doc: Text, offset: number): { line: number; column: number } {
  const at = doc.lineAt(offset);
  return { line: at.number, column: utf8.encode(at.text.slice(0, offset - at.from)).length + 1 };
}

export function rangeOf(doc: Text, span: Pick<Span, 'line' | 'column' | 'endLine' | 'endColumn'>): { from: number; to: number } {
  const from = offsetAt(doc, span.line, span.column);
  return { from, to: Math.max(from, offsetAt(doc, span.endLine, span.endColumn)) };
}

/** Edits of a text as changes of a document that holds it. */
export function changesOf(doc: Text, edits: readonly Edit[]): ChangeSpec[] {
  return edits.map((edit) => ({ ...rangeOf(doc, edit), insert: edit.text }));
}
