/**
 * The one gate to the Go services. Everything the page asks of them and everything they tell it passes here: bound
 * methods are `window.go.<package>.Service.<Method>`, news are runtime events. Which face the page is in, the window or
 * the browser, makes no difference.
 */
import type {
  About,
  Changes,
  Doc,
  DocCaret,
  Found,
  JoinRequest,
  Message,
  OpenedSubmission,
  OpenRequest,
  PushResult,
  RunEvent,
  RunLog,
  RunRequest,
  SentCode,
  Settings,
  StartView,
  Submission,
  Tile,
  Update,
  Version,
  VersionText,
  View,
} from './types';

interface RoomService {
  Start(): Promise<StartView>;
  Search(): Promise<Found[] | null>;
  Networks(): Promise<string[] | null>;
  Open(request: OpenRequest): Promise<View>;
  Join(request: JoinRequest): Promise<View>;
  View(): Promise<View>;
  SetLocked(locked: boolean): Promise<void>;
  NewCode(): Promise<string>;
  SetUseCode(use: boolean): Promise<void>;
  Remove(member: string): Promise<void>;
  Readmit(member: string): Promise<void>;
  Leave(): Promise<void>;
}

export interface CodeService {
  OpenDoc(id: string): Promise<Doc>;
  Push(id: string, epoch: string, version: number, updates: Update[]): Promise<PushResult>;
  Since(id: string, epoch: string, version: number): Promise<Changes>;
  Caret(id: string, anchor: number, head: number): Promise<void>;
  Wall(): Promise<Tile[] | null>;
  SendToAll(title: string): Promise<SentCode>;
  Sent(): Promise<SentCode[] | null>;
  Versions(): Promise<Version[] | null>;
  Version(id: string): Promise<VersionText>;
  Take(id: string): Promise<Doc>;
  KeepVersion(title: string): Promise<Version>;
}

interface TalkService {
  Messages(before: number, limit: number): Promise<Message[] | null>;
  Say(text: string): Promise<Message>;
}

interface RunsService {
  Run(request: RunRequest): Promise<string>;
  Stop(run: string): Promise<void>;
  Input(run: string, text: string): Promise<void>;
  EndInput(run: string): Promise<void>;
  Last(): Promise<RunLog>;
}

interface WorkService {
  HandIn(title: string): Promise<Submission>;
  Mine(): Promise<Submission[] | null>;
  All(): Promise<Submission[] | null>;
  Open(id: string): Promise<OpenedSubmission>;
}

interface SettingsService {
  Get(): Promise<Settings>;
  Set(settings: Settings): Promise<void>;
  About(): Promise<About>;
}

/** What the services tell without being asked, and what comes with it. */
export interface News {
  'room:found': Found[] | null;
  'room:changed': View;
  'doc:changed': Changes;
  'doc:caret': DocCaret;
  'wall:changed': Tile[] | null;
  'code:sent': SentCode;
  'talk:said': Message;
  'talk:sent': { id: string };
  'work:changed': Submission;
  'run:event': RunEvent;
  /** The page was cut off from its own app for a while: everything must be pulled again. */
  'face:reconnected': undefined;
}

type Bound = Record<string, Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>>;

declare global {
  interface Window {
    go?: Bound;
    runtime?: {
      EventsOn(name: string, callback: (...data: unknown[]) => void): () => void;
      ClipboardSetText?(text: string): Promise<boolean>;
    };
  }
}

function service<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get:
      (_target, method: string) =>
      (...args: unknown[]) => {
        const bound = window.go?.[name]?.Service?.[method];
        if (!bound) return Promise.reject(new Error(`The app does not answer (${name}.${method}).`));
        return bound(...args);
      },
  });
}

export const room = service<RoomService>('room');
export const code = service<CodeService>('code');
export const talk = service<TalkService>('talk');
export const runs = service<RunsService>('runs');
export const work = service<WorkService>('work');
export const settings = service<SettingsService>('settings');

/** Calls back at each event of that name. Returns what ends it. */
export function on<K extends keyof News>(name: K, callback: (payload: News[K]) => void): () => void {
  return window.runtime?.EventsOn(name, (payload) => callback(payload as News[K])) ?? (() => undefined);
}

/** Puts text on the clipboard, by the window's own means where there are some. */
export async function copyText(text: string): Promise<void> {
  if (window.runtime?.ClipboardSetText) {
    const done = await window.runtime.ClipboardSetText(text).catch(() => false);
    if (done) return;
  }
  await navigator.clipboard.writeText(text);
}
