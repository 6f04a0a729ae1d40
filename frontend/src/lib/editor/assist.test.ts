import { acceptCompletion, completionStatus, currentCompletions, startCompletion } from '@codemirror/autocomplete';
import { history, undo } from '@codemirror/commands';
import { go } from '@codemirror/lang-go';
import { EditorState } from '@codemirror/state';
import { EditorView, runScopeHandlers } from '@codemirror/view';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failing, serve } from '@/test/render';
import type { CompletionItem, Completions } from '../types';
import { helpReading, helpWriting } from './assist';
import { matched, mayOffer, narrowed } from './completing';
import { goToDefinition } from './defining';
import { documentation } from './documentation';
import { format } from './formatting';
import { explainName } from './hovering';
import { renameName } from './renaming';

const views: EditorView[] = [];
afterEach(() => views.splice(0).forEach((v) => v.destroy()));

const failed = vi.fn();

/** An editor on a text in which ‸ is the caret. */
function editor(text: string, help = helpWriting(failed)): EditorView {
  const at = text.indexOf('‸');
  const state = EditorState.create({ doc: text.replace('‸', ''), selection: { anchor: at }, extensions: [history(), go(), help] });
  const view = new EditorView({ state, parent: document.body });
  views.push(view);
  return view;
}

const shown = (view: EditorView) => ({
  get state() {
    return view.state;
  },
  dispatch: view.dispatch.bind(view),
  reveal: (anchor: number) => view.dispatch({ selection: { anchor } }),
});

const span = (line: number, column: number, endLine: number, endColumn: number) => ({ file: 'main.go', line, column, endLine, endColumn });
const println: CompletionItem = { label: 'Println', kind: 'function', detail: '(a ...any)', insert: 'Println()', inside: true, symbol: 'fmt.Println', docs: [], edits: [] };
const offering = (items: CompletionItem[], where = span(1, 5, 1, 7)): Completions => ({ ...where, items, more: false }) as Completions;

async function offered(view: EditorView): Promise<void> {
  startCompletion(view);
  await vi.waitFor(() => expect(completionStatus(view.state)).toBe('active'));
}

function press(view: EditorView, key: string): boolean {
  return runScopeHandlers(view, new KeyboardEvent('keydown', { key }), 'editor');
}

/** Presses Tab until it accepts: a list that has just opened does not take it yet. */
async function accepted(view: EditorView): Promise<void> {
  await vi.waitFor(() => {
    press(view, 'Tab');
    expect(completionStatus(view.state)).toBeNull();
  });
}

