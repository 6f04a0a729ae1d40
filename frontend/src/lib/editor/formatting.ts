/** Lays a program out as gofmt does, its imports put in order. */
import { isolateHistory } from '@codemirror/commands';
import { runs } from '../backend';
import type { Shown } from '../collab/session';
import { changesOf } from './place';

/** One step to undo; carets stay with their words. Rejects, with a sentence, if the program is not Go as it stands. */
export async function format(shown: Pick<Shown, 'state' | 'dispatch'>): Promise<void> {
  const { doc } = shown.state;
  const edits = await runs.Format(doc.toString());
  if (edits.length === 0 || !shown.state.doc.eq(doc)) return;
  shown.dispatch({ changes: changesOf(doc, edits), userEvent: 'input.format', annotations: isolateHistory.of('full') });
}
