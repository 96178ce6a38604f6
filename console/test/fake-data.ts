/** What the fake box knows: a site in one of several states of its work. Shapes are the contract's. */

import { assignSeats } from '#domain/seating/assign.ts';
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type {
  EntryRow,
  ExamRow,
  FloorPlan,
  LogRow,
  MachineRow,
  PaperRow,
  PendingMachine,
  RoomRow,
  SeatAssignmentRow,
  SeatingSummary,
  SessionPolicy,
  SessionRow,
  SittingRow,
  StaffRow,
  WalkState,
} from '#protocol/console.ts';
import { ROLES, type RoleName } from '#protocol/rights.ts';
import { addLog, addMachines, run } from './fake-day.ts';
import { addDelivery, type FakeDelivery, noDelivery } from './fake-delivery.ts';
import { addEvidence, type FakeEvidence, noEvidence } from './fake-evidence.ts';
import { identifiers, people } from './fake-people.ts';

export type Scenario = 'setup' | 'empty' | 'prepare' | 'running';

/** 2026-06-07 10:05:09 in Shanghai: half an hour into the morning's session. */
export const WALL = Date.UTC(2026, 5, 7, 2, 5, 9);
/** Box time at the same moment. */
export const ELAPSED = 5 * 86_400_000;
export const MINUTE = 60_000;

export const POLICY: SessionPolicy = {
  lateEntryMs: 15 * MINUTE,
  earliestSubmitMs: 30 * MINUTE,
  sharedAddress: 'refuse',
  pledgeZh: '我承诺：独立完成考试，不作弊，服从监考员安排。',
  pledgeEn: 'I will do this exam on my own, without cheating, and follow the invigilator.',
};

export function plan(rows: number, columns: number, change: Partial<FloorPlan> = {}): FloorPlan {
  return {
    rows,
    columns,
    front: 'top',
    door: { row: 0, column: columns - 1 },
    cells: Array.from({ length: rows * columns }, () => 'seat' as const),
    numbering: { scheme: 'column-serpentine', start: 1, width: 2 },
    ...change,
  };
}

/** Six by five with an aisle in the middle, a broken seat, two spare ones, a pillar. */
function usualPlan(): FloorPlan {
  const made = plan(6, 7);
  for (let row = 0; row < 6; row++) made.cells[row * 7 + 3] = 'aisle';
  made.cells[2 * 7 + 5] = 'broken';
  made.cells[5 * 7 + 6] = 'spare';
  made.cells[5 * 7 + 5] = 'spare';
  made.cells[5 * 7] = 'missing';
  return made;
}

export interface FakeSession {
  row: SessionRow;
  sittings: SittingRow[];
  seating: SeatingSummary | null;
  seats: SeatAssignmentRow[];
}

export interface FakeState {
  scenario: Scenario;
  site: string | null;
  siteName: string | null;
  demo: boolean;
  unconfirmedGapMs: number | null;
  staff: StaffRow[];
  exams: ExamRow[];
  entries: Map<string, EntryRow[]>;
  papers: PaperRow[];
  rooms: RoomRow[];
  sessions: FakeSession[];
  machines: MachineRow[];
  pending: PendingMachine[];
  walk: WalkState | null;
  log: LogRow[];
  evidence: FakeEvidence;
  delivery: FakeDelivery;
  /** Entry → how its candidate fares, in the running session. */
  fates: Map<string, Fate>;
  id: (prefix: string) => string;
}

export interface Fate {
  attempt: string;
  status: 'absent' | 'waiting' | 'writing' | 'submitted' | 'offline';
  answered: number;
  lastSaved: number | null;
  offlineSince: number | null;
  trouble: string | null;
}

export function roomRow(id: string, name: string, drawn: FloorPlan): RoomRow {
  const seats = numberSeats(drawn);
  return {
    room: id,
    name,
    plan: drawn,
    seats: seats.filter(({ usable }) => usable).length,
    spares: seats.filter(({ kind }) => kind === 'spare').length,
    machines: 0,
  };
}

function staffOf(id: FakeState['id'], rooms: string[]): StaffRow[] {
  const names: Record<RoleName, string> = {
    administrator: '周敏',
    chief: '郑国强',
    invigilator: '林小燕',
    technician: '高磊',
    auditor: 'Anna Schmidt',
  };
  return ROLES.map((role) => ({
    staff: id('st'),
    login: role,
    name: names[role],
    role,
    rooms: role === 'invigilator' ? rooms : [],
    active: true,
    lastSignIn: role === 'auditor' ? null : WALL - 40 * MINUTE,
  }));
}