describe('completion', () => {
  it('keeps the order of the service, and asks for a place in bytes', async () => {
    const { runs } = serve({ runs: { Complete: () => offering([println, { ...println, label: 'Aprintln', insert: 'Aprintln' }], span(1, 13, 1, 15)), Documentation: () => [] } });
    const view = editor('"🙂"+fmt.Pr‸');
    await offered(view);
    expect(runs.Complete).toHaveBeenCalledWith('"🙂"+fmt.Pr', 1, 14);
    expect(currentCompletions(view.state).map((c) => c.label)).toEqual(['Println', 'Aprintln']);
  });

  it('puts the caret between the brackets, and the import at the top, as one step', async () => {
    const item = { ...println, edits: [{ ...span(1, 1, 1, 1), text: 'import "fmt"\n' }] };
    serve({ runs: { Complete: () => offering([item]), Documentation: () => [], Signature: () => null } });
    const view = editor('fmt.Pr‸');
    await offered(view);
    await accepted(view);
    expect(view.state.doc.toString()).toBe('import "fmt"\nfmt.Println()');
    expect(view.state.selection.main.head).toBe(view.state.doc.length - 1);
    undo(view);
    expect(view.state.doc.toString()).toBe('fmt.Pr');
  });

  it('narrows the list at once while the word goes on, and still imports', async () => {
    const item = { ...println, edits: [{ ...span(1, 1, 1, 1), text: 'import "fmt"\n' }] };
    const { runs } = serve({ runs: { Complete: () => offering([{ ...println, label: 'Print' }, item]), Documentation: () => [], Signature: () => null } });
    const view = editor('fmt.Pr‸');
    await offered(view);
    view.dispatch({ changes: { from: 6, insert: 'in' }, selection: { anchor: 8 }, userEvent: 'input.type' });
    view.dispatch({ changes: { from: 8, insert: 'tl' }, selection: { anchor: 10 }, userEvent: 'input.type' });
    expect(currentCompletions(view.state).map((c) => c.label)).toEqual(['Println']);
    expect(runs.Complete).toHaveBeenCalledOnce();
    await accepted(view);
    expect(view.state.doc.toString()).toBe('import "fmt"\nfmt.Println()');
  });

  it('puts beginnings before scattered letters', () => {
    expect(narrowed([{ label: 'Fprintln' }, { label: 'print' }, { label: 'Errorf' }, { label: 'Println' }], 'pr').map((o) => o.label)).toEqual(['print', 'Println', 'Fprintln']);
  });

  it('is closed by Escape', async () => {
    serve({ runs: { Complete: () => offering([println]), Documentation: () => [] } });
    const view = editor('fmt.Pr‸');
    await offered(view);
    expect(press(view, 'Escape')).toBe(true);
    expect(completionStatus(view.state)).toBeNull();
    expect(acceptCompletion(view)).toBe(false);
  });

  it('lets Tab indent when nothing is offered', () => {
    expect(press(editor('fmt‸'), 'Tab')).toBe(false);
  });

  it('says nothing when the app does not answer', async () => {
    const { runs } = serve({ runs: { Complete: () => Promise.reject(new Error('gone')) } });
    const view = editor('fmt.Pr‸');
    startCompletion(view);
    await vi.waitFor(() => expect(runs.Complete).toHaveBeenCalled());
    await vi.waitFor(() => expect(completionStatus(view.state)).toBeNull());
  });

  it('is not offered to those who read', () => {
    const view = editor('fmt.Pr‸', helpReading());
    expect(startCompletion(view)).toBe(false);
  });

  it.each([
    ['// fmt.‸', false],
    ['/* fmt.‸ */', false],
    ['var s = "fmt.‸"', false],
    ['var s = `fmt.‸`', false],
    ["var r = 'f‸'", false],
    ['import "st‸"', true],
    ['func main() { fmt.‸ }', true],
  ])('of %s: %s', (text, may) => {
    const view = editor(`package main\n\n${text}\n`);
    expect(mayOffer(view.state, view.state.selection.main.head)).toBe(may);
  });

  it('marks the letters that were typed', () => {
    expect(matched('Println', 'Pr')).toEqual([0, 2]);
    expect(matched('Println', 'pln')).toEqual([0, 1, 5, 7]);
    expect(matched('Println', 'x')).toEqual([]);
  });
});

it('draws documentation as text, whatever is in it', () => {
  const dom = documentation('func <b>()', [
    { kind: 'plain', text: '<script>' },
    { kind: 'code', text: 'a\n\tb' },
    { kind: 'heading', text: 'More' },
    { kind: 'entry', text: '• one' },
  ]);
  expect(dom?.querySelector('script')).toBeNull();
  expect([...(dom?.children ?? [])].map((e) => `${e.tagName}:${e.textContent}`)).toEqual(['CODE:func <b>()', 'P:<script>', 'PRE:a\n\tb', 'H4:More', 'P:• one']);
  expect(documentation('', [])).toBeNull();
});

describe('the signature', () => {
  it('is shown when a bracket is typed, with the next parameter marked, and closed by Escape', async () => {
    serve({ runs: { Signature: () => ({ before: 'Printf(', parameters: ['format string', 'a ...any'], after: ') error', active: 1, docs: [] }), Complete: () => null } });
    const view = editor('fmt.Printf‸');
    view.dispatch({ changes: { from: 10, insert: '()' }, selection: { anchor: 11 }, userEvent: 'input.type' });
    await vi.waitFor(() => expect(view.dom.querySelector('.cm-call')?.textContent).toBe('Printf(format string, a ...any) error'));
    expect(view.dom.querySelector('.cm-activeParameter')?.textContent).toBe('a ...any');
    await vi.waitFor(() => {
      press(view, 'Escape'); // a list of completions is closed first
      expect(view.dom.querySelector('.cm-call')).toBeNull();
    });
  });

  it('goes when the caret is in no call any more', async () => {
    let before = 'f(';
    serve({ runs: { Signature: () => ({ before, parameters: [], after: ')', active: -1, docs: [] }), Complete: () => null } });
    const view = editor('f‸');
    view.dispatch({ changes: { from: 1, insert: '()' }, selection: { anchor: 2 }, userEvent: 'input.type' });
    await vi.waitFor(() => expect(view.dom.querySelector('.cm-call')).not.toBeNull());
    before = '';
    view.dispatch({ selection: { anchor: 0 } });
    await vi.waitFor(() => expect(view.dom.querySelector('.cm-call')).toBeNull());
  });
});

