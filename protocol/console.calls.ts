/**
 * The console's calls with their bodies and answers, by method and path of routes.ts. Types only: the console's client
 * is typed by it, and the box's handlers answer it. Every call may answer `ErrorBody` (errors.ts) instead.
 * `bytes` is the body of a file upload (`application/octet-stream`); a call without `body` sends none.
 */
import type { Static } from 'typebox';
import type * as S from './console.schema.ts';
import type {
  AttemptDetail,
  BoxInfo,
  DemoAnswer,
  DoorDraw,
  EntryRow,
  ExamRow,
  LogRow,
  MachinesAnswer,
  Me,
  PaperImport,
  PaperRow,
  RoomRow,
  RosterPreview,
  RosterResult,
  SeatAssignmentRow,
  SeatingSummary,
  SessionDetail,
  SessionMap,
  SessionRow,
  SetupState,
  StaffRow,
  WalkState,
} from './console.ts';
import type { DeliveryCalls } from './delivery.calls.ts';
import type { EvidenceCalls } from './evidence.calls.ts';

type Of<T extends keyof typeof S> = Static<(typeof S)[T]>;

export interface ConsoleCalls extends EvidenceCalls, DeliveryCalls {
  'GET /api/v1/box': { answer: BoxInfo };
  'GET /api/v1/demo': { answer: DemoAnswer };
  'GET /api/v1/setup': { answer: SetupState };
  'POST /api/v1/setup': { body: Of<'SetupBody'>; answer: null };
  /** Sets the cookie. */
  'POST /api/v1/console/sign-in': { body: Of<'SignInBody'>; answer: Me };
  'POST /api/v1/console/sign-out': { answer: null };
  'GET /api/v1/console/me': { answer: Me };
  'GET /api/v1/console/staff': { answer: StaffRow[] };
  'POST /api/v1/console/staff': { body: Of<'StaffBody'>; answer: StaffRow };
  'PUT /api/v1/console/staff/:staff': { body: Of<'StaffChangeBody'>; answer: StaffRow };
  'GET /api/v1/console/exams': { answer: ExamRow[] };
  'POST /api/v1/console/exams': { body: Of<'ExamBody'>; answer: ExamRow };
  'PUT /api/v1/console/exams/:exam': { body: Of<'ExamBody'>; answer: ExamRow };
  'GET /api/v1/console/exams/:exam/entries': { query: Of<'EntriesQuery'>; answer: EntryRow[] };
  'POST /api/v1/console/exams/:exam/roster/preview': {
    query: Of<'RosterQuery'>;
    body: 'bytes';
    answer: RosterPreview;
  };
  'POST /api/v1/console/exams/:exam/roster/confirm': { body: Of<'RosterConfirmBody'>; answer: RosterResult };
  'GET /api/v1/console/exams/:exam/papers': { answer: PaperRow[] };
  'POST /api/v1/console/exams/:exam/papers': { query: Of<'PaperQuery'>; body: 'bytes'; answer: PaperImport };
  'DELETE /api/v1/console/papers/:paper': { answer: null };
  /** `identity` is the age X25519 identity that opens `/sealed/:paper/:file`. */
  'POST /api/v1/console/papers/:paper/preview-key': { answer: { identity: string } };
  'GET /api/v1/console/rooms': { answer: RoomRow[] };
  'POST /api/v1/console/rooms': { body: Of<'RoomBody'>; answer: RoomRow };
  'PUT /api/v1/console/rooms/:room': { body: Of<'RoomBody'>; answer: RoomRow };
  'DELETE /api/v1/console/rooms/:room': { answer: null };
  'GET /api/v1/console/sessions': { answer: SessionRow[] };
  'POST /api/v1/console/sessions': { body: Of<'SessionBody'>; answer: SessionDetail };
  'GET /api/v1/console/sessions/:session': { answer: SessionDetail };
  'PUT /api/v1/console/sessions/:session': { body: Of<'SessionBody'>; answer: SessionDetail };
  'PUT /api/v1/console/sessions/:session/sittings': { body: Of<'SittingsBody'>; answer: SessionDetail };
  'POST /api/v1/console/sessions/:session/seating': { body: Of<'SeatingBody'>; answer: SeatingSummary };
  'GET /api/v1/console/sessions/:session/seating': { answer: SeatAssignmentRow[] };
  'POST /api/v1/console/sessions/:session/seats': { body: Of<'SeatDrawBody'>; answer: DoorDraw };
  'GET /api/v1/console/sessions/:session/map': { answer: SessionMap };
  'POST /api/v1/console/sessions/:session/open-entry': { answer: SessionDetail };
  'POST /api/v1/console/sessions/:session/start': { body: Of<'StartBody'>; answer: SessionDetail };
  'POST /api/v1/console/sittings/:sitting/delay': { body: Of<'DelayBody'>; answer: null };
  'POST /api/v1/console/sittings/:sitting/pause': { body: Of<'EndBody'>; answer: null };
  'POST /api/v1/console/sittings/:sitting/resume': { body: Of<'EndBody'>; answer: null };
  'POST /api/v1/console/sittings/:sitting/close-entry': { answer: null };
  'POST /api/v1/console/sittings/:sitting/end': { body: Of<'EndBody'>; answer: null };
  'POST /api/v1/console/notices': { body: Of<'NoticeBody'>; answer: null };
  'POST /api/v1/console/credits': { body: Of<'CreditBody'>; answer: null };
  'GET /api/v1/console/machines': { answer: MachinesAnswer };
  'POST /api/v1/console/walks': { body: Of<'WalkBody'>; answer: WalkState };
  'DELETE /api/v1/console/walks/current': { answer: null };
  'POST /api/v1/console/machines/seat': { body: Of<'SeatMachineBody'>; answer: null };
  'POST /api/v1/console/machines/same-pc': { body: Of<'SamePcBody'>; answer: null };
  'POST /api/v1/console/machines/:machine/approve-address': { answer: null };
  'POST /api/v1/console/machines/:machine/retire': { body: Of<'ReasonBody'>; answer: null };
  'GET /api/v1/console/attempts/:attempt': { answer: AttemptDetail };
  /** Newest first; `before` is the `seq` of the last row shown. */
  'GET /api/v1/console/log': { query: Of<'LogQuery'>; answer: LogRow[] };
  'POST /api/v1/console/clock/confirm': { body: Of<'ClockBody'>; answer: null };
}
