/** What a run found wrong, at its line in the editor. */
import { forEachDiagnostic, lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import type { EditorState, Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { RunDiagnostic } from '../types';
import { offsetAt } from './place';

export { offsetAt } from './place';

/** A diagnostic as CodeMirror has it. One without an end reaches to the end of the word it stands at. */
export function toEditor(state: EditorState, d: RunDiagnostic): Diagnostic {
  const from = offsetAt(state.doc, d.line, d.column);
  let to = d.endLine > 0 ? offsetAt(state.doc, d.endLine, d.endColumn) : from;
  if (to <= from) to = state.wordAt(from)?.to ?? from;
  if (to <= from) to = Math.min(from + 1, state.doc.lineAt(from).to);
  const message = d.explanation ? `${d.message}\n${d.explanation}` : d.message;
  return { from, to: Math.max(to, from), severity: d.severity === 'warning' ? 'warning' : 'error', message };
}

/** Marks what a run has found, and a look at the text cannot know. */
const ofRun = 'run';

/** Shows what a run found in place of all that was marked before. */
export function showDiagnostics(state: EditorState, found: readonly RunDiagnostic[]) {
  return setDiagnostics(state, found.map((d) => ({ ...toEditor(state, d), source: ofRun })));
}

/** What a run has marked and no edit has touched since, where it stands now. */
export function markedByRun(state: EditorState): Diagnostic[] {
  const marked: Diagnostic[] = [];
  forEachDiagnostic(state, (d, from, to) => {
    if (d.source === ofRun) marked.push({ ...d, from, to });
  });
  return marked;
}

/** A line that is edited loses its marks: they spoke of another text. */
const forgetEdited = EditorView.updateListener.of((update) => {
  if (!update.docChanged) return;
  const touched = new Set<number>();
  update.changes.iterChangedRanges((_a, _b, from, to) => {
    const last = update.state.doc.lineAt(to).number;
    for (let n = update.state.doc.lineAt(from).number; n <= last; n++) touched.add(n);
  });
  const kept: Diagnostic[] = [];
  let dropped = false;
  forEachDiagnostic(update.state, (d, from, to) => {
    if (touched.has(update.state.doc.lineAt(from).number)) dropped = true;
    else kept.push({ ...d, from, to });
  });
  if (!dropped) return;
  const { view } = update;
  queueMicrotask(() => {
    // Another change may have come in between; it drops its own lines itself.
    if (view.state === update.state) view.dispatch(setDiagnostics(view.state, kept));
  });
});

export function diagnostics(): Extension {
  return [lintGutter(), forgetEdited];
}
