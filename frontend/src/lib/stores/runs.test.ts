import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunExit } from '../types';
import { endInput, giveInput, happened, pullRuns, startRun, stopRun, useRuns } from './runs';

const exit: RunExit = { code: 0, signal: '', reason: 'done', message: '', cpuMs: 1, wallMs: 2, memory: 3, engine: 'yaegi', why: '' };
const out = (run: string, seq: number, data: string, stream = 'stdout'): RunEvent => ({ run, docId: 'mine', seq, kind: 'output', stream, data, phase: '' });
const text = () => useRuns.getState().output.blocks.map((b) => b.text).join('');

const bound = { Run: vi.fn(), Stop: vi.fn(), Input: vi.fn(), EndInput: vi.fn(), Last: vi.fn() };

beforeEach(() => {
  for (const f of Object.values(bound)) f.mockReset().mockResolvedValue(undefined);
  window.go = { runs: { Service: bound } };
  useRuns.setState({ ...useRuns.getInitialState() });
});

describe('runs', () => {
  it('shows what came before the run had a name, and nothing of another run', async () => {
    bound.Run.mockImplementation(async () => {
      happened(out('r1', 1, 'early '));
      happened(out('old', 9, 'stale'));
      return 'r1';
    });
    await startRun({ docId: 'mine', text: 'package main', engine: 'auto' });
    happened(out('r1', 2, 'late'));
    happened(out('old', 10, 'stale'));
    happened({ run: 'r1', docId: 'mine', seq: 3, kind: 'exit', stream: '', data: '', phase: '', exit });
    await vi.waitFor(() => expect(useRuns.getState().phase).toBe('ended'));
    expect(text()).toBe('early late');
    expect(useRuns.getState().exit?.reason).toBe('done');
  });

  it('shows one run: the new one', async () => {
    bound.Run.mockResolvedValueOnce('r1').mockResolvedValueOnce('r2');
    await startRun({ docId: 'mine', text: '', engine: 'auto' });
    await startRun({ docId: 'mine', text: '', engine: 'auto' });
    happened(out('r1', 5, 'of the old one'));
    happened(out('r2', 0, 'of the new one'));
    await vi.waitFor(() => expect(text()).toBe('of the new one'));
    expect(useRuns.getState().run).toBe('r2');
  });

  it('says why a run could not begin', async () => {
    bound.Run.mockRejectedValue(new Error('{"code":"unavailable","message":"No runner.","hint":"Install it.","details":""}'));
    await startRun({ docId: 'mine', text: '', engine: 'auto' });
    expect(useRuns.getState()).toMatchObject({ phase: 'ended', failure: { message: 'No runner.' } });
  });

  it('gives input, ends it, and stops', async () => {
    bound.Run.mockResolvedValue('r1');
    await startRun({ docId: 'mine', text: '', engine: 'auto' });
    await giveInput('Ada\n');
    await endInput();
    await stopRun();
    expect(bound.Input).toHaveBeenCalledWith('r1', 'Ada\n');
    expect(bound.EndInput).toHaveBeenCalledWith('r1');
    expect(bound.Stop).toHaveBeenCalledWith('r1');
    expect(useRuns.getState().output.blocks.map((b) => b.stream)).toEqual(['stdin']);
    expect(useRuns.getState()).toMatchObject({ inputEnded: true, stopping: true });
  });

  it('takes up a run after a reload, without showing anything twice', async () => {
    bound.Last.mockResolvedValue({ run: 'r7', docId: 'mine', truncated: false, events: [out('r7', 1, 'one '), out('r7', 2, 'two ')] });
    await pullRuns();
    happened(out('r7', 2, 'two '));
    happened(out('r7', 3, 'three'));
    await vi.waitFor(() => expect(text()).toBe('one two three'));
    await pullRuns();
    expect(text()).toBe('one two three');
  });

  it('forgets what is void, and knows what it waits for', async () => {
    bound.Run.mockResolvedValue('r1');
    await startRun({ docId: 'mine', text: '', engine: 'auto' });
    happened(out('r1', 0, 'void'));
    happened({ ...out('r1', 1, ''), kind: 'replaced' });
    happened(out('r1', 2, 'true'));
    happened({ ...out('r1', 3, ''), kind: 'phase', phase: 'building' });
    await vi.waitFor(() => expect(useRuns.getState().step).toBe('building'));
    expect(text()).toBe('true');
    expect(useRuns.getState().replaced).toBe(true);
    happened({ ...out('r1', 4, ''), kind: 'phase', phase: 'running' });
    await vi.waitFor(() => expect(useRuns.getState().step).toBe(''));
  });
});
