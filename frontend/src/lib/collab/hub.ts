/** The documents that are open in this page, and the news about them. */
import type { Extension } from '@codemirror/state';
import { code, on } from '../backend';
import { useLooks } from '../stores/looks';
import type { Looker } from '../types';
import type { OthersCaret } from './carets';
import { DocSession } from './session';

export interface HubConfig {
  extensions(id: string, pen: boolean): Extension;
  onRescued(id: string): void;
  onLost(text: string, owner: string): void;
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
      on('doc:caret', ({ id, ...caret }) => this.caret(id, caret)),
      useLooks.subscribe((now, before) => {
        if (now.lookers !== before.lookers) this.sessions.get('mine')?.showCarets(caretsOf(now.lookers));
        if (now.looks !== before.looks) this.pens();
      }),
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
        extensions: (pen) => this.config.extensions(id, pen),
        onRescued: () => this.config.onRescued(id),
        onLost: (text, owner) => this.config.onLost(text, owner),
      });
      this.sessions.set(id, session);
    }
    return session;
  }

  /** Loads a document if it is not loaded. */
  async open(id: string): Promise<DocSession> {
    const session = this.get(id);
    await session.open();
    if (id === 'mine') session.showCarets(caretsOf(useLooks.getState().lookers));
    this.pens();
    return session;
  }

  /** Lets go of a document that was only looked at. */
  release(id: string): void {
    const session = this.sessions.get(id);
    if (!session || session.owned) return;
    this.sessions.delete(id);
    session.close();
  }

  /** Pushes everything that was typed into one's own documents; false when some of it could not be. */
  async flush(): Promise<boolean> {
    const done = await Promise.all([...this.sessions.values()].filter((s) => s.owned).map((s) => s.flush()));
    return done.every(Boolean);
  }

  close(): void {
    for (const end of this.stop) end();
    this.stop = [];
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }

  private caret(id: string, caret: Omit<OthersCaret, 'name'>): void {
    const session = this.sessions.get(id);
    if (session?.ready && !session.owned) session.showCarets([{ ...caret, name: session.name }]);
  }

  /** Gives the pen where a student has let us edit, takes it where not, and pauses it while they are not reached. */
  private pens(): void {
    const { looks } = useLooks.getState();
    for (const session of this.sessions.values()) {
      if (!session.ready || session.owned) continue;
      const look = looks[session.id];
      const together = look?.state === 'together';
      session.setHeld(together && !look.here);
      if (together !== session.pen) void session.renew().catch(() => undefined);
    }
  }

  private async resume(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((s) => s.resume().catch(() => undefined)));
  }
}

function caretsOf(lookers: readonly Looker[]): OthersCaret[] {
  return lookers.flatMap((l) => (l.caret ? [{ ...l.caret, name: l.name }] : []));
}
