/** What is wrong with the program, marked while it is typed. */
import { linter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { runs } from '../backend';
import type { RunDiagnostic } from '../types';
import { markedByRun, toEditor } from './diagnostics';

/** How long typing rests before the program is looked at, in milliseconds: half a statement is no error yet. */
const rest = 700;

/** `ranWell` tells whether what was run last was a program at all: then what it marked was found by running it. */
export function checking(ranWell: () => boolean): Extension {
  return linter(
    async (view) => {
      const { state } = view;
      // An app that does not answer has worse news, shown elsewhere.
      const found: RunDiagnostic[] = await runs.Check(state.doc.toString()).catch(() => []);
      // Where it spoke of a text that is gone, the next look is on its way.
      const now = view.state.doc === state.doc ? found.map((d) => toEditor(state, d)) : [];
      return ranWell() ? [...now, ...markedByRun(view.state)] : now;
    },
    { delay: rest },
  );
}
