/** The documents that are open in this page, and the news about them. */
import type { Extension } from '@codemirror/state';
import { code, on } from '../backend';
import { showCaret } from '../editor/remoteCaret';
import type { Caret } from '../types';
import { DocSession } from './session';

export interface HubConfig {
  extensions(id: string, owned: boolean): Extension;
  onRescued(id: string): void;
}

export class DocHub {
  private readonly sessions = new Map<string, DocSession>();
  private stop: (() => void)[] = [];

  constructor(private readonly config: HubConfig) {}

  /** Begins to listen. Called once a room is entered. */
  start(): void {
    const leaving = () => void this.flush();
    window.addEventListener('pagehide', leaving);
    document.addEventListener('visibilitychange', leaving);
    this.stop = [
      on('doc:changed', (changes) => this.sessions.get(changes.id)?.receive(changes)),
      on('doc:saved', (saved) => this.sessions.get(saved.id)?.stored(saved)),
      on('doc:caret', ({ id, anchor, head }) => this.caret(id, { anchor, head })),
      on('face:reconnected', () => void this.resume()),
      () => window.removeEventListener('pagehide', leaving),
      () => document.removeEventListener('visibilitychange', leaving),
    ];
  }

  /** The session of a document; made, but not yet loaded, when it is new. */
  get(id: string): DocSession {
    let session = this.sessions.get(id);
    if (!session) {
      session = new DocSession({
        id,
        authority: code,
        extensions: (owned) => this.config.extensions(id, owned),
        onRescued: () => this.config.onRescued(id),
      });
      this.sessions.set(id, session);
    }
    return session;
  }

  /** Loads a document if it is not loaded and shows its owner's caret. */
  async open(id: string): Promise<DocSession> {
    const session = this.get(id);
    const first = !session.ready;
    await session.open();
    if (first && session.openedCaret) this.caret(id, session.openedCaret);
    return session;
  }

  /** Lets go of a document that was only looked at. */
  release(id: string): void {
    const session = this.sessions.get(id);
    if (!session || session.owned) return;
    this.sessions.delete(id);
    session.close();
  }

  /** Pushes everything that was typed anywhere; false when some of it could not be. */
  async flush(): Promise<boolean> {
    const done = await Promise.all([...this.sessions.values()].map((s) => s.flush()));
    return done.every(Boolean);
  }

  close(): void {
    for (const end of this.stop) end();
    this.stop = [];
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }

  private caret(id: string, caret: Caret): void {
    const session = this.sessions.get(id);
    if (session?.ready && !session.owned) session.dispatch({ effects: showCaret.of({ ...caret, name: session.name }) });
  }

  private async resume(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((s) => s.resume().catch(() => undefined)));
  }
}
