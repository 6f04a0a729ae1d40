/** The program that runs, or ran last, in this window. */
import { create } from 'zustand';
import { runs } from '../backend';
import { asFailure } from '../failure';
import { append, nothingPrinted, type Output, type Stream } from '../output';
import type { Failure, RunDiagnostic, RunEvent, RunExit, RunRequest } from '../types';

export type RunPhase = 'idle' | 'starting' | 'running' | 'ended';

export type RunStep = '' | 'waiting' | 'building';

interface RunsState {
  phase: RunPhase;
  run: string;
  /** The document whose text was run. */
  docId: string;
  output: Output;
  diagnostics: RunDiagnostic[];
  exit: RunExit | null;
  failure: Failure | null;
  inputEnded: boolean;
  stopping: boolean;
  /** What it does before it runs, where that takes a moment. */
  step: RunStep;
  /** Another engine has taken it over and printed something else: what was shown before is void. */
  replaced: boolean;
  /** Output in the middle was not kept for a page that was loaded again. */
  middleCut: boolean;
}

const fresh = { output: nothingPrinted, diagnostics: [], exit: null, failure: null, inputEnded: false, stopping: false, step: '' as RunStep, replaced: false, middleCut: false };

export const useRuns = create<RunsState>(() => ({ phase: 'idle', run: '', docId: '', ...fresh }));

/** Events that came and are not yet shown: a flood of them is drawn once in a while, not once each. */
let waiting: RunEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let lastSeq = -1;
const drawEvery = 30;

export function happened(event: RunEvent): void {
  const { phase, run } = useRuns.getState();
  if (phase !== 'starting' && event.run !== run) return;
  waiting.push(event);
  if (phase !== 'starting') timer ??= setTimeout(draw, drawEvery);
}

function draw(): void {
  clearTimeout(timer);
  timer = undefined;
  const events = waiting;
  waiting = [];
  useRuns.setState((s) => events.reduce((state, event) => (event.run === s.run ? shown(state, event) : state), s));
}

function shown(s: RunsState, event: RunEvent): RunsState {
  if (event.seq <= lastSeq) return s;
  lastSeq = event.seq;
  if (event.kind === 'output') return { ...s, output: append(s.output, event.stream === 'stderr' ? 'stderr' : 'stdout', event.data ?? '') };
  if (event.kind === 'diagnostic' && event.diagnostic) return { ...s, diagnostics: [...s.diagnostics, event.diagnostic] };
  if (event.kind === 'phase') return { ...s, step: event.phase === 'waiting' || event.phase === 'building' ? event.phase : '' };
  if (event.kind === 'replaced') return { ...s, output: nothingPrinted, diagnostics: [], replaced: true, middleCut: false };
  if (event.kind === 'exit') return { ...s, phase: 'ended', exit: event.exit ?? null, stopping: false, step: '' };
  return s;
}

/** Runs this text. What still runs is stopped by the app: one screen shows one run. */
export async function startRun(request: RunRequest): Promise<void> {
  const before = useRuns.getState();
  if (before.phase === 'starting') return;
  waiting = [];
  lastSeq = -1;
  useRuns.setState({ ...fresh, phase: 'starting', run: '', docId: request.docId });
  try {
    const run = await runs.Run(request);
    useRuns.setState({ phase: 'running', run });
    draw();
  } catch (reason) {
    useRuns.setState({ phase: 'ended', failure: asFailure(reason) });
  }
}

export async function stopRun(): Promise<void> {
  const { phase, run } = useRuns.getState();
  if (phase !== 'running') return;
  useRuns.setState({ stopping: true });
  try {
    await runs.Stop(run);
  } catch (reason) {
    useRuns.setState({ failure: asFailure(reason), stopping: false });
  }
}

/** Gives the program a line, or whatever text, and shows it where it was asked for. */
export async function giveInput(text: string): Promise<void> {
  const { phase, run } = useRuns.getState();
  if (phase !== 'running') return;
  echo('stdin', text);
  await runs.Input(run, text).catch((reason: unknown) => useRuns.setState({ failure: asFailure(reason) }));
}

export async function endInput(): Promise<void> {
  const { phase, run } = useRuns.getState();
  if (phase !== 'running') return;
  useRuns.setState({ inputEnded: true });
  await runs.EndInput(run).catch((reason: unknown) => useRuns.setState({ failure: asFailure(reason) }));
}

export function clearRun(): void {
  if (useRuns.getState().phase === 'ended') useRuns.setState({ ...fresh, phase: 'idle', run: '', docId: '' });
}

function echo(stream: Stream, text: string): void {
  draw();
  useRuns.setState((s) => ({ output: append(s.output, stream, text) }));
}

/** Takes up the run that was going on when the page was loaded or cut off. */
export async function pullRuns(): Promise<void> {
  const last = await runs.Last();
  if (!last?.run) return;
  const { run, phase } = useRuns.getState();
  if (phase === 'starting') return;
  if (run !== last.run) {
    lastSeq = -1;
    useRuns.setState({ ...fresh, phase: 'running', run: last.run, docId: last.docId, middleCut: last.truncated });
  }
  waiting.push(...(last.events ?? []));
  waiting.sort((a, b) => a.seq - b.seq);
  draw();
}
