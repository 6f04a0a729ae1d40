/** Keeps the followed person's caret in view, until the reader scrolls by themselves. */
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { create } from 'zustand';
import { otherCaret, showCarets } from '@/lib/editor/remoteCaret';

export const useFollow = create<{ on: boolean }>(() => ({ on: true }));

const letGo = () => {
  if (useFollow.getState().on) useFollow.setState({ on: false });
  return false;
};

export function following(): Extension {
  return [
    EditorView.domEventHandlers({ wheel: letGo, touchmove: letGo, mousedown: letGo }),
    EditorView.updateListener.of((update) => {
      const moved = update.transactions.some((tr) => tr.effects.some((e) => e.is(showCarets)));
      if (!moved || !useFollow.getState().on) return;
      const caret = otherCaret(update.state);
      if (!caret) return;
      const { view } = update;
      queueMicrotask(() => {
        if (view.state === update.state) view.dispatch({ effects: EditorView.scrollIntoView(Math.min(caret.head, view.state.doc.length), { y: 'nearest', yMargin: 64 }) });
      });
    }),
  ];
}
