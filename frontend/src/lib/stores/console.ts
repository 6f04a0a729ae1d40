/** The console of this window: what was typed into it and what came of it. */
import { create } from 'zustand';
import { runs } from '../backend';
import { asFailure } from '../failure';
import type { ConsoleEnd, ConsoleEvent, Failure, RunDiagnostic } from '../types';

/** Something that came of a line. */
export type Part =
  | { kind: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { kind: 'value'; text: string; type: string }
  | { kind: 'problem'; problem: RunDiagnostic }
  | { kind: 'note'; text: string };

/** A line with what came of it; without `end` it is still being answered. */
export interface Entry {
  line: number;
  typed: string;
  parts: readonly Part[];
  cut: boolean;
  end: ConsoleEnd | null;
}

interface ConsoleState {
  tab: 'output' | 'console';
  /** Grows when the prompt is asked for. */
  asked: number;
  /** The document whose definitions it uses; "" while none is open. */
  docId: string;
  id: string;
  /** The text of those definitions, and when it was read. */
  text: string;
  opened: number;
  /** What keeps the program's present definitions out. */
  problems: readonly RunDiagnostic[];
  entries: readonly Entry[];
  history: readonly string[];
  /** What is in the prompt. */
  draft: string;
  busy: boolean;
  failure: Failure | null;
}

const fresh = { docId: '', id: '', text: '', opened: 0, problems: [], entries: [], draft: '', busy: false, failure: null };

export const useConsole = create<ConsoleState>(() => ({ tab: 'output', asked: 0, history: [], ...fresh }));

const maxEntries = 200;
const maxHistory = 200;
/** Characters of what one line prints that are kept on the page. */
const maxPrinted = 100_000;
let count = 0;
let opening: Promise<void> | null = null;

/** Opens a console over a program, if that is not the one it is open over. */
export function openConsole(docId: string, text: string): Promise<void> {
  if (useConsole.getState().docId === docId && useConsole.getState().id) return Promise.resolve();
  opening ??= begin(docId, text).finally(() => (opening = null));
  return opening;
}

async function begin(docId: string, text: string): Promise<void> {
  useConsole.setState({ ...fresh, docId });
  try {
    const { id, opened, problems } = await runs.OpenConsole({ docId, text, engine: '' });
    useConsole.setState({ id, opened, problems: problems ?? [], text });
  } catch (reason) {
    useConsole.setState({ docId: '', failure: asFailure(reason) });
  }
}

/** Answers what was typed, with the definitions of the program as it is now if these are right. */
export async function evaluate(docId: string, text: string, typed: string): Promise<void> {
  if (useConsole.getState().busy) return;
  useConsole.setState({ busy: true });
  try {
    await openConsole(docId, text);
    const { id } = useConsole.getState();
    if (!id) throw new Error('The console is not open.');
    await refresh(id, text);
    const line = ++count;
    useConsole.setState((s) => ({
      draft: '',
      failure: null,
      history: [...s.history.filter((h) => h !== typed), typed].slice(-maxHistory),
      entries: [...s.entries, { line, typed, parts: [], cut: false, end: null }].slice(-maxEntries),
    }));
    await runs.EvalConsole(id, line, typed);
  } catch (reason) {
    useConsole.setState((s) => ({ busy: false, id: '', docId: '', entries: s.entries.filter((e) => e.end), failure: s.failure ?? asFailure(reason) }));
  }
}

async function refresh(id: string, text: string): Promise<void> {
  const now = useConsole.getState();
  if (now.text === text) return;
  const { opened, problems, forgotten } = await runs.RefreshConsole(id, text);
  const wrong = problems ?? [];
  useConsole.setState(wrong.length > 0 ? { problems: wrong } : { problems: [], opened, text });
  for (const typed of forgotten ?? []) {
    const end: ConsoleEnd = { outcome: 'forgotten', message: '', code: 0, undone: true, engine: '', why: '', wallMs: 0 };
    useConsole.setState((s) => ({ entries: [...s.entries, { line: ++count, typed, parts: [], cut: false, end }] }));
  }
}

/** Takes an event of a console. */
export function consoleHappened(event: ConsoleEvent): void {
  if (event.console !== useConsole.getState().id) return;
  useConsole.setState((s) => {
    const entry = s.entries.find((e) => e.line === event.line);
    if (!entry || entry.end) return s;
    if (event.kind !== 'end') return { entries: s.entries.map((e) => (e === entry ? withPart(e, event) : e)) };
    const end = event.end ?? null;
    if (end?.outcome === 'more') {
      // The block goes on: what was typed is back in the prompt, with a line to go on in.
      return { busy: false, draft: goOn(entry.typed), entries: s.entries.filter((e) => e !== entry), history: s.history.filter((h) => h !== entry.typed) };
    }
    return { busy: false, entries: s.entries.map((e) => (e === entry ? { ...e, end } : e)) };
  });
}

/** What was typed with a new line, as far in as the block is. */
export function goOn(typed: string): string {
  const last = typed.slice(typed.lastIndexOf('\n') + 1);
  const indent = /^\s*/.exec(last)?.[0] ?? '';
  return `${typed}\n${indent}${/[{([]\s*$/.test(last) ? '\t' : ''}`;
}

function withPart(entry: Entry, event: ConsoleEvent): Entry {
  const { kind } = event;
  if (kind === 'output') return withOutput(entry, event.stream === 'stderr' ? 'stderr' : 'stdout', event.data);
  if (kind === 'value' && event.value) return { ...entry, parts: [...entry.parts, { kind, ...event.value }] };
  if (kind === 'diagnostic' && event.diagnostic) return { ...entry, parts: [...entry.parts, { kind: 'problem', problem: event.diagnostic }] };
  if (kind === 'note') return { ...entry, parts: [...entry.parts, { kind, text: event.data }] };
  return entry;
}

function withOutput(entry: Entry, stream: 'stdout' | 'stderr', text: string): Entry {
  const printed = entry.parts.reduce((n, p) => n + (p.kind === 'output' ? p.text.length : 0), 0);
  const room = Math.max(0, maxPrinted - printed);
  const cut = entry.cut || text.length > room;
  const shown = text.slice(0, room);
  const last = entry.parts.at(-1);
  if (!shown) return { ...entry, cut };
  if (last?.kind === 'output' && last.stream === stream) return { ...entry, cut, parts: [...entry.parts.slice(0, -1), { ...last, text: last.text + shown }] };
  return { ...entry, cut, parts: [...entry.parts, { kind: 'output', stream, text: shown }] };
}

export async function stopConsole(): Promise<void> {
  const { id, busy } = useConsole.getState();
  if (busy && id) await runs.StopConsole(id).catch((reason: unknown) => useConsole.setState({ failure: asFailure(reason) }));
}

/** Moves the caret to the prompt, where a person has shown that they want to type. */
export function askForPrompt(): void {
  useConsole.setState((s) => ({ asked: s.asked + 1 }));
}

/** Empties the screen; what was declared stays. */
export function clearConsole(): void {
  useConsole.setState((s) => ({ entries: s.entries.filter((e) => !e.end) }));
}

/** Begins anew, with nothing declared but what the program declares. */
export async function restartConsole(text: string): Promise<void> {
  const { id, docId } = useConsole.getState();
  if (!docId) return;
  if (id) await runs.CloseConsole(id).catch(() => undefined);
  useConsole.setState({ id: '' });
  await openConsole(docId, text);
}

/** The page was cut off: what came of the line in the meantime is not known. */
export function consoleCutOff(): void {
  const { busy, docId } = useConsole.getState();
  if (busy && docId) useConsole.setState((s) => ({ ...fresh, history: s.history, entries: s.entries.filter((e) => e.end) }));
}

/** Closes the console as the room is left. */
export function forgetConsole(): void {
  const { id } = useConsole.getState();
  if (id) void runs.CloseConsole(id).catch(() => undefined);
  useConsole.setState(useConsole.getInitialState());
}