it('tells what the name at the caret means, to those who read as well', async () => {
  serve({ runs: { Hover: () => ({ ...span(1, 1, 1, 4), signature: 'package fmt', docs: [{ kind: 'plain', text: 'Package fmt prints.' }] }) } });
  const view = editor('fm‸t.Println()', helpReading());
  view.dispatch({ effects: explainName.of(null) });
  await vi.waitFor(() => expect(view.dom.querySelector('.cm-about')?.textContent).toBe('package fmtPackage fmt prints.'));
  view.dispatch({ selection: { anchor: 0 } });
  expect(view.dom.querySelector('.cm-about')).toBeNull();
});

describe('rename', () => {
  const two = [
    { ...span(1, 1, 1, 7), text: 'size' },
    { ...span(2, 5, 2, 11), text: 'size' },
  ];
  const text = 'größ‸e := 1\n_ = größe\n';
  const field = (view: EditorView) => view.dom.querySelector<HTMLInputElement>('.cm-rename input');

  async function asked(view: EditorView): Promise<HTMLInputElement> {
    view.dispatch({ effects: renameName.of(null) });
    await vi.waitFor(() => expect(field(view)).not.toBeNull());
    return field(view) as HTMLInputElement;
  }

  it('changes all places as one step', async () => {
    const { runs } = serve({ runs: { Renamable: () => span(1, 1, 1, 8), Rename: () => [two[0] && { ...two[0], endColumn: 8 }, two[1] && { ...two[1], endColumn: 12 }] } });
    const view = editor(text);
    const name = await asked(view);
    expect(name.value).toBe('größe');
    expect(name.getAttribute('aria-label')).toBe('New name');
    name.value = 'size';
    name.form?.requestSubmit();
    await vi.waitFor(() => expect(view.state.doc.toString()).toBe('size := 1\n_ = size\n'));
    expect(runs.Rename).toHaveBeenCalledWith('größe := 1\n_ = größe\n', 1, 1, 'size');
    expect(field(view)).toBeNull();
    undo(view);
    expect(view.state.doc.toString()).toBe('größe := 1\n_ = größe\n');
  });

  it('says why not, and stays to be tried again', async () => {
    serve({ runs: { Renamable: () => span(1, 1, 1, 8), Rename: () => Promise.reject(failing('program', 'There is a size already, in line 3.')) } });
    const view = editor(text);
    const name = await asked(view);
    name.form?.requestSubmit();
    await vi.waitFor(() => expect(view.dom.querySelector('[role=alert]')?.textContent).toBe('There is a size already, in line 3.'));
    name.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(field(view)).toBeNull();
    expect(view.state.doc.toString()).toBe(text.replace('‸', ''));
  });

  it('does not begin at what cannot be renamed', async () => {
    serve({ runs: { Renamable: () => Promise.reject(failing('program', 'main must keep its name.')) } });
    failed.mockClear();
    const view = editor(text);
    view.dispatch({ effects: renameName.of(null) });
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    expect(field(view)).toBeNull();
  });
});

describe('format', () => {
  it('changes what must be changed, keeps the caret at its word, and is one step', async () => {
    serve({ runs: { Format: () => [{ ...span(1, 1, 1, 1), text: 'import "fmt"\n' }, { ...span(1, 2, 1, 2), text: ' ' }] } });
    const view = editor('a:=‸1');
    await format(shown(view));
    expect(view.state.doc.toString()).toBe('import "fmt"\na :=1');
    expect(view.state.selection.main.head).toBe(view.state.doc.length - 1);
    undo(view);
    expect(view.state.doc.toString()).toBe('a:=1');
  });

  it('drops an answer that speaks of an older text', async () => {
    const view = editor('a:=1‸');
    serve({
      runs: {
        Format: () => {
          view.dispatch({ changes: { from: 0, insert: 'b' } });
          return [{ ...span(1, 1, 1, 5), text: 'gone' }];
        },
      },
    });
    await format(shown(view));
    expect(view.state.doc.toString()).toBe('ba:=1');
  });

  it('rejects with the sentence', async () => {
    serve({ runs: { Format: () => Promise.reject(failing('program', 'Line 1 is not Go yet.')) } });
    await expect(format(shown(editor('‸')))).rejects.toThrow('Line 1 is not Go yet.');
  });
});

it('goes to where a name is declared', async () => {
  serve({ runs: { Definition: () => span(1, 1, 1, 8) } });
  const view = editor('größe := 1\n_ = größ‸e');
  await goToDefinition(shown(view));
  expect(view.state.selection.main.head).toBe(0);
});
