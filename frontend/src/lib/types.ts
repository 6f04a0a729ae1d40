/**
 * The shapes that the services give and take. Times are Unix milliseconds, positions in text are UTF-16 offsets
 * as CodeMirror counts them, lines and columns of diagnostics are 1-based (columns in bytes, as Go counts them).
 */

export interface Failure {
  code: string;
  message: string;
  hint: string;
  details: string;
}

// ── room ────────────────────────────────────────────────────────────────────

export interface OpenRequest {
  /** Set when a room that was held before is opened again. */
  id?: string;
  course: string;
  title: string;
  teacher: string;
  useCode: boolean;
}

export interface JoinRequest {
  id: string;
  host: string;
  /** Instead of id and host: "10.0.0.5:4001", "[fe80::1%eth0]:4001" or "thirdspace://…". */
  address: string;
  name: string;
  code: string;
}

export interface Hosted {
  id: string;
  title: string;
  course: string;
  teacher: string;
  lastOpened: number;
}

export interface Known {
  id: string;
  host: string;
  title: string;
  course: string;
  teacher: string;
  /** The name this person had in that room. */
  name: string;
  lastSeen: number;
}

export interface StartView {
  name: string;
  mode: string;
  argument: string;
  fingerprint: string;
  last?: OpenRequest | null;
  mine: Hosted[] | null;
  known: Known[] | null;
  failure?: Failure | null;
  /** What the runner's jail lacks on this machine, as a sentence; empty when all of it took effect. */
  protection: string;
}

export interface Found {
  id: string;
  host: string;
  title: string;
  course: string;
  teacher: string;
  /** A room code is asked. */
  locked: boolean;
  members: number;
  addresses: string[] | null;
  known: boolean;
  mine: boolean;
  /** It has the name of a known room and another identity. */
  conflict: boolean;
  fingerprint: string;
}

export interface Member {
  id: string;
  name: string;
  role: string;
  number: number;
  here: boolean;
}

export type Phase = 'none' | 'connecting' | 'here' | 'reconnecting' | 'refused' | 'hosting';

export interface View {
  phase: string;
  role: string;
  id: string;
  title: string;
  course: string;
  teacher: string;
  fingerprint: string;
  me: Member;
  /** The room code, on the teacher's machine only; empty when the door is open to all. */
  code: string;
  locked: boolean;
  addresses: string[] | null;
  members: Member[] | null;
  refusal?: Failure | null;
  since: number;
}

// ── code ────────────────────────────────────────────────────────────────────

export interface Caret {
  anchor: number;
  head: number;
}

export interface Doc {
  id: string;
  epoch: string;
  version: number;
  text: string;
  owned: boolean;
  name: string;
  caret?: Caret | null;
}

export interface Update {
  clientID: string;
  /** A CodeMirror ChangeSet as its toJSON() gives it. */
  changes: unknown;
}

export interface PushResult {
  ok: boolean;
  epoch: string;
  version: number;
}

export interface Changes {
  id: string;
  epoch: string;
  /** The version of the document before the first of the updates. */
  version: number;
  updates: Update[] | null;
  /** The updates are not to be had: open the document again. */
  reset: boolean;
}

export interface DocCaret extends Caret {
  id: string;
}

export interface Tile {
  id: string;
  name: string;
  number: number;
  here: boolean;
  text: string;
  version: number;
  lastTyped: number;
  caret?: Caret | null;
  synced: boolean;
}

export interface SentCode {
  id: string;
  title: string;
  text: string;
  at: number;
  from: string;
  mine: boolean;
}

export type VersionReason = 'typed' | 'sent' | 'before-take' | 'handed-in' | 'restored' | 'rescued';

export interface Version {
  id: string;
  at: number;
  reason: string;
  title: string;
  lines: number;
}

export interface VersionText extends Version {
  text: string;
}

// ── talk ────────────────────────────────────────────────────────────────────

export interface Message {
  id: string;
  author: string;
  name: string;
  mine: boolean;
  text: string;
  at: number;
  order: number;
  pending?: boolean;
}

// ── runs ────────────────────────────────────────────────────────────────────

export interface RunRequest {
  docId: string;
  text: string;
  name: string;
}

export interface RunDiagnostic {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  severity: string;
  message: string;
}

export interface RunExit {
  code: number;
  signal: string;
  reason: string;
  message: string;
  cpuMs: number;
  wallMs: number;
  memory: number;
  engine: string;
}

export interface RunEvent {
  run: string;
  seq: number;
  kind: string;
  stream?: string;
  data?: string;
  diagnostic?: RunDiagnostic | null;
  exit?: RunExit | null;
}

export interface RunLog {
  run: string;
  events: RunEvent[] | null;
}

// ── work ────────────────────────────────────────────────────────────────────

export interface Receipt {
  reader: string;
  readerName: string;
  words: string;
  at: number;
}

export interface Submission {
  id: string;
  title: string;
  version: number;
  author: string;
  name: string;
  at: number;
  state: string;
  receipt?: Receipt | null;
  late: boolean;
  lines: number;
}

export interface OpenedSubmission {
  submission: Submission;
  text: string;
  receiptText: string;
}

// ── settings ────────────────────────────────────────────────────────────────

export type ThemeName = 'auto' | 'light' | 'dark' | 'contrast';

export interface Settings {
  theme: string;
  codeSize: number;
  name: string;
}

export interface About {
  version: string;
  engine: string;
  dataDir: string;
}
