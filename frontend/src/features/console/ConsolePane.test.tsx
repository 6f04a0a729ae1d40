import { EditorView } from '@codemirror/view';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { FixedText } from '@/lib/collab/fixed';
import { consoleHappened, evaluate, goOn, useConsole } from '@/lib/stores/console';
import type { ConsoleEnd, ConsoleEvent } from '@/lib/types';
import { draw, failing, serve } from '@/test/render';
import { ConsolePane } from './ConsolePane';
import { inText } from './Line';

const text = 'package main\n\nfunc main() {}\n';
const doc = new FixedText(text, []);
const opened = { id: 'c1', opened: 1_700_000_000_000, problems: [], forgotten: [] };
const done: ConsoleEnd = { outcome: 'done', message: '', code: 0, undone: false, engine: 'yaegi', why: '', wallMs: 3 };
const event = (line: number, more: Partial<ConsoleEvent>): ConsoleEvent => ({ console: 'c1', line, seq: 0, kind: 'output', stream: 'stdout', data: '', value: null, diagnostic: null, end: null, ...more });

/** A service that answers each line with the events that are given. */
function answering(answer: (typed: string) => Partial<ConsoleEvent>[]) {
  return serve({
    runs: {
      OpenConsole: () => opened,
      RefreshConsole: () => ({ ...opened, opened: opened.opened + 60_000 }),
      StopConsole: () => undefined,
      CloseConsole: () => undefined,
      EvalConsole: (_id, line, typed) => {
        for (const e of answer(typed as string)) consoleHappened(event(line as number, e));
      },
    },
  }).runs;
}

function prompt(): EditorView {
  const view = EditorView.findFromDOM(screen.getByTestId('console-prompt').querySelector<HTMLElement>('.cm-editor') as HTMLElement);
  if (!view) throw new Error('there is no prompt');
  return view;
}

async function type(typed: string): Promise<void> {
  const view = prompt();
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: typed }, selection: { anchor: typed.length } });
  await press('{Enter}');
}

async function press(keys: string): Promise<void> {
  prompt().contentDOM.focus();
  await userEvent.keyboard(keys);
}

beforeEach(() => useConsole.setState(useConsole.getInitialState()));

it('says what can be typed, and does an example on a click', async () => {
  const runs = answering(() => [{ kind: 'value', value: { text: '"GO"', type: 'string' } }, { kind: 'end', end: done }]);
  draw(<ConsolePane docId="mine" doc={doc} />);
  await waitFor(() => expect(runs.OpenConsole).toHaveBeenCalledWith({ docId: 'mine', text, engine: '' }));
  await userEvent.click(screen.getByRole('button', { name: 'strings.ToUpper("go")' }));
  expect((await screen.findByTestId('console-value')).textContent).toBe('"GO" string');
  expect(document.activeElement).toBe(prompt().contentDOM);
  expect(screen.getByRole('log', { name: 'Console' })).toBeTruthy();
});

it('shows what is printed, the streams told apart, and takes everything for text', async () => {
  answering(() => [{ data: '<b>out</b>' }, { stream: 'stderr', data: 'err' }, { kind: 'note', data: 'a note' }, { kind: 'end', end: { ...done, engine: 'gc', why: 'goroutines' } }]);
  draw(<ConsolePane docId="mine" doc={doc} />);
  await type('f()');
  expect(await screen.findByText('<b>out</b>')).toBeTruthy();
  expect(screen.getByTitle('Error output').textContent).toBe('err');
  expect(screen.getByText('a note')).toBeTruthy();
  expect(screen.getByTitle(/because of: goroutines/)).toBeTruthy();
});

it('puts a mark under the place of an error, also behind letters of several bytes', async () => {
  answering(() => [
    { kind: 'diagnostic', diagnostic: { file: 'console.go', line: 1, column: 8, endLine: 1, endColumn: 9, severity: 'error', message: 'undefined: y', explanation: 'because' } },
    { kind: 'end', end: { ...done, outcome: 'compile', engine: '' } },
  ]);
  draw(<ConsolePane docId="mine" doc={doc} />);
  await type('"世" + y');
  const problem = await screen.findByTestId('console-problem');
  expect(problem.textContent).toContain('undefined: y');
  expect(problem.textContent).toContain('because');
  expect(inText('"世" + y', 10)).toBe(7);
  expect(inText('ab', 99)).toBe(2);
});

