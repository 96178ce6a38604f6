/** What the console's HTTP calls answer, and its live socket. Paths and rights are in routes.ts; bodies in console.schema.ts. */
import type { Static } from 'typebox';
import type { Right, RoleName } from './rights.ts';
import type { Plan as PlanSchema, Policy as PolicySchema } from './shapes.schema.ts';
import type { AttemptStatus, SignedReceipt } from './socket.ts';

export type FloorPlan = Static<typeof PlanSchema>;
export type SessionPolicy = Static<typeof PolicySchema>;

export interface BoxInfo {
  product: 'gongyuan';
  version: string;
  /** Null before first-run set-up. */
  site: string | null;
  siteName: string | null;
  timeZone: string | null;
  contact: string | null;
  box: string;
  boxEpoch: number;
  /** base64url of the raw Ed25519 key that signs receipts, manifests and checkpoints. */
  boxKey: string;
  origin: string;
  demo: boolean;
  elapsed: number;
  wall: number;
  /** After a power cut: the gap that only the wall clock claims, until machines or the chief confirm it. Null: confirmed. */
  unconfirmedGapMs?: number | null;
}

export interface SetupState {
  needed: boolean;
}

export interface Me {
  staff: string;
  login: string;
  name: string;
  role: RoleName;
  rooms: string[];
  rights: Right[];
  siteName: string;
  demo: boolean;
}

export interface StaffRow {
  staff: string;
  login: string;
  name: string;
  role: RoleName;
  rooms: string[];
  active: boolean;
  lastSignIn: number | null;
}

export interface ExamRow {
  exam: string;
  name: string;
  entries: number;
  candidates: number;
  subjects: { code: string; name: string; entries: number; papers: number }[];
  sessions: number;
}

/** One fault of a roster or a package, with its words: no second catalogue in the console. */
export interface Fault {
  severity: 'error' | 'warning';
  code: string;
  zh: string;
  en: string;
  doZh: string;
  doEn: string;
  /** Physical line of the file, from 1. */
  line?: number;
  otherLine?: number;
  /** Field of a roster, or file of a package. */
  field?: string;
  file?: string;
  item?: string;
  value?: string;
  detail?: string;
}

export interface RosterPreview {
  token: string;
  file: string;
  encoding: string;
  sheet: string | null;
  sheets: string[];
  headerLine: number;
  headers: string[];
  /** Field → column number from 0, as guessed or as sent. */
  mapping: Record<string, number | null>;
  sample: string[][];
  counts: { rows: number; new: number; changed: number; unchanged: number; candidates: number };
  faults: Fault[];
  /** No faults: it may be confirmed. */
  ok: boolean;
}

export interface RosterResult {
  new: number;
  changed: number;
  unchanged: number;
}

export interface EntryRow {
  entry: string;
  ticket: string;
  name: string;
  gender: string;
  idTail: string;
  school: string;
  subject: string;
  seat: { session: string; room: string; roomName: string; label: string; version: string } | null;
}

export interface PaperRow {
  paper: string;
  exam: string;
  subject: string;
  label: string;
  items: number;
  files: number;
  bytes: number;
  sealed: number;
  /** The manifest's signature and every file's hash are right. */
  intact: boolean;
  usedBy: number;
  released: boolean;
}

export interface PaperImport {
  paper: PaperRow | null;
  faults: Fault[];
  /** Characters for which no font here has a glyph. */
  missingGlyphs: string[];
}

export interface RoomRow {
  room: string;
  name: string;
  plan: FloorPlan;
  /** Seats that may be used. */
  seats: number;
  spares: number;
  machines: number;
}

export type SittingState = 'planned' | 'running' | 'paused' | 'ended';

export interface SittingRow {
  sitting: string;
  session: string;
  subject: string;
  subjectName: string;
  room: string;
  roomName: string;
  papers: { version: string; paper: string; label: string }[];
  durationMs: number;
  state: SittingState;
  /** Its own planned start (wall time) where it was delayed; else that of the session. */
  plannedStart?: number | null;
  seated: number;
  startedAt: number | null;
  /** Box time at which its last candidate's time is up as known now. */
  endsAt: number | null;
}

/** A step of the guided path, or a reason why a session cannot open or start. */
export interface Step {
  key: 'roster' | 'papers' | 'rooms' | 'sittings' | 'seating' | 'machines' | 'staff' | 'clock';
  state: 'done' | 'warning' | 'todo';
  zh: string;
  en: string;
}

export interface SessionRow {
  session: string;
  exam: string;
  examName: string;
  name: string;
  plannedStart: number;
  subjects: string[];
  policy: SessionPolicy;
  state: 'planned' | 'open' | 'running' | 'ended';
  candidates: number;
  seated: number;
}

/** What headquarters decided for a subject of a session; the site's sittings of it follow. */
export interface PlannedSubject {
  code: string;
  durationMs: number;
  papers: { version: string; paper: string }[];
}

