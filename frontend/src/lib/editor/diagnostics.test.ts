import { forEachDiagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { expect, it, vi } from 'vitest';
import type { RunDiagnostic } from '../types';
import { diagnostics, showDiagnostics, toEditor } from './diagnostics';

const at = (line: number, column: number, more: Partial<RunDiagnostic> = {}): RunDiagnostic => ({ file: 'main.go', line, column, endLine: 0, endColumn: 0, severity: 'error', explanation: '', message: 'undefined: x', ...more });

it('marks the word at which something is wrong', () => {
  const state = EditorState.create({ doc: 'a := undefinedName' });
  expect(toEditor(state, at(1, 6))).toMatchObject({ from: 5, to: 18 });
  expect(toEditor(state, at(1, 1, { endLine: 1, endColumn: 5, severity: 'warning' }))).toMatchObject({ from: 0, to: 4, severity: 'warning' });
});

it('forgets what stood on a line that is edited, and keeps the rest', async () => {
  const view = new EditorView({ state: EditorState.create({ doc: 'one\ntwo\nthree', extensions: [diagnostics()] }) });
  view.dispatch(showDiagnostics(view.state, [at(1, 1, { message: 'first' }), at(3, 1, { message: 'third' })]));
  const shown = () => {
    const messages: string[] = [];
    forEachDiagnostic(view.state, (d) => messages.push(d.message));
    return messages;
  };
  expect(shown()).toEqual(['first', 'third']);
  view.dispatch({ changes: { from: 0, insert: 'x' } });
  await vi.waitFor(() => expect(shown()).toEqual(['third']));
  view.destroy();
});
