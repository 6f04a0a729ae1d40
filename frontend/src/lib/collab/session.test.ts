import { ChangeSet, Text } from '@codemirror/state';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Changes, Doc, Failure, PushResult, Saved, Update, Version } from '../types';
import { DocSession, type Authority } from './session';

/** What the Go process does, in memory: numbers what is current, refuses what is stale, refuses what does not fit. */
class MemoryAuthority implements Authority {
  doc: Text;
  log: Update[] = [];
  first = 0;
  kept: string[] = [];
  /** Version, anchor, head. */
  carets: [number, number, number][] = [];
  /** May it be written by someone whose it is not? */
  pen: boolean | null = null;
  pushes = 0;
  /** Run before a push is looked at; a throw is an app that does not answer. */
  before: (() => void | Promise<void>) | null = null;
  /** Run after a push was accepted; a throw is an answer that was lost. */
  after: (() => void) | null = null;

  constructor(
    text = '',
    public epoch = 'e1',
    public owned = true,
  ) {
    this.doc = Text.of(text.split('\n'));
  }

  get text() {
    return this.doc.toString();
  }

  get version() {
    return this.first + this.log.length;
  }

  async OpenDoc(id: string): Promise<Doc> {
    return { id, epoch: this.epoch, version: this.version, text: this.text, owned: this.owned, pen: this.pen ?? this.owned, name: 'Ada' };
  }

  async Push(_id: string, epoch: string, version: number, updates: Update[]): Promise<PushResult> {
    this.pushes++;
    await this.before?.();
    if (epoch !== this.epoch || version !== this.version) return { ok: false, epoch: this.epoch, version: this.version };
    this.accept(updates);
    this.after?.();
    return { ok: true, epoch: this.epoch, version: this.version };
  }

  async Since(id: string, epoch: string, version: number): Promise<Changes> {
    const reset = epoch !== this.epoch || version < this.first || version > this.version;
    return { id, epoch: this.epoch, version, updates: reset ? [] : this.log.slice(version - this.first), reset };
  }

  async Caret(_id: string, _epoch: string, version: number, anchor: number, head: number): Promise<void> {
    this.carets.push([version, anchor, head]);
  }

  /** What the disk says: that it has everything, unless it is full. */
  async Saved(id: string): Promise<Saved> {
    return { id, epoch: this.epoch, version: this.version, failure: this.full ?? undefined };
  }

  full: Failure | null = null;

  async Rescue(text: string): Promise<Version> {
    this.kept.push(text);
    return { id: 'v', at: 0, reason: 'rescued', title: '', lines: 1, text };
  }

  accept(updates: Update[]) {
    for (const update of updates) {
      // Over the wire it is JSON: what does not survive that must not survive here.
      const json: unknown = JSON.parse(JSON.stringify(update.changes));
      this.doc = ChangeSet.fromJSON(json).apply(this.doc);
      this.log.push({ clientID: update.clientID, changes: json });
    }
  }

  /** Someone else's edit. */
  edit(from: number, to: number, insert: string): Changes {
    const version = this.version;
    const changes = ChangeSet.of({ from, to, insert }, this.doc.length, '\n').toJSON() as unknown;
    this.accept([{ clientID: 'someone', changes }]);
    return { id: 'mine', epoch: this.epoch, version, updates: [{ clientID: 'someone', changes }], reset: false };
  }

  restart(epoch: string, text: string) {
    this.epoch = epoch;
    this.doc = Text.of(text.split('\n'));
    this.log = [];
    this.first = 0;
  }
}

const sessions: DocSession[] = [];

async function opened(authority: MemoryAuthority, onRescued?: (unsent: string, kept: string) => void) {
  const session = new DocSession({ id: 'mine', authority, extensions: () => [], gather: 1, onRescued });
  sessions.push(session);
  await session.open();
  return session;
}

function type(session: DocSession, at: number, text: string, remove = 0) {
  session.dispatch({ changes: { from: at, to: at + remove, insert: text } });
}

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