export interface SessionDetail extends SessionRow {
  sittings: SittingRow[];
  /** What headquarters planned for its subjects; empty where the session is the site's own. */
  planned: PlannedSubject[];
  steps: Step[];
  seating: SeatingSummary | null;
}

export interface SeatingSummary {
  mode: string;
  seed: string;
  algorithm: string;
  seated: number;
  unmet: { kind: string; count: number }[];
}

export interface SeatAssignmentRow {
  entry: string;
  ticket: string;
  name: string;
  school: string;
  subject: string;
  sitting: string;
  room: string;
  seat: string;
  version: string;
}

/** A seat drawn at the door (抽机号), or the one that was drawn before (`again`). */
export interface DoorDraw {
  entry: string;
  name: string;
  ticket: string;
  subjectName: string;
  room: string;
  roomName: string;
  seat: string;
  again: boolean;
  /** Seats of the room that are left to draw. */
  left: number;
}

export type MachineState = 'enrolled' | 'connected' | 'in-use' | 'lost' | 'conflict' | 'retired';

export interface MachineRow {
  machine: string;
  room: string | null;
  roomName: string | null;
  seat: string | null;
  address: string;
  /** Address it came from last when that is not the enrolled one. */
  newAddress: string | null;
  agent: string;
  state: MachineState;
  roundTripMs: number | null;
  lastSeen: number | null;
  candidate: string | null;
}

/** A connected machine that has no seat. */
export interface PendingMachine {
  pending: string;
  address: string;
  agent: string;
  since: number;
  /** Enrolled machines whose address is the same: candidates for "same PC". */
  matches: { machine: string; room: string; roomName: string; seat: string; candidate: string | null }[];
}

export interface WalkState {
  walk: string;
  room: string;
  roomName: string;
  /** Seat that the next key press takes; null when all are taken. */
  next: string | null;
  done: number;
  total: number;
}

export interface MachinesAnswer {
  machines: MachineRow[];
  pending: PendingMachine[];
  walk: WalkState | null;
}

/** One seat of the live map (I1). */
export type SeatSign =
  | 'empty'
  | 'absent'
  | 'not-arrived'
  | 'waiting'
  | 'writing'
  | 'offline'
  | 'locked'
  | 'submitted'
  | 'ended'
  | 'trouble';

export interface MapSeat {
  room: string;
  label: string;
  row: number;
  column: number;
  kind: 'seat' | 'broken' | 'spare';
  sign: SeatSign;
  entry: string | null;
  /** Whose registered photo is shown. */
  candidate: string | null;
  attempt: string | null;
  name: string | null;
  ticket: string | null;
  version: string | null;
  subject: string | null;
  status: AttemptStatus | null;
  /** Items answered, of all. */
  answered: number;
  items: number;
  /** Wall time of the last acknowledged revision. */
  lastSaved: number | null;
  /** Wall time since which it is offline. */
  offlineSince: number | null;
  address: string | null;
  /** Why it is in trouble: an error code. */
  trouble: string | null;
  endsAt: number | null;
}

export interface RoomMap {
  room: string;
  name: string;
  plan: FloorPlan;
  sittings: SittingRow[];
  seats: MapSeat[];
}

export interface SessionMap {
  session: SessionRow;
  rooms: RoomMap[];
  /** Box time when it was made, and wall time. */
  elapsed: number;
  wall: number;
}

export const CONSOLE_SOCKET_PATH = '/api/v1/console/socket';

/** Console → box over the live socket. */
export type ConsoleMessage = { t: 'watch'; session: string | null };

/** Box → console. After `watch` a whole map, then only the seats that change. */
export type ConsolePush =
  | { t: 'map'; map: SessionMap }
  | { t: 'seats'; seats: MapSeat[]; elapsed: number; wall: number }
  | { t: 'machines'; machines: MachinesAnswer }
  | { t: 'notice'; notice: string; text: string; wall: number }
  | { t: 'error'; code: string };

export interface LogRow {
  seq: number;
  kind: string;
  /** Both null where the event's content was deleted (retention). */
  wall: number | null;
  at: number | null;
  attempt: string | null;
  staffName: string | null;
  staff: string | null;
  machine: string | null;
  address: string | null;
  /** Body without answers, names or secrets. */
  body: unknown;
}

export interface AttemptDetail {
  attempt: string;
  status: AttemptStatus;
  name: string;
  ticket: string;
  idTail: string;
  school: string;
  subject: string;
  room: string;
  seat: string;
  version: string;
  machine: string | null;
  address: string | null;
  startedAt: number | null;
  endsAt: number | null;
  creditMs: number;
  answered: number;
  items: number;
  revisions: number;
  quarantined: number;
  receipt: SignedReceipt | null;
  timeline: LogRow[];
}

export interface ReceiptAnswer {
  state: 'genuine';
  receipt: SignedReceipt;
  boxKey: string;
  siteName: string;
}

/** `GET /api/v1/demo`: only in the demo and only from this computer itself. */
export interface DemoAnswer {
  session: string;
  staff: { role: RoleName; login: string; password: string }[];
  candidates: { number: string; name: string; room: string; roomName: string; seat: string }[];
}