export function makeState(scenario: Scenario): FakeState {
  const id = identifiers();
  const state: FakeState = {
    scenario,
    site: scenario === 'setup' ? null : 'BH-07',
    siteName: scenario === 'setup' ? null : '滨海市第七中学考点',
    demo: false,
    unconfirmedGapMs: null,
    staff: [],
    exams: [],
    entries: new Map(),
    papers: [],
    rooms: [],
    sessions: [],
    machines: [],
    pending: [],
    walk: null,
    log: [],
    evidence: noEvidence(),
    delivery: noDelivery(),
    fates: new Map(),
    id,
  };
  if (scenario === 'setup') return state;
  if (scenario === 'empty') {
    state.staff = staffOf(id, []);
    return state;
  }
  state.rooms = [
    roomRow(id('rm'), '第一考场（教学楼 201）', usualPlan()),
    roomRow(id('rm'), '第二考场（教学楼 202）', usualPlan()),
    roomRow(id('rm'), '计算机房 301', plan(5, 8, { front: 'left', door: { row: 4, column: 0 } })),
    roomRow(
      id('rm'),
      '备用考场',
      plan(3, 4, { door: null, numbering: { scheme: 'row', start: 1, width: 2 } }),
    ),
  ];
  const [first, second, third] = state.rooms as [RoomRow, RoomRow, RoomRow, RoomRow]; // four have just been made
  state.staff = staffOf(id, [first.room]);
  addExams(state);
  const exam = state.exams[0]!; // addExams has made two
  addPapers(state, exam.exam);
  const morning = addSession(state, exam, '上午场', WALL + (scenario === 'running' ? -35 : 55) * MINUTE, [
    '0101',
    '0102',
  ]);
  addSittings(state, morning, [
    ['0101', first.room],
    ['0102', second.room],
    ['0102', third.room],
  ]);
  const afternoon = addSession(state, exam, '下午场', WALL + 4 * 60 * MINUTE, ['0103']);
  addSittings(state, afternoon, [
    ['0103', first.room],
    ['0103', second.room],
  ]);
  if (scenario === 'running') draw(state, morning, 'random', 'gongyuan-2026-06-07', true);
  addMachines(state, [first, second, third]);
  if (scenario === 'running') run(state, morning);
  if (scenario === 'running') {
    addEvidence(state, morning);
    addDelivery(state);
  }
  addLog(state);
  return state;
}

function addExams(state: FakeState): void {
  const subjects = [
    { code: '0101', name: '语文', entries: 29, papers: 2 },
    { code: '0102', name: '数学', entries: 66, papers: 2 },
    { code: '0103', name: '英语（含听力）', entries: 52, papers: 1 },
  ];
  const main = state.id('ex');
  const all = people(95, 1);
  const entries = subjects.flatMap(({ code }, index) =>
    all
      .slice(index === 1 ? 29 : index === 2 ? 10 : 0, index === 0 ? 29 : index === 1 ? 95 : 62)
      .map((person): EntryRow => ({ entry: state.id('en'), ...person, subject: code, seat: null })),
  );
  state.entries.set(main, entries);
  state.exams.push({
    exam: main,
    name: '2026 年夏季学业水平考试',
    entries: entries.length,
    candidates: all.length,
    subjects,
    sessions: 2,
  });
  const large = state.id('ex');
  const many = people(2_000, 2).map(
    (person, index): EntryRow => ({
      entry: state.id('en'),
      ...person,
      subject: ['3001', '3002'][index % 2]!, // 0 or 1
      seat: null,
    }),
  );
  state.entries.set(large, many);
  state.exams.push({
    exam: large,
    name: '开放大学期末考试',
    entries: many.length,
    candidates: 2_000,
    subjects: [
      { code: '3001', name: '高等数学基础', entries: 1_000, papers: 0 },
      { code: '3002', name: 'College English', entries: 1_000, papers: 0 },
    ],
    sessions: 0,
  });
}

