/**
 * The shapes that the services give and take, as they are generated from Go. Times are Unix milliseconds, positions in
 * text are UTF-16 offsets as CodeMirror counts them.
 */
import type * as go from '../../wailsjs/go/models';

/** A generated class as the JSON it arrives as: without its methods. */
type Plain<T> = T extends (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: Plain<T[K]> } : T;

export type Failure = Plain<go.failure.Failure>;

export type OpenRequest = Plain<go.room.OpenRequest>;
export type JoinRequest = Plain<go.room.JoinRequest>;
export type Hosted = Plain<go.room.Hosted>;
export type Known = Plain<go.room.Known>;
export type Layer = Plain<go.room.Layer>;
export type StartView = Plain<go.room.StartView>;
export type Found = Plain<go.room.Found>;
export type Member = Plain<go.room.Member>;
export type Way = Plain<go.room.Way>;
/** What a text is that someone typed to get to a room. */
export type Target = Plain<go.room.Target>;
export type Knock = Plain<go.room.Knock>;
/** What gives a student their seat on another computer. */
export type SeatCard = Plain<go.room.Card>;
export type View = Plain<go.room.View>;

/** What was looked at to find out why a room is not reached, and what it means. */
export type Report = Plain<go.doctor.Report>;
export type Check = Plain<go.doctor.Check>;
export type Command = Plain<go.doctor.Command>;
export type Cause = Plain<go.doctor.Cause>;

export type Caret = Plain<go.doc.Caret>;
export type Doc = Plain<go.code.Doc>;
export type Update = { clientID: string; changes: unknown };
export type PushResult = Plain<go.code.PushResult>;
export type Changes = Omit<Plain<go.code.Changes>, 'updates'> & { updates: Update[] | null };
/** How far a document is on the disk, or why it could not be written. */
export type Saved = Plain<go.code.Saved>;
/** A caret in one version of a document. */
export type PlacedCaret = Plain<go.code.PlacedCaret>;
export type DocCaret = PlacedCaret & { id: string };
/** How a look at a student's code stands. */
export type Look = Plain<go.code.Look>;
/** Someone who looks at this person's own code. */
export type Looker = Plain<go.code.Looker>;
export type Tile = Plain<go.code.Tile>;
export type SentCode = Plain<go.code.SentCode>;
export type Version = Plain<go.code.Version>;

export type Message = Plain<go.talk.Message>;

export type RunRequest = Plain<go.runs.Request>;
export type RunDiagnostic = Plain<go.runs.Diagnostic>;
/** Help with what is typed: places are lines and columns, which editor/place.ts turns into offsets. */
export type Span = Plain<go.check.Span>;
export type Edit = Plain<go.check.Edit>;
export type Paragraph = Plain<go.check.Paragraph>;
export type Completions = Plain<go.check.Completions>;
export type CompletionItem = Plain<go.check.Item>;
export type Call = Plain<go.check.Call>;
export type About = Plain<go.check.About>;

export type RunExit = Plain<go.runs.Exit>;
export type RunEvent = Plain<go.runs.Event>;

/** How a line of a console came out. */
export interface ConsoleEnd {
  outcome: string;
  message: string;
  code: number;
  undone: boolean;
  engine: string;
  why: string;
  wallMs: number;
}
/** What comes of a line. It is told and not asked for, so that the generator does not know it. */
export interface ConsoleEvent {
  console: string;
  line: number;
  seq: number;
  kind: 'output' | 'value' | 'diagnostic' | 'note' | 'end';
  stream: string;
  data: string;
  value: { text: string; type: string } | null;
  diagnostic: RunDiagnostic | null;
  end: ConsoleEnd | null;
}

export type Submission = Plain<go.work.Submission>;
export type OpenedSubmission = Plain<go.work.Opened>;

export type Settings = Plain<go.settings.Settings>;

/** What is to run programs: an engine, or whichever suits the program. */
export type EngineChoice = 'auto' | 'yaegi' | 'gc';

export type ThemeName = 'auto' | 'light' | 'dark' | 'contrast';
