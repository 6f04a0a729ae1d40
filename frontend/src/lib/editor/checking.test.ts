import { forEachDiagnostic, forceLinting } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serve } from '@/test/render';
import type { RunDiagnostic } from '../types';
import { checking } from './checking';
import { diagnostics, showDiagnostics } from './diagnostics';

const wrong: RunDiagnostic = { file: 'main.go', line: 2, column: 1, endLine: 2, endColumn: 4, severity: 'error', message: 'undefined: foo', explanation: 'Nothing of that name is known here.' };
const panicked: RunDiagnostic = { ...wrong, line: 1, message: 'panic: index out of range', explanation: '' };

const views: EditorView[] = [];
afterEach(() => views.splice(0).forEach((v) => v.destroy()));

function editor(ranWell: boolean): EditorView {
  const view = new EditorView({ state: EditorState.create({ doc: 'one\nfoo()\n', extensions: [diagnostics(), checking(() => ranWell)] }), parent: document.body });
  views.push(view);
  return view;
}

function marks(view: EditorView): string[] {
  const messages: string[] = [];
  forEachDiagnostic(view.state, (d, from) => messages.push(`${view.state.doc.lineAt(from).number}: ${d.message}`));
  return messages;
}

describe('looking at a program while it is typed', () => {
  it('marks what is wrong, with the explanation below it', async () => {
    serve({ runs: { Check: () => [wrong] } });
    const view = editor(true);
    forceLinting(view);
    await vi.waitFor(() => expect(marks(view)).toEqual(['2: undefined: foo\nNothing of that name is known here.']));
  });

  it('keeps what only running could find', async () => {
    serve({ runs: { Check: () => [wrong] } });
    const view = editor(true);
    view.dispatch(showDiagnostics(view.state, [panicked]));
    forceLinting(view);
    await vi.waitFor(() => expect(marks(view)).toHaveLength(2));
    expect(marks(view)).toContain('1: panic: index out of range');
  });

  it('forgets what a program that was never built was told, once it looks anew', async () => {
    serve({ runs: { Check: () => [] } });
    const view = editor(false);
    view.dispatch(showDiagnostics(view.state, [wrong]));
    forceLinting(view);
    await vi.waitFor(() => expect(marks(view)).toEqual([]));
  });

  it('says nothing when the app does not answer', async () => {
    const mocks = serve({ runs: { Check: () => Promise.reject(new Error('gone')) } });
    const view = editor(true);
    forceLinting(view);
    await vi.waitFor(() => expect(mocks.runs.Check).toHaveBeenCalled());
    expect(marks(view)).toEqual([]);
  });
});