function addPapers(state: FakeState, exam: string): void {
  const paper = (subject: string, label: string, items: number, bytes: number, usedBy: number): PaperRow => ({
    paper: state.id('pa'),
    exam,
    subject,
    label,
    items,
    files: 4,
    bytes,
    sealed: WALL - 3 * 86_400_000,
    intact: true,
    usedBy,
    released: false,
  });
  state.papers = [
    paper('0101', '语文 A 卷', 22, 2_480_000, 1),
    paper('0101', '语文 B 卷', 22, 2_510_000, 1),
    paper('0102', '数学 A 卷', 24, 1_120_000, 2),
    paper('0102', '数学 B 卷', 24, 1_140_000, 2),
    paper('0103', '英语（含听力）', 40, 18_900_000, 2),
  ];
}

export function addSession(
  state: FakeState,
  exam: ExamRow,
  name: string,
  plannedStart: number,
  subjects: string[],
): FakeSession {
  const session: FakeSession = {
    row: {
      session: state.id('se'),
      exam: exam.exam,
      examName: exam.name,
      name,
      plannedStart,
      subjects,
      policy: POLICY,
      state: 'planned',
      candidates: (state.entries.get(exam.exam) ?? []).filter(({ subject }) => subjects.includes(subject))
        .length,
      seated: 0,
    },
    sittings: [],
    seating: null,
    seats: [],
  };
  state.sessions.push(session);
  return session;
}

function addSittings(state: FakeState, session: FakeSession, list: [subject: string, room: string][]): void {
  session.sittings = list.map(([subject, room]) => {
    const papers = state.papers.filter((paper) => paper.subject === subject);
    return sittingRow(state, session, {
      sitting: state.id('si'),
      subject,
      room,
      papers: papers.map(({ paper }, index) => ({ version: 'AB'[index] ?? 'C', paper })),
      durationMs: (subject === '0103' ? 120 : 90) * MINUTE,
    });
  });
}

export function sittingRow(
  state: FakeState,
  session: FakeSession,
  given: {
    sitting: string;
    subject: string;
    room: string;
    papers: { version: string; paper: string }[];
    durationMs: number;
  },
): SittingRow {
  const exam = state.exams.find(({ exam: one }) => one === session.row.exam);
  return {
    ...given,
    session: session.row.session,
    subjectName: exam?.subjects.find(({ code }) => code === given.subject)?.name ?? given.subject,
    roomName: state.rooms.find(({ room }) => room === given.room)?.name ?? '',
    papers: given.papers.map((one) => ({
      ...one,
      label: state.papers.find(({ paper }) => paper === one.paper)?.label ?? '',
    })),
    state: 'planned',
    seated: 0,
    startedAt: null,
    endsAt: null,
  };
}

/** Seats drawn by the real rules. */
export function draw(
  state: FakeState,
  session: FakeSession,
  mode: 'order' | 'random' | 'draw',
  seed: string,
  schools: boolean,
): SeatingSummary {
  const entries = state.entries.get(session.row.exam) ?? [];
  session.seats = [];
  let seated = 0;
  const unmet = new Map<string, number>();
  for (const subject of session.row.subjects) {
    const sittings = session.sittings.filter((sitting) => sitting.subject === subject);
    const result = assignSeats({
      rooms: sittings.map(({ room }) => ({
        id: room,
        plan: state.rooms.find((one) => one.room === room)!.plan, // sittings name known rooms
      })),
      people: entries
        .filter((entry) => entry.subject === subject)
        .map(({ entry, ticket, school }) => ({ entry, ticket, subject, school })),
      mode,
      versions: sittings[0]?.papers.map(({ version }) => version) ?? ['A'],
      seed,
      keepApart: { schools, versions: true },
    });
    for (const { kind, count } of result.unmet) unmet.set(kind, (unmet.get(kind) ?? 0) + count);
    for (const { entry, room, seat, version } of result.assignments) {
      const row = entries.find((one) => one.entry === entry)!; // it was given in
      const sitting = sittings.find((one) => one.room === room)!; // likewise
      const roomName = sitting.roomName;
      row.seat = { session: session.row.session, room, roomName, label: seat, version };
      session.seats.push({
        entry,
        ticket: row.ticket,
        name: row.name,
        school: row.school,
        subject,
        sitting: sitting.sitting,
        room,
        seat,
        version,
      });
      sitting.seated++;
      seated++;
    }
  }
  session.row.seated = seated;
  session.seating = {
    mode,
    seed,
    algorithm: 'gongyuan-seating/1',
    seated,
    unmet: [...unmet].map(([kind, count]) => ({ kind, count })),
  };
  return session.seating;
}
