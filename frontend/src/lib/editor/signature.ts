/** How the function is called whose brackets the caret is in, with the parameter that is next. */
import type { Extension } from '@codemirror/state';
import { EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { t } from '@lingui/core/macro';
import { runs } from '../backend';
import type { Call } from '../types';
import { ask } from './asking';
import { mayOffer } from './completing';
import { element } from './documentation';
import { tipPlace } from './tips';

/** How long typing rests before it is asked, in milliseconds. */
const rest = 60;

const tips = tipPlace();

function drawn(call: Call): HTMLElement {
  const all = element('div', 'cm-call');
  all.setAttribute('role', 'status');
  all.setAttribute('aria-label', t`How it is called`);
  const line = element('code', 'cm-signature', call.before);
  call.parameters.forEach((parameter, i) => {
    if (i > 0) line.append(', ');
    line.append(i === call.active ? element('strong', 'cm-activeParameter', parameter) : parameter);
  });
  line.append(call.after);
  all.append(line);
  const first = call.docs[0];
  if (first) all.append(element('p', '', first.text));
  return all;
}

class Watching {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: EditorView) {}

  update(update: ViewUpdate): void {
    if (!update.docChanged && !update.selectionSet) return;
    if (tips.shown(update.state) || opens(update)) this.soon();
  }

  destroy(): void {
    clearTimeout(this.timer);
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), rest);
  }

  private async look(): Promise<void> {
    const { view } = this;
    const { head, empty } = view.state.selection.main;
    const call = empty && mayAsk(view, head) ? await ask(() => view.state, head, runs.Signature) : null;
    if (view.state.selection.main.head !== head) return;
    tips.show(view, call?.before ? { pos: head, above: true, stays: true, create: () => ({ dom: drawn(call) }) } : null);
  }
}

/** Strings may be arguments; comments are not. */
function mayAsk(view: EditorView, at: number): boolean {
  return mayOffer(view.state, at) || view.state.sliceDoc(view.state.doc.lineAt(at).from, at).includes('(');
}

/** Whether an update was the typing of what begins an argument. */
function opens(update: ViewUpdate): boolean {
  if (!update.transactions.some((tr) => tr.isUserEvent('input.type') || tr.isUserEvent('input.complete'))) return false;
  let begun = false;
  update.changes.iterChanges((_a, _b, _c, _d, text) => {
    begun ||= /[(,]/.test(text.toString());
  });
  return begun;
}

export function signatures(): Extension {
  return [tips.extension, ViewPlugin.define((view) => new Watching(view))];
}
