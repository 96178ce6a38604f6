/**
 * The candidate's WebSocket, message by message. One JSON object a frame, `t` names the type. Requests carry `id`;
 * the box answers each with `ok` or `error` of the same `id`. Schemas for the box are in socket.schema.ts.
 */
import type { Answers } from './paper.ts';
import type { Revision, StreamHead, StreamId } from './revision.ts';
import type { SealedFile } from './sealed.ts';

export const SOCKET_PATH = '/api/v1/kiosk/socket';
export const SOCKET_SUBPROTOCOL = 'gongyuan.kiosk.v1';
/** Largest frame a client may send, in bytes. */
export const FRAME_BYTES = 64 * 1024;
/** Box and client call the other gone after this silence; the box pings every `PING_EVERY_MS`. */
export const SILENCE_MS = 15_000;
export const PING_EVERY_MS = 5_000;

/** Close codes of ours (4000 to 4999 are free for applications, RFC 6455, 7.4.2). */
export const CLOSE = {
  notIntroduced: 4000,
  replaced: 4001,
  refused: 4002,
  tooMany: 4003,
  stopping: 4004,
} as const;

export type AttemptStatus =
  /** Logged in, "is this you?" not answered. */
  | 'identified'
  /** Confirmed; the pledge is not signed. */
  | 'confirmed'
  /** Pledge signed; waits for the start. */
  | 'waiting'
  | 'writing'
  /** Time is up, or the sitting was ended, and no submission has arrived. */
  | 'ended'
  | 'submitted';

export interface SeatInfo {
  room: string;
  roomName: string;
  label: string;
}

/** Letters of `SeatMap.cells`, one a cell, row by row. */
export const SEAT_MAP_CELLS = { seat: 's', aisle: 'a', missing: 'm', broken: 'b', spare: 'p' } as const;

/** Small map for *wrong seat*: both places in the room's grid, seen from above with the lectern at `front`. */
export interface SeatMap {
  roomName: string;
  rows: number;
  columns: number;
  front: 'top' | 'bottom' | 'left' | 'right';
  here: { row: number; column: number; label: string } | null;
  yours: { row: number; column: number; label: string } | null;
  cells: string;
}

export interface AttemptState {
  attempt: string;
  status: AttemptStatus;
  /** Epoch of the stream that this machine writes. */
  epoch: number;
  candidate: { name: string; ticket: string; idTail: string; school: string; gender: string };
  seat: SeatInfo;
  exam: string;
  session: string;
  sitting: string;
  subject: { code: string; name: string };
  paper: { id: string; version: string; files: SealedFile[] } | null;
  /** Seed of this candidate's order of items and choices. */
  seed: string;
  durationMs: number;
  /** Wall time, a label for people. */
  plannedStart: number;
  /** Box time of start and end; null before the start. The end counts accommodation, credits and pauses up to now. */
  startedAt: number | null;
  endsAt: number | null;
  pausedAt: number | null;
  creditMs: number;
  /** Box time before which handing in is refused; null before the start. */
  earliestSubmitAt: number | null;
  pledge: { zh: string; en: string; sha256: string } | null;
  /** The heads of all streams of this attempt that the box holds, this machine's included. */
  streams: StreamHead[];
  /** The paper has been released: its identity follows in `release`. */
  released: boolean;
  /** A portrait is asked for, and the box has none yet; missing: none is asked for. */
  portrait?: boolean;
}

export interface Release {
  sitting: string;
  paper: string;
  /** age X25519 identity `AGE-SECRET-KEY-1…`. */
  identity: string;
}

export interface Receipt {
  v: 1;
  attempt: string;
  box: string;
  /** Short code, 16 characters of Crockford base32 in groups of four, the last two a check. */
  code: string;
  /** base64url SHA-256 of all answers (docs/protocol.md "Answers digest"). */
  digest: string;
  entry: string;
  /** Number of items with at least one answer. */
  answered: number;
  name: string;
  revisions: number;
  site: string;
  sitting: string;
  streams: StreamHead[];
  subject: string;
  /** Wall time in milliseconds. */
  submitted: number;
  ticket: string;
}

/** Client → box. */
export type ClientMessage =
  | {
      t: 'hello';
      v: 1;
      key: string;
      sig: string;
      client: string;
      agent: string;
      elapsed?: number;
      origin: string;
    }
  | { t: 'press'; id: number }
  | { t: 'login'; id: number; number: string; code?: string }
  | { t: 'confirm'; id: number }
  | { t: 'back'; id: number }
  | { t: 'pledge'; id: number; sha256: string }
  | { t: 'attach'; id: number; attempt: string; epoch: number; rev: number; hash: string }
  | { t: 'answers'; id: number }
  | { t: 'ready'; id: number; paper: string; files: number; bytes: number }
  | { t: 'rev'; e: Revision[] }
  | { t: 'sign'; stream: StreamId; rev: number; hash: string; sig: string }
  | {
      t: 'submit';
      id: number;
      stream: StreamId;
      rev: number;
      hash: string;
      digest: string;
      at: number;
      sig: string;
    }
  | {
      t: 'upload';
      id: number;
      item: string;
      resp: string;
      name: string;
      type: string;
      bytes: number;
      sha256: string;
    }
  /** A JPEG of who sits here, as announced; `upload` in the answer says where to put it, null when none is wanted. */
  | { t: 'portrait'; id: number; bytes: number; sha256: string }
  | { t: 'time'; c: number }
  | { t: 'seen'; id: number; notice: string };

/** Box → client. */
export type ServerMessage =
  | {
      t: 'challenge';
      v: 1;
      nonce: string;
      site: string;
      siteName: string;
      box: string;
      boxEpoch: number;
      boxKey: string;
      origin: string;
      elapsed: number;
      wall: number;
    }
  | {
      t: 'welcome';
      machine: { id: string; seat: SeatInfo | null } | null;
      attempt: AttemptState | null;
      demo: boolean;
      walk: string | null;
    }
  | { t: 'walk'; room: string | null }
  | {
      t: 'ok';
      id: number;
      seat?: SeatInfo;
      attempt?: AttemptState;
      answers?: AnswersMessage;
      receipt?: SignedReceipt;
      upload?: { url: string; token: string } | null;
    }
  | { t: 'error'; id: number | null; code: string; detail?: Record<string, string | number>; map?: SeatMap }
  | { t: 'state'; attempt: AttemptState | null }
  | { t: 'seat'; seat: SeatInfo | null }
  | { t: 'ack'; s: StreamId; rev: number; level: 1 | 2; wall: number }
  | { t: 'gap'; s: StreamId; from: number; hash: string }
  | { t: 'refused'; s: StreamId; rev: number; code: string }
  | { t: 'release'; release: Release; attempt: AttemptState | null }
  | { t: 'notice'; notice: string; zh: string; en: string; text: string; wall: number }
  | { t: 'time'; c: number; elapsed: number; wall: number }
  | { t: 'fenced'; code: string }
  | { t: 'receipt'; receipt: SignedReceipt };

export interface SignedReceipt {
  receipt: Receipt;
  /** base64url Ed25519 over `gongyuan/receipt/v1` + line feed + canonical JSON of `receipt`. */
  sig: string;
}

/** Everything a machine without a journal needs to go on (epoch 2 and later, or a wiped store). */
export interface AnswersMessage {
  attempt: string;
  answers: Answers;
  marks: string[];
  item: string | null;
  plays: Record<string, { plays: number; ms: number }>;
  streams: StreamHead[];
}

export type ClientMessageType = ClientMessage['t'];
export type ServerMessageType = ServerMessage['t'];