describe('a document session', () => {
  it('pushes what is typed, in the order it was typed', async () => {
    const authority = new MemoryAuthority('package main\n');
    const session = await opened(authority);
    for (const [i, c] of [...'func main'].entries()) type(session, 13 + i, c);
    expect(session.saving).toBe('saving');
    expect(await session.flush()).toBe(true);
    expect(authority.text).toBe('package main\nfunc main');
    expect(session.saving).toBe('saving');
    session.stored(await authority.Saved('mine'));
    expect(session.saving).toBe('saved');
    expect(authority.pushes).toBe(1);
  });

  it('says saved only of what the disk has', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    type(session, 0, 'one');
    await session.flush();
    const early = await authority.Saved('mine');
    type(session, 3, ' two');
    await session.flush();
    session.stored(early);
    expect(session.saving).toBe('saving');
    session.stored({ ...(await authority.Saved('mine')), epoch: 'of another life' });
    expect(session.saving).toBe('saving');
    session.stored(await authority.Saved('mine'));
    expect(session.saving).toBe('saved');
  });

  it('says so when the disk is full, and when there is room again', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    type(session, 0, 'one');
    await session.flush();
    authority.full = { code: 'disk-full', message: 'The disk is full.', hint: 'Free some space.', details: '' };
    session.stored(await authority.Saved('mine'));
    expect(session.saving).toBe('refused');
    expect(session.failure?.code).toBe('disk-full');
    type(session, 3, ' two');
    await session.flush();
    authority.full = null;
    session.stored(await authority.Saved('mine'));
    expect(session.saving).toBe('saved');
    expect(session.failure).toBeNull();
  });

  it('asks what it missed when the page was cut off', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    type(session, 0, 'one');
    await session.flush();
    expect(session.saving).toBe('saving');
    await session.resume();
    expect(session.saving).toBe('saved');
  });

  it('counts emoji, CJK and combining marks as CodeMirror does', async () => {
    const authority = new MemoryAuthority('a👩‍💻b\n你好\r\nend');
    const session = await opened(authority);
    type(session, 1, '🎉', 5);
    type(session, session.text.indexOf('好') + 1, '，世界é\u0301');
    await session.flush();
    expect(authority.text).toBe(session.text);
    expect(authority.text).toBe('a🎉b\n你好，世界é\u0301\r\nend');
  });

  it('rebases over what others did and pushes again', async () => {
    const authority = new MemoryAuthority('one three');
    const session = await opened(authority);
    authority.edit(0, 0, '>> ');
    type(session, 4, 'two ');
    await session.flush();
    expect(authority.text).toBe('>> one two three');
    expect(session.text).toBe(authority.text);
  });

  it('takes the news and the answer in either order, once', async () => {
    const authority = new MemoryAuthority('x');
    const session = await opened(authority);
    authority.after = () => session.receive({ id: 'mine', epoch: 'e1', version: authority.version - 1, updates: authority.log.slice(-1), reset: false });
    type(session, 1, 'y');
    await session.flush();
    session.receive({ id: 'mine', epoch: 'e1', version: 0, updates: authority.log, reset: false });
    expect(session.text).toBe('xy');
    type(session, 2, 'z');
    await session.flush();
    expect(authority.text).toBe('xyz');
  });

  it('fetches what is missing when news has a gap', async () => {
    const authority = new MemoryAuthority('0');
    const session = await opened(authority);
    authority.edit(1, 1, '1');
    const second = authority.edit(2, 2, '2');
    session.receive(second);
    await vi.waitFor(() => expect(session.text).toBe('012'));
  });

  it('keeps typing while the app does not answer and pushes all of it when it does', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    authority.before = () => {
      throw new Error('socket closed');
    };
    type(session, 0, 'kept');
    await vi.waitFor(() => expect(session.saving).toBe('waiting'));
    type(session, 4, ' too');
    authority.before = null;
    await session.resume();
    expect(authority.text).toBe('kept too');
    await vi.waitFor(() => expect(session.saving).toBe('saved'));
  });

  it('does not push twice what was accepted when the answer was lost', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    authority.after = () => {
      authority.after = null;
      throw new Error('socket closed');
    };
    type(session, 0, 'once');
    await session.flush(50);
    await session.resume();
    await session.flush();
    expect(authority.text).toBe('once');
    expect(session.text).toBe('once');
  });

  it('brings unsent typing into a new epoch and keeps what was there as a version', async () => {
    const authority = new MemoryAuthority('saved');
    const rescued = vi.fn();
    const session = await opened(authority, rescued);
    type(session, 5, ' and unsent');
    authority.restart('e2', 'older');
    await session.flush();
    expect(session.text).toBe('saved and unsent');
    expect(authority.text).toBe('saved and unsent');
    expect(authority.kept).toEqual(['older']);
    expect(rescued).toHaveBeenCalledWith('saved and unsent', 'older');
  });

  it('takes a new epoch as it is when nothing was unsent', async () => {
    const authority = new MemoryAuthority('one');
    const session = await opened(authority);
    authority.restart('e2', 'two');
    session.receive({ id: 'mine', epoch: 'e2', version: 0, updates: [], reset: true });
    await vi.waitFor(() => expect(session.text).toBe('two'));
    expect(authority.kept).toEqual([]);
    type(session, 3, '!');
    await session.flush();
    expect(authority.text).toBe('two!');
  });

  it('notices an authority that forgot versions within one epoch', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    type(session, 0, 'abc');
    await session.flush();
    authority.restart('e1', 'a');
    type(session, 3, 'd');
    await session.flush();
    expect(authority.text).toBe('abcd');
  });

  it('stops with the reason when the text is refused, and goes on with the next edit', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    authority.before = () => {
      throw new Error('{"code":"too-long","message":"That is too long.","hint":"Make it shorter.","details":""}');
    };
    type(session, 0, 'long');
    expect(await session.flush()).toBe(false);
    expect(session.saving).toBe('refused');
    expect(session.failure?.message).toBe('That is too long.');
    authority.before = null;
    type(session, 0, 'x', 4);
    await session.flush();
    expect(authority.text).toBe('x');
    expect(session.failure).toBeNull();
  });

  it('loads again when news cannot be applied', async () => {
    const authority = new MemoryAuthority('abc', 'e1', false);
    const session = await opened(authority);
    authority.edit(3, 3, 'd');
    session.receive({ id: 'mine', epoch: 'e1', version: 0, updates: [{ clientID: 'x', changes: [99] }], reset: false });
    await vi.waitFor(() => expect(session.text).toBe('abcd'));
  });

  it('never pushes a document of someone else', async () => {
    const authority = new MemoryAuthority('theirs', 'e1', false);
    const session = await opened(authority);
    session.receive(authority.edit(0, 0, 'still '));
    await session.flush();
    expect(session.text).toBe('still theirs');
    expect(authority.pushes).toBe(0);
  });

  it('tells where the caret is after the text it stands in', async () => {
    const authority = new MemoryAuthority('');
    const session = await opened(authority);
    session.dispatch({ changes: { from: 0, insert: 'hi' }, selection: { anchor: 2 } });
    await vi.waitFor(() => expect(authority.carets).toEqual([[1, 2, 2]]));
    expect(authority.text).toBe('hi');
  });

  it('converges with other writers, whatever the order (seeded)', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = mulberry(seed);
      const authority = new MemoryAuthority('start 起点 🙂\n');
      const all = await Promise.all([opened(authority), opened(authority), opened(authority)]);
      const words = ['a', 'Ω', '语', '👍🏽', '\n', 'fmt.Println("é")'];
      for (let step = 0; step < 60; step++) {
        const session = all[Math.floor(random() * all.length)] as DocSession;
        const at = Math.floor(random() * (session.text.length + 1));
        const remove = random() < 0.3 ? Math.min(3, session.text.length - at) : 0;
        type(session, at, words[Math.floor(random() * words.length)] as string, remove);
        if (random() < 0.3) await session.flush();
      }
      for (let round = 0; round < 3; round++) for (const session of all) await session.flush();
      for (const session of all) await session.resume();
      for (const session of all) expect(session.text, `seed ${seed}`).toBe(authority.text);
    }
  });
});

function mulberry(seed: number) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
