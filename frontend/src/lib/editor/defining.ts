/** Goes to where a name is declared. */
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { runs } from '../backend';
import type { Shown } from '../collab/session';
import { placeAt, rangeOf } from './place';

/** A text in which one can go to places. */
type Place = Pick<Shown, 'state' | 'reveal'>;

/** Puts the caret where the name at an offset is declared. Rejects, with a sentence, if that is not in the program. */
export async function goToDefinition(shown: Place, at = shown.state.selection.main.head): Promise<void> {
  const { doc } = shown.state;
  const { line, column } = placeAt(doc, at);
  const span = await runs.Definition(doc.toString(), line, column);
  if (shown.state.doc.eq(doc)) shown.reveal(rangeOf(doc, span).from);
}

/** Ctrl, or ⌘, and a click on a name. */
export function definingByClick(failed: (reason: unknown) => void): Extension {
  return [
    EditorView.clickAddsSelectionRange.of(() => false),
    EditorView.domEventHandlers({
      mousedown: (event, view) => {
        if (event.button !== 0 || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
        const at = view.posAtCoords(event);
        if (at === null || !view.state.wordAt(at)) return false;
        const shown = {
          get state() {
            return view.state;
          },
          reveal: (offset: number) => {
            view.dispatch({ selection: { anchor: offset }, scrollIntoView: true });
            view.focus();
          },
        };
        goToDefinition(shown, at).catch(failed);
        return true;
      },
    }),
  ];
}
