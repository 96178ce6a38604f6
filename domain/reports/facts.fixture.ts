/** Small facts for the tests of reports: a session of one room of four seats, and names that are hard to print. */
import { drawn } from '#domain/seating/plan.fixture.ts';
import type { EntryFacts, RequestFacts, RoomFacts, SessionFacts } from './facts.ts';

/** 7 November 2026, 09:00 in Shanghai. */
export const NINE = Date.UTC(2026, 10, 7, 1, 0);
const MINUTE = 60_000;

export const REQUEST: RequestFacts = {
  report: '01JE5V3R8T0000000000000001',
  madeWall: NINE - 90 * MINUTE,
  requester: '考务张',
  purpose: '考前张贴',
  copy: 1,
};

export function entry(
  number: number,
  name: string,
  seat: string,
  change: Partial<EntryFacts> = {},
): EntryFacts {
  const digits = String(number).padStart(4, '0');
  return {
    entry: `entry-${digits}`,
    candidate: `candidate-${digits}`,
    name,
    gender: 'female',
    idNumber: `11010119900307${digits}`,
    ticket: `26110701010${digits}`,
    school: '第一中学',
    sitting: 'sitting-1',
    subject: '0101',
    subjectName: '语文',
    room: 'room-1',
    roomName: '第01考场',
    seat,
    version: 'A',
    absent: false,
    photo: null,
    attempt: null,
    ...change,
  };
}

export function room(change: Partial<RoomFacts> = {}): RoomFacts {
  return {
    room: 'room-1',
    name: '第01考场',
    plan: drawn(['s|s', 'sxp'], { door: { row: 1, column: 0 } }),
    sittings: [
      {
        sitting: 'sitting-1',
        subject: '0101',
        subjectName: '语文',
        room: 'room-1',
        durationMs: 150 * MINUTE,
        plannedStart: NINE,
        startedWall: null,
        endedWall: null,
      },
    ],
    entries: [entry(1, '马浩敏', '01'), entry(2, '玛依热·买买提依明·阿布都热西提', '02')],
    machines: [
      {
        machine: 'machine-1',
        room: 'room-1',
        seat: '01',
        address: '10.20.1.11',
        agent: 'Chrome 109',
        enrolledWall: NINE - 1440 * MINUTE,
        retired: null,
      },
    ],
    machineChanges: [],
    credits: [],
    incidents: [],
    photos: [],
    invigilators: ['李监考', '王监考'],
    ...change,
  };
}

export function session(rooms: RoomFacts[] = [room()], change: Partial<SessionFacts> = {}): SessionFacts {
  return {
    site: {
      site: 'site-1',
      name: '北城考点',
      contact: '010-12345678',
      timeZone: 'Asia/Shanghai',
      origin: 'https://exam.local:8443',
      box: 'box-1',
      boxEpoch: 1,
      boxKey: 'AAAA',
    },
    session: 'session-1',
    name: '上午场',
    exam: 'exam-1',
    examName: '2026年秋季学业水平考试',
    plannedStart: NINE,
    rooms,
    chiefs: ['赵主考'],
    checkpoint: null,
    ...change,
  };
}
