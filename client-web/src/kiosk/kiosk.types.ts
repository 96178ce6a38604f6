/**
 * What the screens know of the machinery (journal, link, clock, sealed store) and may ask of it. `Kiosk` is made by
 * kiosk.ts; screens render `KioskSnapshot` and call commands; they never touch the socket or IndexedDB.
 */
import type { Answers, Paper, ResponseValue } from '#protocol/paper.ts';
import type { AttemptState, SeatInfo, SeatMap, SignedReceipt } from '#protocol/socket.ts';

/** The answer light. `offline` means: not connected, everything is kept on this machine. */
export type Light = 'none' | 'saving' | 'machine' | 'server' | 'both' | 'offline' | 'failed';

export type Stage =
  /** Looking at what this machine holds, connecting for the first time. */
  | 'starting'
  /** Another tab of this browser has the exam. */
  | 'other-tab'
  /** The machine has no seat: waits for the walk, a person presses a key. */
  | 'enrol'
  /** Nobody sits here: seat in large figures, sign-in. */
  | 'seat'
  | 'confirm'
  | 'pledge'
  | 'waiting'
  | 'exam'
  /** Handed in on this machine, the receipt is not here yet. */
  | 'sealed'
  /** Time is up or the sitting ended, and the submission is under way. */
  | 'time-up'
  | 'done'
  /** Fenced, retired, too old a browser, storage refused: `error` says why. */
  | 'blocked';

export interface KioskError {
  code: string;
  detail?: Record<string, string | number>;
  map?: SeatMap;
}

/** A file on its way to the box: kept on this machine in every state. */
export interface KioskUpload {
  item: string;
  response: string;
  name: string;
  bytes: number;
  state: 'waiting' | 'sending' | 'stored' | 'refused';
  /** Why it was refused. */
  code: string | null;
}

export interface KioskSnapshot {
  stage: Stage;
  connected: boolean;
  /** Milliseconds since the connection was lost, at the time of the snapshot; null while connected. */
  offlineSince: number | null;
  light: Light;
  /** Wall time (box's) of the last acknowledgement, or of the last local save. */
  savedWall: number | null;
  siteName: string;
  demo: boolean;
  machineSeat: SeatInfo | null;
  /** Name of this machine in the console while it has no seat; null before the first contact. */
  machineName: string | null;
  /** A walk of this room is on: pressing Enter claims the next seat. */
  walkRoom: string | null;
  attempt: AttemptState | null;
  /** Sealed files: arrived of all, in files and bytes; null before the attempt is known. */
  sealed: { files: number; of: number; bytes: number; ofBytes: number; complete: boolean } | null;
  /** Opened paper, once released. */
  paper: Paper | null;
  answers: Answers;
  marks: ReadonlySet<string>;
  /** Item the candidate is on; null before the exam. */
  item: string | null;
  /** Items that were shown at least once. */
  seen: ReadonlySet<string>;
  plays: Record<string, { plays: number; ms: number }>;
  /** Revisions not acknowledged yet, submission included. */
  pending: number;
  uploads: KioskUpload[];
  notices: { notice: string; text: string; zh: string; en: string; wall: number; seen: boolean }[];
  receipt: SignedReceipt | null;
  /** The box's answers digest and this machine's agree. */
  receiptAgrees: boolean | null;
  error: KioskError | null;
  busy: boolean;
}

export interface KioskCommands {
  press(): Promise<void>;
  login(number: string, code?: string): Promise<void>;
  /** A JPEG of who sits here, from this PC's camera; brought to the box in the background. Never rejects. */
  portrait(picture: Blob): Promise<void>;
  confirm(): Promise<void>;
  back(): Promise<void>;
  pledge(): Promise<void>;
  /** A complete new value (choices, order, pairs, files). Journalled at once. */
  answer(item: string, response: string, value: ResponseValue): void;
  /** New text of a response while typing; journalled 250 ms after the last key, 1 s at most. Never call during composition. */
  type(item: string, response: string, text: string): void;
  /** Journals whatever typing is still waiting (blur, leaving the item). */
  flush(): Promise<void>;
  mark(item: string, on: boolean): void;
  go(item: string): void;
  play(item: string, media: string, plays: number, ms: number): void;
  /** Stores the file on this machine, uploads it when it can, and answers with a FileValue. Progress is in `uploads`. */
  attachFile(item: string, response: string, file: File): Promise<void>;
  /** Object URL of an opened medium; the same URL for the life of the page. */
  mediaUrl(media: string): Promise<string>;
  submit(): Promise<void>;
  noticeSeen(notice: string): void;
  /** Fetches application, paper, media and fonts again; never touches journal or key (M12). */
  repair(): Promise<void>;
  /** Back to the seat page after `done`, so that the next candidate can sign in. */
  next(): Promise<void>;
}

export interface Kiosk extends KioskCommands {
  readonly snapshot: KioskSnapshot;
  /** Called after every change with the new snapshot; returns the unsubscribe function. */
  subscribe(listener: (snapshot: KioskSnapshot) => void): () => void;
  /** Box time now in milliseconds as this machine reckons it; null before the first contact (or a remembered one). */
  elapsed(): number | null;
  /** Box wall time now, for labels. */
  wall(): number;
  stop(): Promise<void>;
}
