/** A small window at a place in the text, of which there is one at a time: it is shown, moved with the text and closed. */
import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, showTooltip, type Tooltip } from '@codemirror/view';

export interface Tip extends Tooltip {
  /** Whether it stays open when the caret moves or the text changes. */
  stays: boolean;
}

/** A place for tips of one kind. */
export interface TipPlace {
  show(view: EditorView, tip: Tip | null): void;
  shown(state: EditorState): Tip | null;
  extension: Extension;
}

export function tipPlace(): TipPlace {
  const set = StateEffect.define<Tip | null>();
  const field = StateField.define<Tip | null>({
    create: () => null,
    update(tip, tr) {
      for (const effect of tr.effects) if (effect.is(set)) return effect.value;
      if (!tip || (!tip.stays && (tr.docChanged || tr.selection))) return null;
      return tr.docChanged ? { ...tip, pos: tr.changes.mapPos(tip.pos) } : tip;
    },
    provide: (f) => showTooltip.from(f),
  });
  const place: TipPlace = {
    show: (view, tip) => {
      if (tip || view.state.field(field, false)) view.dispatch({ effects: set.of(tip) });
    },
    shown: (state) => state.field(field, false) ?? null,
    extension: [],
  };
  const close = (view: EditorView) => {
    if (!place.shown(view.state)) return false;
    place.show(view, null);
    return true;
  };
  return { ...place, extension: [field, keymap.of([{ key: 'Escape', run: close }])] };
}
