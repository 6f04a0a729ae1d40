/**
 * The one gate to the Go services. Everything the page asks of them and everything they tell it passes here: bound
 * methods are `window.go.<package>.Service.<Method>`, news are runtime events. Which face the page is in, the window or
 * the browser, makes no difference.
 */
import type * as bootService from '../../wailsjs/go/boot/Service';
import type * as codeService from '../../wailsjs/go/code/Service';
import type * as doctorService from '../../wailsjs/go/doctor/Service';
import type * as roomService from '../../wailsjs/go/room/Service';
import type * as runsService from '../../wailsjs/go/runs/Service';
import type * as settingsService from '../../wailsjs/go/settings/Service';
import type * as talkService from '../../wailsjs/go/talk/Service';
import type * as workService from '../../wailsjs/go/work/Service';
import type { Changes, ConsoleEvent, DocCaret, Found, Look, Looker, Message, RunEvent, Saved, SentCode, Submission, Tile, View } from './types';

/** What the services tell without being asked, and what comes with it. */
export interface News {
  'room:found': Found[] | null;
  'room:changed': View;
  'doc:changed': Changes;
  'doc:caret': DocCaret;
  'doc:saved': Saved;
  'wall:changed': Tile[] | null;
  'code:sent': SentCode;
  'code:look': Look;
  'code:lookers': Looker[] | null;
  'talk:said': Message;
  /** What was pending has arrived: which, the messages themselves tell. */
  'talk:delivered': undefined;
  'work:changed': Submission;
  'run:event': RunEvent;
  'console:event': ConsoleEvent;
  /** The page was cut off from its own app for a while: everything must be pulled again. */
  'face:reconnected': undefined;
  /** The app does not answer; the page keeps trying. */
  'face:lost': undefined;
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

export const boot = service<typeof bootService>('boot');
export const room = service<typeof roomService>('room');
export const code = service<typeof codeService>('code');
export const talk = service<typeof talkService>('talk');
export const runs = service<typeof runsService>('runs');
export const work = service<typeof workService>('work');
export const doctor = service<typeof doctorService>('doctor');
export const settings = service<typeof settingsService>('settings');

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
