/** Two editors on one document: the owner's beside its authority, a guest's behind a line that loses, repeats and delays. */
import { history, undo } from '@codemirror/commands';
import { ChangeSet, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { otherCaret, remoteCaret } from '../editor/remoteCaret';
import type { Changes, Doc, PushResult, Saved, Update, Version } from '../types';
import { DocSession, type Authority } from './session';

/** The owner's Go process. */
class Owner {
  doc: Text;
  log: Update[] = [];
  epoch = 'e';
  together = true;
  readonly hearers: ((changes: Changes) => void)[] = [];

  constructor(text: string) {
    this.doc = Text.of(text.split('\n'));
  }

  push(epoch: string, version: number, updates: Update[]): boolean {
    if (epoch !== this.epoch || version !== this.log.length) return false;
    for (const update of updates) this.doc = ChangeSet.fromJSON(update.changes).apply(this.doc);
    this.log.push(...updates);
    for (const hear of this.hearers) hear({ id: 'doc', epoch, version, updates, reset: false });
    return true;
  }
}

/** A machine at the owner's, or behind a line to it. `line` throws where the line is lost. */
class Side implements Authority {
  readonly carets: [number, number, number][] = [];

  constructor(
    private readonly owner: Owner,
    private readonly owned: boolean,
    private readonly line: () => Promise<void> = async () => undefined,
  ) {}

  async OpenDoc(id: string): Promise<Doc> {
    return { id, epoch: this.owner.epoch, version: this.owner.log.length, text: this.owner.doc.toString(), owned: this.owned, pen: this.owned || this.owner.together, name: 'Ada' };
  }

  async Push(_id: string, epoch: string, version: number, updates: Update[]): Promise<PushResult> {
    await this.line();
    if (!this.owned && !this.owner.together) throw new Error(JSON.stringify({ code: 'not-allowed', message: 'No more.', hint: '', details: '' }));
    const ok = this.owner.push(epoch, version, structuredClone(updates));
    await this.line(); // the answer may be lost too
    return { ok, epoch: this.owner.epoch, version: this.owner.log.length };
  }

  async Since(id: string, epoch: string, version: number): Promise<Changes> {
    const reset = epoch !== this.owner.epoch || version > this.owner.log.length;
    return { id, epoch: this.owner.epoch, version, updates: reset ? [] : this.owner.log.slice(version), reset };
  }

  async Caret(_id: string, _epoch: string, version: number, anchor: number, head: number): Promise<void> {
    this.carets.push([version, anchor, head]);
  }

  async Saved(id: string): Promise<Saved> {
    return { id, epoch: this.owner.epoch, version: this.owner.log.length };
  }

  async Rescue(): Promise<Version> {
    throw new Error('nothing is to be rescued here');
  }
}

const open: DocSession[] = [];

async function editing(authority: Side, onLost?: (text: string, owner: string) => void): Promise<DocSession> {
  const session = new DocSession({ id: 'doc', authority, extensions: () => [history(), remoteCaret()], gather: 1, onLost });
  open.push(session);
  await session.open();
  return session;
}

async function both(text: string, line?: () => Promise<void>, onLost?: (text: string, owner: string) => void) {
  const owner = new Owner(text);
  const far = new Side(owner, false, line);
  const ada = await editing(new Side(owner, true));
  const guest = await editing(far, onLost);
  owner.hearers.push((changes) => ada.receive(changes), (changes) => guest.receive(changes));
  return { owner, ada, guest, far };
}

const type = (session: DocSession, at: number, insert: string) => session.dispatch({ changes: { from: at, insert }, userEvent: 'input.type' });

function onScreen(session: DocSession): EditorView {
  const view = new EditorView({
    state: session.state,
    dispatchTransactions: (trs, self) => {
      self.update(trs);
      session.took(trs);
    },
  });
  session.attach(view);
  return view;
}

afterEach(() => {
  for (const session of open.splice(0)) session.close();
});

describe('editing together', () => {
  it('both type at once and read the same', async () => {
    const { owner, ada, guest } = await both('package main\n');
    for (let i = 0; i < 40; i++) {
      type(ada, ada.state.doc.length, `a${i} `);
      type(guest, 0, `g${i} `);
      if (i % 7 === 0) await Promise.resolve();
    }
    await Promise.all([ada.flush(), guest.flush()]);
    await vi.waitFor(() => expect(guest.text).toBe(owner.doc.toString()));
    expect(ada.text).toBe(guest.text);
    for (let i = 0; i < 40; i++) expect([ada.text.split(`a${i} `).length, ada.text.split(`g${i} `).length]).toEqual([2, 2]);
  });

  it.each([1, 2, 3, 4, 5])('converges where pushes, answers and news are lost, late, repeated and out of order (seed %i)', async (seed) => {
    let state = seed * 2654435761;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    let calm = false;
    const line = async () => {
      for (let n = Math.floor(random() * 4); n > 0; n--) await new Promise((resolve) => setTimeout(resolve, 0));
      if (!calm && random() < 0.2) throw new Error(JSON.stringify({ code: 'unreachable', message: '', hint: '', details: '' }));
    };
    const { owner, ada, guest } = await both('', line);
    owner.hearers.pop();
    const news: Changes[] = [];
    owner.hearers.push((changes) => {
      if (random() < 0.7) news.splice(Math.floor(random() * (news.length + 1)), 0, changes);
      if (random() < 0.5) guest.receive(news[Math.floor(random() * news.length)] ?? changes);
    });
    for (let i = 0; i < 30; i++) {
      type(ada, Math.floor(random() * (ada.state.doc.length + 1)), '🙂');
      type(guest, Math.floor(random() * (guest.state.doc.length / 2 + 1)) * 2, '写写');
      await new Promise((resolve) => setTimeout(resolve, 0));
      const change = news.shift();
      if (change) guest.receive(change);
    }
    calm = true;
    await vi.waitFor(
      async () => {
        await Promise.all([ada.resume(), guest.resume()]);
        expect(guest.unsent + ada.unsent).toBe(0);
        expect(guest.text).toBe(owner.doc.toString());
        expect(ada.text).toBe(owner.doc.toString());
      },
      { timeout: 10_000 },
    );
    expect(ada.text.match(/写/g)).toHaveLength(60);
    expect(ada.text.length).toBe(120);
  });

  it('calls nothing saved that somebody typed into it until the disk has it', async () => {
    const { ada, guest } = await both('x');
    type(guest, 0, 'y');
    await guest.flush();
    expect(ada.text).toBe('yx');
    expect(ada.saving).toBe('saving');
    ada.stored({ id: 'doc', epoch: 'e', version: 1 });
    expect(ada.saving).toBe('saved');
  });

  it('undoes only what one typed oneself', async () => {
    const { owner, ada, guest } = await both('x');
    const [onAda, onGuest] = [onScreen(ada), onScreen(guest)];
    type(ada, 1, ' Ada');
    await ada.flush();
    await vi.waitFor(() => expect(guest.text).toBe('x Ada'));
    type(guest, 0, 'guest ');
    await guest.flush();
    await vi.waitFor(() => expect(ada.text).toBe('guest x Ada'));
    expect(undo(onAda)).toBe(true);
    await ada.flush();
    expect(ada.text).toBe('guest x');
    await vi.waitFor(() => expect(guest.text).toBe('guest x'));
    expect(undo(onGuest)).toBe(true);
    await guest.flush();
    expect(owner.doc.toString()).toBe('x');
    onAda.destroy();
    onGuest.destroy();
  });

  it('the pen rests while the line is lost, and what it wrote is pushed after', async () => {
    let lost = false;
    const line = async () => {
      if (lost) throw new Error(JSON.stringify({ code: 'unreachable', message: '', hint: '', details: '' }));
    };
    const { owner, guest } = await both('x', line);
    lost = true;
    type(guest, 1, 'y');
    await vi.waitFor(() => expect(guest.saving).toBe('waiting'));
    guest.setHeld(true);
    expect(guest.state.readOnly).toBe(true);
    lost = false;
    guest.setHeld(false);
    expect(guest.state.readOnly).toBe(false);
    await vi.waitFor(() => expect(owner.doc.toString()).toBe('xy'));
  });

  it('what never got there when it was ended is handed back, and changes nothing', async () => {
    const lost = vi.fn();
    const { owner, ada, guest } = await both('x', undefined, lost);
    owner.together = false;
    type(guest, 1, ' too late');
    type(ada, 0, 'Ada ');
    await guest.flush();
    await ada.flush();
    await vi.waitFor(() => expect(guest.saving).toBe('refused'));
    await guest.renew();
    expect(guest.pen).toBe(false);
    expect(guest.text).toBe('Ada x');
    expect(lost).toHaveBeenCalledWith(expect.stringContaining(' too late'), 'Ada');
    expect(owner.doc.toString()).toBe('Ada x');
  });
});

describe('carets', () => {
  const shown = (session: DocSession) => otherCaret(session.state)?.head;
  const caret = (version: number, place: number) => [{ epoch: 'e', version, anchor: place, head: place, name: 'Ms Lee' }];

  it('are carried from their version through what came since, and through what is not sent', async () => {
    const { owner, ada } = await both('one two');
    owner.push('e', 0, [{ clientID: 'g', changes: ChangeSet.of({ from: 0, insert: '__' }, 7).toJSON() }]);
    ada.showCarets(caret(0, 4));
    expect(shown(ada)).toBe(6);
    type(ada, 0, 'unsent ');
    ada.showCarets(caret(1, 6));
    expect(shown(ada)).toBe(13);
    expect(ada.text[13]).toBe('t');
  });

  it('wait for their version', async () => {
    const { owner, ada } = await both('one two');
    ada.showCarets(caret(1, 6));
    expect(shown(ada)).toBeUndefined();
    owner.push('e', 0, [{ clientID: 'g', changes: ChangeSet.of({ from: 0, insert: '__' }, 7).toJSON() }]);
    expect(shown(ada)).toBe(6);
    ada.showCarets([{ ...caret(1, 3)[0], epoch: 'another', version: 1, anchor: 1, head: 1, name: 'x' }]);
    expect(shown(ada)).toBeUndefined();
  });

  it('are told as they stand in the version that the others have', async () => {
    let lost = false;
    const line = async () => {
      if (lost) throw new Error(JSON.stringify({ code: 'unreachable', message: '', hint: '', details: '' }));
    };
    const { guest, far } = await both('one two', line);
    lost = true;
    type(guest, 0, 'unsent ');
    guest.dispatch({ selection: { anchor: 11 } });
    await vi.waitFor(() => expect(guest.saving).toBe('waiting'));
    lost = false;
    await guest.resume();
    await vi.waitFor(() => expect(far.carets.at(-1)).toEqual([1, 11, 11]));
  });
});
