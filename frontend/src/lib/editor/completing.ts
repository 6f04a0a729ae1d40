/** What may be written next, offered while it is typed. */
import { acceptCompletion, autocompletion, completionStatus, pickedCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { EditorState, Prec, type Extension, type Text } from '@codemirror/state';
import { keymap, type EditorView } from '@codemirror/view';
import { t } from '@lingui/core/macro';
import { runs } from '../backend';
import type { CompletionItem, Paragraph } from '../types';
import { documentation } from './documentation';
import { changesOf, placeAt, rangeOf } from './place';

/** The names that CodeMirror draws signs for. */
const kinds: Record<string, string> = { package: 'namespace', type: 'class', field: 'property' };

/** How many paragraphs stand beside a name; the pointer on the name in the text shows all. */
const brief = 2;

/** Whether something may be offered at a place without being asked for: not in comments, and in strings only for imports. */
export function mayOffer(state: EditorState, at: number): boolean {
  const node = syntaxTree(state).resolveInner(at, -1);
  if (/Comment$/.test(node.name)) return false;
  if (node.name === 'Rune') return false;
  if (node.name !== 'String') return true;
  return node.parent?.name === 'ImportSpec' || node.parent?.name === 'ImportDecl';
}

async function offer(context: CompletionContext): Promise<CompletionResult | null> {
  const { state, pos } = context;
  const typed = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*$|\.$|"[\w/]*$/u);
  if (!context.explicit && (!typed || !mayOffer(state, pos))) return null;
  const { line, column } = placeAt(state.doc, pos);
  const found = await runs.Complete(state.doc.toString(), line, column).catch(() => null);
  if (!found || context.aborted || found.items.length === 0) return null;
  const { from } = rangeOf(state.doc, found);
  return among(found.items.map((item) => option(state.doc, item)), from, state.sliceDoc(from, pos), found.more);
}

/**
 * A list of options, in the order of the service, which knows the types. While the word goes on it is narrowed here, at
 * once, so that Tab and Enter never meet a list that is on its way; the service is asked again where it had left some out.
 */
function among(options: readonly Completion[], from: number, typed: string, more: boolean): CompletionResult {
  return {
    from,
    filter: false,
    options,
    getMatch: (completion) => matched(completion.label, typed),
    update: (_current, start, end, context) => {
      const longer = context.state.sliceDoc(start, end);
      const goesOn = !more && longer.startsWith(typed) && /^[\p{L}\p{N}_/]*$/u.test(longer);
      const left = goesOn ? narrowed(options, longer) : [];
      return left.length > 0 ? among(left, start, longer, more) : null;
    },
  };
}

/** Those that what is typed may mean: names that begin so before those that only have its letters. */
export function narrowed<T extends { label: string }>(options: readonly T[], typed: string): T[] {
  const low = typed.toLowerCase();
  const begins = (o: T) => o.label.toLowerCase().startsWith(low);
  return [...options.filter(begins), ...options.filter((o) => !begins(o) && matched(o.label, typed).length > 0)];
}

function option(doc: Text, item: CompletionItem): Completion {
  return {
    label: item.label,
    detail: item.detail || undefined,
    type: kinds[item.kind] ?? item.kind,
    info: () => described(item),
    apply: (view, completion, from, to) => insert(view, doc, item, completion, from, to),
  };
}

async function described(item: CompletionItem): Promise<HTMLElement | null> {
  let docs: readonly Paragraph[] = item.docs ?? [];
  if (item.symbol) docs = await runs.Documentation(item.symbol).catch(() => []);
  return documentation(docs.length > 0 || item.detail.length > 24 ? `${item.label}${item.detail.startsWith('(') || item.detail.startsWith('[') ? '' : ' '}${item.detail}` : '', docs.slice(0, brief));
}

/** Where the letters that are typed stand in a name, as pairs of offsets. */
export function matched(label: string, typed: string): number[] {
  const found: number[] = [];
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = label.toLowerCase().indexOf(letter, at);
    if (at < 0) return [];
    if (found[found.length - 1] === at) found[found.length - 1] = at + letter.length;
    else found.push(at, at + letter.length);
    at += letter.length;
  }
  return found;
}

/** Writes a completion, and the import that goes with it, as one step. */
function insert(view: EditorView, doc: Text, item: CompletionItem, completion: Completion, from: number, to: number): void {
  const { state } = view;
  // The word has grown since it was asked for; what stands before it is as it was, or the import is left to the person.
  const same = state.doc.slice(0, from).eq(doc.slice(0, Math.min(from, doc.length)));
  const beside = same ? changesOf(doc, (item.edits ?? []).filter((edit) => rangeOf(doc, edit).to <= from)) : [];
  const changes = state.changes([{ from, to, insert: item.insert }, ...beside]);
  const anchor = changes.mapPos(from, -1) + item.insert.length - (item.inside ? 1 : 0);
  view.dispatch({ changes, selection: { anchor }, scrollIntoView: true, userEvent: 'input.complete', annotations: pickedCompletion.of(completion) });
}

export function completing(): Extension {
  return [
    autocompletion({ override: [offer], maxRenderedOptions: 60, activateOnTyping: true }),
    // Beside a list, Tab never indents: not even in the moment after it opened, when it accepts nothing yet.
    Prec.high(keymap.of([{ key: 'Tab', run: (view) => acceptCompletion(view) || completionStatus(view.state) === 'active' }])),
    EditorState.phrases.of({ Completions: t`Suggestions` }),
  ];
}
