/** What a name means, where the pointer rests on it, and where the caret is when it is asked for. */
import { StateEffect, type Extension } from '@codemirror/state';
import { EditorView, hoverTooltip } from '@codemirror/view';
import { t } from '@lingui/core/macro';
import { runs } from '../backend';
import type { About } from '../types';
import { ask } from './asking';
import { documentation } from './documentation';
import { rangeOf } from './place';
import { tipPlace } from './tips';

/** Asks what the name at the caret means. */
export const explainName = StateEffect.define<null>();

const tips = tipPlace();

function drawn(about: About, role: string): HTMLElement {
  const dom = documentation(about.signature, about.docs) ?? document.createElement('div');
  dom.classList.add('cm-about');
  dom.setAttribute('role', role);
  dom.setAttribute('aria-label', t`What it is`);
  dom.tabIndex = 0; // long ones scroll
  return dom;
}

const pointed = hoverTooltip(
  async (view, pos) => {
    const about = await ask(() => view.state, pos, runs.Hover);
    if (!about?.signature) return null;
    const { from, to } = rangeOf(view.state.doc, about);
    return { pos: from, end: to, above: true, create: () => ({ dom: drawn(about, 'tooltip') }) };
  },
  { hideOnChange: true },
);

async function explain(view: EditorView): Promise<void> {
  const { head } = view.state.selection.main;
  const about = await ask(() => view.state, head, runs.Hover);
  if (!about?.signature || view.state.selection.main.head !== head) return;
  const { from } = rangeOf(view.state.doc, about);
  tips.show(view, { pos: from, above: true, stays: false, create: () => ({ dom: drawn(about, 'status') }) });
}

const asked = EditorView.updateListener.of((update) => {
  if (update.transactions.some((tr) => tr.effects.some((e) => e.is(explainName)))) queueMicrotask(() => void explain(update.view));
});

export function hovering(): Extension {
  return [pointed, tips.extension, asked];
}
