/** Draws the carets and selections of others: of the person whose document is followed, or of who edits it together with us. */
import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';
import type { Caret } from '../types';

export interface NamedCaret extends Caret {
  name: string;
}

/** Draws these carets and no others. Positions beyond the end are drawn at the end. */
export const showCarets = StateEffect.define<readonly NamedCaret[]>({
  map: (carets, changes) => carets.map((caret) => moved(caret, changes)),
});

function moved(caret: NamedCaret, changes: { length: number; mapPos(at: number, assoc?: number): number }): NamedCaret {
  const map = (at: number) => (at > changes.length ? at : changes.mapPos(at, 1));
  return { ...caret, anchor: map(caret.anchor), head: map(caret.head) };
}

class CaretWidget extends WidgetType {
  constructor(private readonly name: string) {
    super();
  }

  override eq(other: CaretWidget): boolean {
    return other.name === this.name;
  }

  toDOM(): HTMLElement {
    const caret = document.createElement('span');
    caret.className = 'cm-otherCaret';
    caret.setAttribute('aria-hidden', 'true');
    if (this.name) {
      const label = document.createElement('span');
      label.className = 'cm-otherCaretName';
      label.textContent = this.name;
      caret.append(label);
    }
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const field = StateField.define<readonly NamedCaret[]>({
  create: () => [],
  update(carets, tr) {
    let next = carets;
    if (next.length > 0 && tr.docChanged) next = next.map((caret) => moved(caret, tr.changes));
    for (const effect of tr.effects) if (effect.is(showCarets)) next = effect.value;
    return next;
  },
  provide: (f) => EditorView.decorations.compute([f, 'doc'], (state) => draw(state, state.field(f))),
});

function draw(state: EditorState, carets: readonly NamedCaret[]): DecorationSet {
  const end = state.doc.length;
  const marks = carets.flatMap((caret) => {
    const anchor = Math.min(caret.anchor, end);
    const head = Math.min(caret.head, end);
    const here = Decoration.widget({ widget: new CaretWidget(caret.name), side: 1 }).range(head);
    return anchor === head ? [here] : [here, Decoration.mark({ class: 'cm-otherSelection' }).range(Math.min(anchor, head), Math.max(anchor, head))];
  });
  return Decoration.set(marks, true);
}

/** Where the first other person's caret is, if it is known. */
export function otherCaret(state: EditorState): NamedCaret | null {
  return state.field(field, false)?.[0] ?? null;
}

export function remoteCaret(): Extension {
  return field;
}