it('goes on with a block that is not complete', async () => {
  answering((typed) => [{ kind: 'end', end: { ...done, outcome: typed.includes('}') ? 'done' : 'more' } }]);
  draw(<ConsolePane docId="mine" doc={doc} />);
  await type('if true {');
  await waitFor(() => expect(prompt().state.doc.toString()).toBe('if true {\n\t'));
  expect(screen.queryByTestId('console-entry')).toBeNull();
  expect(useConsole.getState().history).toEqual([]);
  await type('if true {\n\tx()\n}');
  expect((await screen.findByTestId('console-entry')).dataset.outcome).toBe('done');
  expect(goOn('a(')).toBe('a(\n\t');
  expect(goOn('\tb +')).toBe('\tb +\n\t');
});

it('brings back what was typed, and what was being typed', async () => {
  answering(() => [{ kind: 'end', end: done }]);
  draw(<ConsolePane docId="mine" doc={doc} />);
  for (const line of ['1', '2', '1']) {
    await type(line);
    await waitFor(() => expect(useConsole.getState().busy).toBe(false));
  }
  prompt().dispatch({ changes: { from: 0, insert: 'unfinished' } });
  await press('{ArrowUp}');
  expect(prompt().state.doc.toString()).toBe('1');
  await press('{ArrowUp}{ArrowUp}{ArrowUp}');
  expect(prompt().state.doc.toString()).toBe('2');
  await press('{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(prompt().state.doc.toString()).toBe('unfinished');
  await press('{Control>}l{/Control}');
  expect(screen.queryByTestId('console-entry')).toBeNull();
});

it('stops with Escape, and takes no second line meanwhile', async () => {
  const runs = answering(() => []);
  draw(<ConsolePane docId="mine" doc={doc} />);
  await type('for {}');
  await waitFor(() => expect(runs.EvalConsole).toHaveBeenCalledTimes(1));
  await type('1');
  expect(runs.EvalConsole).toHaveBeenCalledTimes(1);
  await press('{Escape}');
  expect(runs.StopConsole).toHaveBeenCalledWith('c1');
});

it('takes up the changes of the program, and says when it cannot', async () => {
  const runs = answering(() => [{ kind: 'end', end: done }]);
  draw(<ConsolePane docId="mine" doc={doc} />);
  await evaluate('mine', text, '1');
  expect(runs.RefreshConsole).not.toHaveBeenCalled();
  runs.RefreshConsole.mockResolvedValueOnce({ ...opened, forgotten: ['x := f()'] });
  await evaluate('mine', `${text}// more`, '1');
  expect(await screen.findByText(/It is forgotten/)).toBeTruthy();
  const problem = { file: 'main.go', line: 3, column: 1, endLine: 3, endColumn: 2, severity: 'error', message: 'no', explanation: '' };
  runs.RefreshConsole.mockResolvedValueOnce({ ...opened, problems: [problem] });
  await evaluate('mine', `${text}wrong`, '1');
  expect((await screen.findByTestId('console-definitions')).textContent).toMatch(/error in line 3/);
  expect(useConsole.getState().text).toBe(`${text}// more`);
});

it('says why it is not there, and is opened again by the next line', async () => {
  const runs = answering(() => [{ kind: 'end', end: done }]);
  runs.OpenConsole.mockRejectedValueOnce(failing('unknown', 'The console is not there.'));
  draw(<ConsolePane docId="mine" doc={doc} />);
  expect(await screen.findByText('The console is not there.')).toBeTruthy();
  await evaluate('mine', text, '1');
  expect(runs.EvalConsole).toHaveBeenCalled();
  expect(screen.queryByText('The console is not there.')).toBeNull();
});

it('keeps within bounds what is printed', () => {
  useConsole.setState({ id: 'c1', docId: 'mine', entries: [{ line: 1, typed: 'f()', parts: [], cut: false, end: null }] });
  for (let i = 0; i < 30; i++) consoleHappened(event(1, { data: 'x'.repeat(10_000) }));
  const entry = useConsole.getState().entries[0];
  expect(entry?.cut).toBe(true);
  expect(entry?.parts).toHaveLength(1);
  consoleHappened({ ...event(1, { data: 'of another console' }), console: 'c0' });
  expect(useConsole.getState().entries[0]).toBe(entry);
});
