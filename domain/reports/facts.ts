/**
 * What reports are made of: plain facts that the box reads from its projections, in one shape for all kinds. Reports are
 * pure functions of facts (and a language), drawings are functions of reports. Times are wall time in milliseconds.
 */
import type { FloorPlan } from '#protocol/console.ts';
import type { IncidentReason, PhotoPurpose } from '#protocol/evidence.ts';
import type { AttemptStatus } from '#protocol/socket.ts';

export interface SiteFacts {
  site: string;
  name: string;
  contact: string;
  /** IANA name; every time on paper is in it. */
  timeZone: string;
  /** Where the box is reached, e.g. for the QR: `https://exam.local:8443`. */
  origin: string;
  box: string;
  boxEpoch: number;
  /** base64url of the raw Ed25519 key. */
  boxKey: string;
}

export interface SittingFacts {
  sitting: string;
  subject: string;
  subjectName: string;
  room: string;
  durationMs: number;
  plannedStart: number;
  startedWall: number | null;
  endedWall: number | null;
}

/** A person's entry for one subject, and where the person sits in this session. */
export interface EntryFacts {
  entry: string;
  candidate: string;
  name: string;
  gender: string;
  idNumber: string;
  ticket: string;
  school: string;
  sitting: string;
  subject: string;
  subjectName: string;
  room: string;
  roomName: string;
  seat: string;
  /** Paper version, e.g. `A`. */
  version: string;
  absent: boolean;
  /** SHA-256 of the registered photo; null where there is none. */
  photo: string | null;
  attempt: AttemptFacts | null;
}

export interface AttemptFacts {
  attempt: string;
  status: AttemptStatus;
  loggedInWall: number | null;
  submittedWall: number | null;
  receiptCode: string | null;
  answered: number;
  revisions: number;
  /** Sum of credits that apply. */
  creditMs: number;
  quarantined: number;
}

export interface MachineFacts {
  machine: string;
  room: string;
  seat: string;
  address: string;
  agent: string;
  enrolledWall: number;
  /** Why it was taken out; null while in use. */
  retired: string | null;
}

/** A candidate went on at another machine. */
export interface MachineChangeFacts {
  entry: string;
  name: string;
  ticket: string;
  room: string;
  fromSeat: string;
  toSeat: string;
  wall: number;
}

export interface CreditFacts {
  /** Whom it is for, as words: a name, a room, all. */
  forWhom: { entry: string | null; room: string | null };
  ms: number;
  cause: string;
  wall: number;
  staffName: string;
}

export interface PhotoFacts {
  photo: string;
  purpose: PhotoPurpose;
  room: string;
  incident: string | null;
  takenWall: number | null;
  storedWall: number;
  staffName: string;
  text: string;
  originalSha256: string;
  stampedSha256: string;
  width: number;
  height: number;
  people: { entry: string; name: string; seat: string | null; x: number | null; y: number | null }[];
}

export interface IncidentFacts {
  incident: string;
  room: string;
  roomName: string;
  reason: IncidentReason;
  text: string;
  happenedWall: number;
  recordedWall: number;
  staffName: string;
  people: { entry: string; name: string; ticket: string; seat: string | null }[];
  notes: { text: string; wall: number; staffName: string }[];
  photos: PhotoFacts[];
  outcome: string | null;
}

export interface RoomFacts {
  room: string;
  name: string;
  plan: FloorPlan;
  sittings: SittingFacts[];
  /** In the order of the seats' labels. */
  entries: EntryFacts[];
  machines: MachineFacts[];
  machineChanges: MachineChangeFacts[];
  credits: CreditFacts[];
  incidents: IncidentFacts[];
  photos: PhotoFacts[];
  /** Names of the invigilators who have this room. */
  invigilators: string[];
}

export interface CheckpointFacts {
  origin: string;
  size: number;
  /** base64 of the root. */
  root: string;
  wall: number;
  /** The signed note whole, as C2SP tlog-checkpoint writes it. */
  note: string;
}

export interface SessionFacts {
  site: SiteFacts;
  session: string;
  name: string;
  exam: string;
  examName: string;
  plannedStart: number;
  rooms: RoomFacts[];
  chiefs: string[];
  /** The newest one; null before the first. */
  checkpoint: CheckpointFacts | null;
}

/** Who asks for it, when and why: printed in the foot and in the watermark. */
export interface RequestFacts {
  report: string;
  madeWall: number;
  requester: string;
  purpose: string;
  copy: number;
}
