import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { FixedText } from '@/lib/collab/fixed';
import { append, nothingPrinted } from '@/lib/output';
import { useRoom } from '@/lib/stores/room';
import { useRuns } from '@/lib/stores/runs';
import type { RunExit } from '@/lib/types';
import { draw, serve } from '@/test/render';
import { OutputPane } from './OutputPane';
import { verdict } from './verdict';

const doc = new FixedText('package main\n\nfunc main() { x }\n', []);
const exit = (reason: string, more: Partial<RunExit> = {}): RunExit => ({ code: 0, signal: '', reason, message: '', cpuMs: 1, wallMs: 1500, memory: 1, engine: 'yaegi', why: 'You chose it.', ...more });

beforeEach(() => useRuns.setState(useRuns.getInitialState()));

it('says how to begin, also where another program’s output is on show elsewhere', () => {
  useRuns.setState({ phase: 'ended', docId: 'board', output: append(nothingPrinted, 'stdout', 'of the board') });
  draw(<OutputPane docId="mine" doc={doc} />);
  expect(screen.getByTestId('output').textContent).toContain('Enter');
  expect(screen.queryByText('of the board')).toBeNull();
});

it('tells the streams apart by more than colour, and takes everything for text', () => {
  let output = append(nothingPrinted, 'stdout', '<b>out</b>');
  output = append(output, 'stderr', 'err');
  useRuns.setState({ phase: 'running', run: '1', docId: 'mine', output });
  draw(<OutputPane docId="mine" doc={doc} />);
  expect(screen.getByText('<b>out</b>')).toBeTruthy();
  expect(screen.getByTitle('Error output').textContent).toBe('err');
});

it('goes to the line of an error', async () => {
  useRuns.setState({
    phase: 'ended',
    run: '1',
    docId: 'mine',
    exit: exit('compile'),
    diagnostics: [{ file: 'main.go', line: 3, column: 15, endLine: 0, endColumn: 0, severity: 'error', explanation: '', message: 'undefined: x' }],
  });
  draw(<OutputPane docId="mine" doc={doc} />);
  expect(screen.getByTestId('verdict').textContent).toContain('1 error');
  await userEvent.click(screen.getByRole('button', { name: /Line 3, column 15/ }));
  expect(doc.state.selection.main.head).toBe(14 + 14);
});

it('gives the program a line, ends its input, and stops it with Escape', async () => {
  const { runs } = serve({ runs: { Input: () => undefined, EndInput: () => undefined, Stop: () => undefined } });
  useRuns.setState({ phase: 'running', run: '7', docId: 'mine' });
  draw(<OutputPane docId="mine" doc={doc} />);
  const line = await screen.findByRole('textbox', { name: 'Input for the program' });
  await userEvent.type(line, 'Ada{Enter}');
  expect(runs.Input).toHaveBeenCalledWith('7', 'Ada\n');
  await userEvent.type(line, '{Control>}d{/Control}');
  expect(runs.EndInput).toHaveBeenCalledWith('7');
  await userEvent.click(screen.getByRole('log'));
  await userEvent.keyboard('{Escape}');
  expect(runs.Stop).toHaveBeenCalledWith('7');
});

it('says quietly which engine ran it, why, and what it used', () => {
  useRoom.setState({ start: { mode: 'start', argument: '', code: '', name: '', fingerprint: '', key: '', mine: [], known: [], protection: 'Programs are less locked in than they should be.', layers: [] } });
  useRuns.setState({ phase: 'ended', run: '1', docId: 'mine', exit: exit('done', { engine: 'gc', memory: 40 << 20, why: 'It ran long.' }) });
  draw(<OutputPane docId="mine" doc={doc} />);
  const said = screen.getByTestId('details').textContent;
  for (const part of ['Exit code 0', '40 MB', 'compiler', 'It ran long.', 'less locked in']) expect(said).toContain(part);
});

it('says that it builds, once that takes a moment', async () => {
  useRuns.setState({ phase: 'running', run: '1', docId: 'mine', step: 'building' });
  draw(<OutputPane docId="mine" doc={doc} />);
  expect(screen.queryByTestId('step')).toBeNull();
  expect((await screen.findByTestId('step')).textContent).toContain('Building');
  expect(screen.queryByRole('textbox')).toBeNull();
});

it('says that what was shown is void', () => {
  useRuns.setState({ phase: 'running', run: '1', docId: 'mine', replaced: true });
  draw(<OutputPane docId="mine" doc={doc} />);
  expect(screen.getByText(/void/)).toBeTruthy();
});

it.each(['done', 'failed', 'panic', 'compile', 'stopped', 'time', 'cpu', 'memory', 'output', 'crashed', 'unavailable', 'something new'])('has a sentence for the end “%s”', (reason) => {
  const said = verdict(exit(reason));
  expect(said.sentence).toMatch(/\.$/);
  expect(said.good).toBe(reason === 'done');
});
