/** Draws the caret and the selection of the person whose document is being followed. */
import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';
import type { Caret } from '../types';

export interface NamedCaret extends Caret {
  name: string;
}

/** Moves the other person's caret; null takes it away. Positions beyond the end are drawn at the end. */
export const showCaret = StateEffect.define<NamedCaret | null>({
  map: (caret, changes) => caret && { ...caret, anchor: clampedMap(caret.anchor, changes), head: clampedMap(caret.head, changes) },
});

function clampedMap(at: number, changes: { length: number; mapPos(at: number, assoc?: number): number }): number {
  return at > changes.length ? at : changes.mapPos(at, 1);
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

const field = StateField.define<NamedCaret | null>({
  create: () => null,
  update(caret, tr) {
    let next = caret;
    if (next && tr.docChanged) next = { ...next, anchor: clampedMap(next.anchor, tr.changes), head: clampedMap(next.head, tr.changes) };
    for (const effect of tr.effects) if (effect.is(showCaret)) next = effect.value;
    return next;
  },
  provide: (f) => EditorView.decorations.compute([f, 'doc'], (state) => draw(state, state.field(f))),
});

function draw(state: EditorState, caret: NamedCaret | null): DecorationSet {
  if (!caret) return Decoration.none;
  const end = state.doc.length;
  const anchor = Math.min(caret.anchor, end);
  const head = Math.min(caret.head, end);
  const marks = [Decoration.widget({ widget: new CaretWidget(caret.name), side: 1 }).range(head)];
  if (anchor !== head) marks.push(Decoration.mark({ class: 'cm-otherSelection' }).range(Math.min(anchor, head), Math.max(anchor, head)));
  return Decoration.set(marks, true);
}

/** Where the other person's caret is, if it is known. */
export function otherCaret(state: EditorState): NamedCaret | null {
  return state.field(field, false) ?? null;
}

export function remoteCaret(): Extension {
  return field;
}
