/** The editor of one line, or of a few where a block needs them. */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, insertNewlineAndIndent } from '@codemirror/commands';
import { go } from '@codemirror/lang-go';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, type KeyBinding } from '@codemirror/view';
import { codeLook } from '@/lib/editor/theme';

/** The app takes no more than this at once (UTF-8 bytes); characters here may be three. */
export const maxTyped = 64 << 10;

export interface PromptKeys {
  label: string;
  submit(): boolean;
  /** Up and down in the history; false where there is no more. */
  older(): boolean;
  newer(): boolean;
  clear(): boolean;
  stop(): boolean;
}

const narrow = EditorView.theme({
  '&': { backgroundColor: 'transparent', maxHeight: '10rem' },
  '.cm-content': { paddingBlock: '4px' },
  '.cm-line': { paddingInline: '0' },
});

/** Up leaves the first line for the history, Down the last; within a block they move the caret. */
function atEdge(view: EditorView, line: 'first' | 'last'): boolean {
  const { main } = view.state.selection;
  const at = view.state.doc.lineAt(main.head).number;
  return main.empty && at === (line === 'first' ? 1 : view.state.doc.lines);
}

export function promptEditor(keys: PromptKeys): Extension {
  const bindings: KeyBinding[] = [
    { key: 'Enter', run: keys.submit },
    { key: 'Shift-Enter', run: insertNewlineAndIndent },
    { key: 'ArrowUp', run: (view) => atEdge(view, 'first') && keys.older() },
    { key: 'ArrowDown', run: (view) => atEdge(view, 'last') && keys.newer() },
    { key: 'Ctrl-l', run: keys.clear, preventDefault: true },
    { key: 'Escape', run: keys.stop },
  ];
  return [
    Prec.highest(keymap.of(bindings)),
    history(),
    drawSelection(),
    bracketMatching(),
    indentOnInput(),
    closeBrackets(),
    go(),
    indentUnit.of('\t'),
    EditorState.tabSize.of(4),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': keys.label, spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
    EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, '\n')),
    EditorState.changeFilter.of((tr) => tr.newDoc.length * 3 <= maxTyped),
    codeLook,
    Prec.highest(narrow),
    // Tab leaves an empty prompt, as it leaves any field; within a block it indents.
    keymap.of([...closeBracketsKeymap, ...historyKeymap, { ...indentWithTab, run: (view) => view.state.doc.lines > 1 && (indentWithTab.run?.(view) ?? false) }, ...defaultKeymap]),
  ];
}
