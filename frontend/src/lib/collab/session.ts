/**
 * One document, bound to its authority in the Go process.
 *
 * What is typed is applied at once and pushed a moment later; the authority gives each accepted update a version, and
 * what others did in between is rebased under what is not yet accepted, as `@codemirror/collab` does it. The session
 * outlives the editor on screen: switching tabs takes nothing away, and pushes go on without a view.
 *
 * Promises: what was typed stays in `state` until the authority has it; a lost answer is not a second push of the same
 * text; when the authority comes back with another history (an epoch), text that it never got is put on top of it,
 * after the authority's own text was kept as a version. In someone else's document nothing is put on top of theirs: what they
 * never got is handed to `onLost`.
 */
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from '@codemirror/collab';
import { ChangeSet, Compartment, EditorState, Text, type Extension, type Transaction, type TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { asFailure } from '../failure';
import { showCarets } from '../editor/remoteCaret';
import type { Changes, Doc, Failure, PushResult, Saved, Update, Version } from '../types';
import { OthersCarets, type OthersCaret } from './carets';
import { differing } from './differing';
import { through } from './trail';

/** What a session asks of the code service. */
export interface Authority {
  OpenDoc(id: string): Promise<Doc>;
  Push(id: string, epoch: string, version: number, updates: Update[]): Promise<PushResult>;
  Since(id: string, epoch: string, version: number): Promise<Changes>;
  Caret(id: string, epoch: string, version: number, anchor: number, head: number): Promise<void>;
  /** How far the document is on the disk, as `stored` is told it: for a page that may have missed the news. */
  Saved(id: string): Promise<Saved>;
  /** Keeps a text that has no place in the document any more. */
  Rescue(text: string): Promise<Version>;
}

/**
 * saved: all of it is on disk by the authority's word · saving: on its way · waiting: the app does not answer, tried
 * again · refused: see failure, and for a disk that cannot be written it is tried again
 */
export type Saving = 'saved' | 'saving' | 'waiting' | 'refused';

export interface SessionConfig {
  id: string;
  authority: Authority;
  /** What the editor is made of, apart from collab itself. Without the pen the text may only be read. */
  extensions(pen: boolean): Extension;
  /** Typing that the authority had not got was put on top of what it had. */
  onRescued?(unsent: string, kept: string): void;
  /** Typing never reached the owner of the document, and is not in it. */
  onLost?(text: string, owner: string): void;
  /** How long typing is gathered before it is pushed, in milliseconds. */
  gather?: number;
}

const maxUpdatesPerPush = 500;
const firstRetry = 250;
const lastRetry = 4000;

let sessions = 0;

/** All that the authority has not got, as one change. */
function unsentChange(state: EditorState): ChangeSet | null {
  const [first, ...more] = sendableUpdates(state).map((u) => u.changes);
  return first ? more.reduce((all, next) => all.compose(next), first) : null;
}

/** A text that an editor can show: a live document or a fixed one. */
export interface Shown {
  readonly state: EditorState;
  readonly text: string;
  attach(view: EditorView): void;
  detach(view: EditorView): void;
  took(trs: readonly Transaction[]): void;
  dispatch(spec: TransactionSpec): void;
  reveal(offset: number): void;
}

export class DocSession implements Shown {
  readonly id: string;
  owned = false;
  /** It may be written here: it is one's own, or its owner has let us. */
  pen = false;
  name = '';
  epoch = '';
  saving: Saving = 'saved';
  failure: Failure | null = null;
  ready = false;

  private current = EditorState.create({});
  private view: EditorView | null = null;
  private readonly clientID: string;
  private incarnation = 0;
  private readonly carets = new OthersCarets();
  private readonly hold = new Compartment();
  private held = false;
  private pumping: Promise<void> | null = null;
  private loading: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private caretTimer: ReturnType<typeof setTimeout> | undefined;
  /** The version up to which the authority says that this epoch is on the disk. */
  private kept = 0;
  private retry = firstRetry;
  private wake: (() => void) | null = null;
  private closed = false;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly config: SessionConfig) {
    this.id = config.id;
    this.clientID = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}.${++sessions}`;
  }

  get state(): EditorState {
    return this.view?.state ?? this.current;
  }

  get text(): string {
    return this.state.doc.toString();
  }

  get unsent(): number {
    return this.ready ? sendableUpdates(this.state).length : 0;
  }

  /** Loads the document. Rejects when the authority does; may be called again then. */
  open(): Promise<void> {
    return this.ready ? Promise.resolve() : this.reload();
  }

  /** Puts the document on screen: the view must have been made with `this.state` and hand its transactions to `took`. */
  attach(view: EditorView): void {
    this.view = view;
  }

  detach(view: EditorView): void {
    if (this.view !== view) return;
    this.current = view.state;
    this.view = null;
  }

  /** Changes the document from outside the editor, as if it had been typed. */
  dispatch(spec: TransactionSpec): void {
    if (this.view) {
      this.view.dispatch(spec);
      return;
    }
    const tr = this.current.update(spec);
    this.current = tr.state;
    this.took([tr]);
  }

  /** To be called with every transaction the view has applied. */
  took(trs: readonly Transaction[]): void {
    if (!this.pen || !this.ready) return;
    if (trs.some((tr) => tr.docChanged) && this.unsent > 0) {
      this.setSaving(this.saving === 'waiting' ? 'waiting' : 'saving');
      this.soon();
    }
    if (trs.some((tr) => tr.selection || tr.docChanged)) this.caretSoon();
  }

  /** Moves the caret there, into view, and the keyboard with it. */
  reveal(offset: number): void {
    this.dispatch({ selection: { anchor: Math.min(offset, this.state.doc.length) }, scrollIntoView: true });
    this.view?.focus();
  }

  /** Makes the whole text what is given, as one undoable change of what differs. */
  replace(text: string): void {
    const change = differing(this.text, text);
    if (change) this.dispatch({ changes: change, userEvent: 'input.replace' });
  }

  /** News from the authority. */
  receive(changes: Changes): void {
    if (!this.ready || this.closed) return;
    if (changes.reset || changes.epoch !== this.epoch) {
      void this.reload().catch(() => this.retryLater());
      return;
    }
    const synced = getSyncedVersion(this.state);
    if (changes.version > synced) {
      void this.catchUp().catch(() => this.retryLater());
      return;
    }
    const fresh = (changes.updates ?? []).slice(synced - changes.version);
    if (fresh.length === 0) return;
    try {
      const updates = fresh.map((u) => ({ clientID: u.clientID, changes: ChangeSet.fromJSON(u.changes) }));
      this.carets.changed(updates.map((u) => u.changes));
      this.apply(receiveUpdates(this.state, updates));
      this.drawCarets();
      // What others typed into one's own document is not on the disk yet either.
      if (this.owned && this.saving === 'saved' && this.kept < getSyncedVersion(this.state)) this.setSaving('saving');
    } catch {
      void this.reload().catch(() => this.retryLater());
    }
  }

  /** After the page was cut off from the app: fetches what was missed and pushes what was not. */
  async resume(): Promise<void> {
    if (!this.ready) return;
    this.retry = firstRetry;
    this.wake?.();
    await this.catchUp();
    await this.pump();
    if (this.owned && this.saving === 'saving') this.stored(await this.config.authority.Saved(this.id));
  }

  /** Pushes everything now. True when the authority has all of it within the time, in milliseconds. */
  async flush(within = 4000): Promise<boolean> {
    clearTimeout(this.timer);
    let late: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => (late = setTimeout(resolve, within)));
    this.wake?.();
    await Promise.race([this.pump(), limit]);
    clearTimeout(late);
    return this.unsent === 0;
  }

  close(): void {
    void this.flush();
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.caretTimer);
    this.watchers.clear();
  }

  /** Calls back when anything but the text changes: saving, failure, a document loaded anew. */
  watch(callback: () => void): () => void {
    this.watchers.add(callback);
    return () => this.watchers.delete(callback);
  }

  /** Loads it anew, because one may write it now, or may not any more. */
  async renew(): Promise<void> {
    await this.loading?.catch(() => undefined); // what is on its way may be of before
    if (this.ready && !this.closed) await this.reload();
  }

  /** Pauses the pen, or lets it go on and pushes what it wrote. */
  setHeld(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    if (!this.ready) return;
    this.dispatch({ effects: this.hold.reconfigure(held ? EditorState.readOnly.of(true) : []) });
    if (!held) void this.resume().catch(() => this.retryLater());
  }

  /** Draws the carets of others, each when its version is here. */
  showCarets(carets: readonly OthersCaret[]): void {
    this.carets.set(carets);
    this.drawCarets();
  }

  private drawCarets(): void {
    if (this.ready && !this.closed) this.dispatch({ effects: showCarets.of(this.carets.standing(this.epoch, unsentChange(this.state))) });
  }

  private soon(): void {
    if (this.pumping) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.pump(), this.config.gather ?? 40);
  }

  private pump(): Promise<void> {
    this.pumping ??= this.pushAll().finally(() => {
      this.pumping = null;
    });
    return this.pumping;
  }

  private async pushAll(): Promise<void> {
    while (!this.closed && this.unsent > 0) {
      try {
        await this.pushOnce();
        this.retry = firstRetry;
      } catch (reason) {
        const failure = asFailure(reason);
        this.failure = failure;
        if (failure.code !== 'unexpected' && failure.code !== 'unreachable') {
          this.setSaving('refused');
          return;
        }
        this.setSaving('waiting');
        await this.pause();
      }
    }
    if (this.closed) return;
    this.failure = null;
    if (this.saving === 'waiting' || this.saving === 'refused') this.setSaving('saving');
    this.settle();
  }

  /** News of the disk. */
  stored(saved: Saved): void {
    if (!this.ready || this.closed || saved.epoch !== this.epoch) return;
    if (saved.failure) {
      this.failure = saved.failure;
      this.setSaving('refused');
      return;
    }
    this.kept = Math.max(this.kept, saved.version);
    this.settle();
  }

  /** Calls the text saved once all of it is on the disk. */
  private settle(): void {
    if (this.unsent > 0 || this.kept < getSyncedVersion(this.state) || this.saving === 'saved' || this.saving === 'waiting') return;
    this.failure = null;
    this.setSaving('saved');
  }

  private async pushOnce(): Promise<void> {
    const { epoch, incarnation } = this;
    const base = getSyncedVersion(this.state);
    const updates = sendableUpdates(this.state)
      .slice(0, maxUpdatesPerPush)
      .map((u) => ({ clientID: u.clientID, changes: u.changes.toJSON() as unknown }));
    const result = await this.config.authority.Push(this.id, epoch, base, updates);
    if (this.incarnation !== incarnation) return;
    if (result.epoch !== epoch || (!result.ok && result.version < getSyncedVersion(this.state))) await this.reload();
    else if (result.ok) this.receive({ id: this.id, epoch, version: base, updates, reset: false });
    else await this.catchUp();
  }

  private async catchUp(): Promise<void> {
    const { epoch, incarnation } = this;
    const changes = await this.config.authority.Since(this.id, epoch, getSyncedVersion(this.state));
    if (this.incarnation !== incarnation) return;
    if (changes.reset || changes.epoch !== epoch) await this.reload();
    else if (changes.version <= getSyncedVersion(this.state)) this.receive(changes);
    else throw new Error('The document has a gap.');
  }

  private reload(): Promise<void> {
    this.loading ??= this.loadAnew().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async loadAnew(): Promise<void> {
    const doc = await this.config.authority.OpenDoc(this.id);
    if (this.closed) return;
    const rescuing = doc.owned && this.unsent > 0 && this.text !== doc.text;
    // A courtesy to look back at, so its failure is no reason to stop: the authority's history has that text anyway.
    if (rescuing) await this.config.authority.Rescue(doc.text).catch(() => undefined);
    if (this.closed) return;
    const unsent = this.text;
    const lost = !doc.owned && this.unsent > 0 && unsent !== doc.text;
    this.adopt(doc);
    if (lost) this.config.onLost?.(unsent, doc.name);
    if (!rescuing) return;
    this.replace(unsent);
    this.config.onRescued?.(unsent, doc.text);
  }

  private adopt(doc: Doc): void {
    const selection = this.ready ? this.state.selection.main : null;
    if (doc.epoch !== this.epoch) this.kept = doc.version; // what was loaded came from the disk, or is on its way there
    this.epoch = doc.epoch;
    this.owned = doc.owned;
    this.name = doc.name;
    this.pen = doc.pen;
    if (!doc.owned) {
      this.saving = 'saved';
      this.failure = null;
      if (doc.caret) this.carets.set([{ ...doc.caret, epoch: doc.epoch, version: doc.version, name: doc.name }]);
    }
    this.carets.restart(doc.version);
    this.incarnation++;
    this.current = EditorState.create({
      doc: Text.of(doc.text.split('\n')),
      selection: selection ? { anchor: Math.min(selection.anchor, doc.text.length), head: Math.min(selection.head, doc.text.length) } : undefined,
      extensions: [
        // Go counts every character: nothing may be normalised away.
        EditorState.lineSeparator.of('\n'),
        collab({ startVersion: doc.version, clientID: `${this.clientID}.${this.incarnation}` }),
        this.hold.of(this.held ? EditorState.readOnly.of(true) : []),
        this.config.extensions(doc.pen),
      ],
    });
    this.ready = true;
    this.view?.setState(this.current);
    this.drawCarets();
    this.told();
  }

  private apply(tr: Transaction): void {
    if (this.view) this.view.dispatch(tr);
    else {
      this.current = tr.state;
      this.took([tr]);
    }
  }

  private retryLater(): void {
    if (this.closed) return;
    setTimeout(() => void this.catchUp().catch(() => this.retryLater()), this.nextPause());
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, this.nextPause());
      this.wake = done;
    });
  }

  private nextPause(): number {
    const now = this.retry;
    this.retry = Math.min(this.retry * 2, lastRetry);
    return now;
  }

  private caretSoon(): void {
    if (this.caretTimer !== undefined) return;
    this.caretTimer = setTimeout(() => {
      this.caretTimer = undefined;
      // After the text it stands in, so that nobody sees a caret beyond their end.
      void (this.pumping ?? Promise.resolve()).then(() => {
        if (this.closed) return;
        const back = unsentChange(this.state)?.invertedDesc;
        const { anchor, head } = back ? through(this.state.selection.main, back) : this.state.selection.main;
        return this.config.authority.Caret(this.id, this.epoch, getSyncedVersion(this.state), anchor, head).catch(() => undefined);
      });
    }, 90);
  }

  private setSaving(saving: Saving): void {
    if (this.saving === saving) return;
    this.saving = saving;
    this.told();
  }

  private told(): void {
    for (const callback of this.watchers) callback();
  }
}
