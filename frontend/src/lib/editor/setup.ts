/** The Go editor: what it is made of, for writing and for reading. */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { go } from '@codemirror/lang-go';
import { bracketMatching, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view';
import { helpReading, helpWriting } from './assist';
import { checking } from './checking';
import { diagnostics } from './diagnostics';
import { remoteCaret } from './remoteCaret';
import { codeLook } from './theme';

/** A document is at most this long (UTF-8 bytes); a single paste at most a quarter of it. The authority refuses more. */
export const maxText = 1 << 20;
export const maxPaste = 256 << 10;

export interface EditorOptions {
  /** Whether it may be written. */
  pen: boolean;
  /** The name a screen reader gives the editor. */
  label: string;
  run(): boolean;
  stop(): boolean;
  /** Whether what was run last was a program that Go would build. */
  ranWell(): boolean;
  /** What was asked for cannot be done. */
  failed(reason: unknown): void;
  /** A change was refused because it is too long. */
  tooLong(): void;
}

export function goEditor(options: EditorOptions): Extension {
  return [
    Prec.highest(keymap.of([{ key: 'Mod-Enter', run: options.run, preventDefault: true }])),
    // Last: Escape first closes what is open in the editor, then stops the program.
    Prec.lowest(keymap.of([{ key: 'Escape', run: options.stop }])),
    lineNumbers(),
    highlightSpecialChars(),
    drawSelection(),
    bracketMatching(),
    highlightSelectionMatches(),
    search({ top: true }),
    go(),
    indentUnit.of('\t'),
    EditorState.tabSize.of(4),
    EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0', spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
    diagnostics(),
    remoteCaret(),
    codeLook,
    options.pen ? forWriting(options) : forReading(),
  ];
}

function forWriting(options: EditorOptions): Extension {
  return [
    history(),
    dropCursor(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    crosshairCursor(),
    indentOnInput(),
    closeBrackets(),
    helpWriting(options.failed),
    checking(options.ranWell),
    EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, '\n')),
    EditorState.changeFilter.of((tr) => {
      if (!tr.docChanged || !tr.isUserEvent('input')) return true;
      if (fits(tr.newDoc.length, tr.newDoc.length - tr.startState.doc.length)) return true;
      options.tooLong();
      return false;
    }),
    keymap.of([...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, indentWithTab, ...defaultKeymap]),
  ];
}

function forReading(): Extension {
  return [EditorState.readOnly.of(true), helpReading(), keymap.of([...searchKeymap, ...lintKeymap, ...defaultKeymap])];
}

/** Lengths here are UTF-16 units, of which each may be three bytes: held low enough that the authority never refuses. */
function fits(length: number, added: number): boolean {
  return length * 3 <= maxText * 2 && added * 3 <= maxPaste * 2;
}
