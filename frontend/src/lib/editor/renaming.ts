/** Gives the name at the caret another one, everywhere it means the same: a field at the name, Enter, one step to undo. */
import { isolateHistory } from '@codemirror/commands';
import { StateEffect, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { t } from '@lingui/core/macro';
import { runs } from '../backend';
import { asFailure } from '../failure';
import type { Span } from '../types';
import { element } from './documentation';
import { changesOf, placeAt, rangeOf } from './place';
import { tipPlace } from './tips';

/** Asks for the name at the caret to be changed. */
export const renameName = StateEffect.define<null>();

const tips = tipPlace();

async function begin(view: EditorView, failed: (reason: unknown) => void): Promise<void> {
  const { doc, selection } = view.state;
  const { line, column } = placeAt(doc, selection.main.head);
  try {
    const span = await runs.Renamable(doc.toString(), line, column);
    if (!view.state.doc.eq(doc)) return;
    const { from } = rangeOf(doc, span);
    tips.show(view, { pos: from, above: false, stays: false, create: () => ({ dom: field(view, span), mount: () => input(view)?.select() }) });
  } catch (reason) {
    failed(reason);
  }
}

const input = (view: EditorView) => view.dom.querySelector<HTMLInputElement>('.cm-rename input');

function field(view: EditorView, span: Span): HTMLElement {
  const { from, to } = rangeOf(view.state.doc, span);
  const all = element('form', 'cm-rename');
  const name = document.createElement('input');
  name.className = 'cm-textfield';
  name.value = view.state.sliceDoc(from, to);
  name.size = Math.max(12, name.value.length + 2);
  name.spellcheck = false;
  name.autocomplete = 'off';
  name.setAttribute('aria-label', t`New name`);
  const refusal = element('p', 'cm-refusal');
  refusal.id = 'rename-refusal';
  refusal.setAttribute('role', 'alert');
  name.setAttribute('aria-describedby', refusal.id);
  all.append(name, element('span', 'cm-hint', t`Enter renames, Escape leaves`), refusal);
  all.addEventListener('submit', (event) => {
    event.preventDefault();
    apply(view, span, name.value.trim()).catch((reason: unknown) => {
      refusal.textContent = asFailure(reason).message;
    });
  });
  name.addEventListener('keydown', (event) => {
    event.stopPropagation(); // what is typed here is not for the editor around it
    if (event.key === 'Escape') leave(view);
  });
  return all;
}

function leave(view: EditorView): void {
  tips.show(view, null);
  view.focus();
}

async function apply(view: EditorView, span: Span, name: string): Promise<void> {
  const { doc } = view.state;
  const edits = await runs.Rename(doc.toString(), span.line, span.column, name);
  if (!view.state.doc.eq(doc)) return;
  const whole = isolateHistory.of('full');
  if (edits.length > 0) view.dispatch({ changes: changesOf(doc, edits), userEvent: 'input.rename', annotations: whole });
  leave(view);
}

export function renaming(failed: (reason: unknown) => void): Extension {
  return [
    tips.extension,
    EditorView.updateListener.of((update) => {
      if (update.transactions.some((tr) => tr.effects.some((e) => e.is(renameName)))) queueMicrotask(() => void begin(update.view, failed));
    }),
  ];
}
