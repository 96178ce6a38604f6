/**
 * What the fake box answers to the console's calls: enough of the rules that a page can be walked through. One table,
 * long as it is, for its type holds it complete.
 */

import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { Me, PaperImport, SessionDetail, StaffRow, Step } from '#protocol/console.ts';
import { extent, RIGHTS, type Right } from '#protocol/rights.ts';
import {
  addSession,
  draw,
  ELAPSED,
  type FakeSession,
  type FakeState,
  POLICY,
  roomRow,
  sittingRow,
  WALL,
} from './fake-data.ts';
import { deliveryCalls } from './fake-delivery.ts';
import { drawAtDoor, settleDoor } from './fake-door.ts';
import { evidenceCalls } from './fake-evidence.ts';
import { mapOf } from './fake-map.ts';
import { FakeRefusal, type FakeRequest } from './fake-request.ts';
import { previewOf } from './fake-roster.ts';

type Handler = (request: FakeRequest) => unknown;
type Calls = {
  [K in keyof ConsoleCalls]: (
    request: FakeRequest,
  ) => ConsoleCalls[K]['answer'] | Promise<ConsoleCalls[K]['answer']>;
};

export function meOf(state: FakeState, staff: StaffRow): Me {
  const { login, name, role, rooms } = staff;
  const rights = (Object.keys(RIGHTS) as Right[]).filter((right) => extent(role, right) !== 'none');
  return {
    staff: staff.staff,
    login,
    name,
    role,
    rooms,
    rights,
    siteName: state.siteName ?? '',
    demo: state.demo,
  };
}

function stepsOf(state: FakeState, session: FakeSession): Step[] {
  const step = (key: Step['key'], done: boolean, zh: string, en: string): Step => ({
    key,
    state: done ? 'done' : 'todo',
    zh,
    en,
  });
  const seated = session.row.seated;
  const all = session.row.candidates;
  const missing = Math.max(0, session.sittings.length * 29 - state.machines.length);
  return [
    step(
      'roster',
      all > 0,
      all > 0 ? `${all} 人次报考` : '名单尚未导入',
      all > 0 ? `${all} entries` : 'No roster yet',
    ),
    step('papers', state.papers.length > 0, '试卷齐全', 'All papers are here'),
    step('rooms', state.rooms.length > 0, `${state.rooms.length} 个考场`, `${state.rooms.length} rooms`),
    step(
      'sittings',
      session.sittings.length > 0,
      session.sittings.length > 0 ? `${session.sittings.length} 个科次` : '还没有科次',
      session.sittings.length > 0 ? `${session.sittings.length} sittings` : 'No sittings yet',
    ),
    step(
      'seating',
      seated > 0,
      seated > 0 ? `已编排 ${seated} 人` : '尚未编排座位',
      seated > 0 ? `${seated} seated` : 'No seats assigned yet',
    ),
    {
      ...step('machines', missing === 0, '', ''),
      state: missing > 0 ? 'warning' : 'done',
      zh: missing > 0 ? `还有 ${missing} 个座位没有考试机` : `${state.machines.length} 台考试机`,
      en: missing > 0 ? `${missing} seats have no machine` : `${state.machines.length} machines`,
    },
    step('staff', true, '主考已就位', 'A chief is here'),
    step('clock', state.unconfirmedGapMs === null, '时钟正常', 'The clock is right'),
  ];
}

export function callsOf(state: FakeState): Record<string, Handler> {
  const found = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new FakeRefusal('thing/not-found');
    return thing;
  };
  const sessionOf = (id: string | undefined) => found(state.sessions.find(({ row }) => row.session === id));
  const sittingOf = (id: string | undefined) =>
    found(state.sessions.flatMap(({ sittings }) => sittings).find(({ sitting }) => sitting === id));
  const detail = (session: FakeSession): SessionDetail => ({
    planned: [],
    ...session.row,
    sittings: session.sittings,
    steps: stepsOf(state, session),
    seating: session.seating,
  });
  const own = ({ staff }: FakeRequest) => (staff && staff.role === 'invigilator' ? staff.rooms : null);
  const reseat = (session: FakeSession) => {
    session.row.seated = session.seats.length;
  };

  const calls: Calls = {
    ...evidenceCalls(state),
    ...deliveryCalls(state),
    'GET /api/v1/box': () => ({
      product: 'gongyuan',
      version: '0.1.0',
      site: state.site,
      siteName: state.siteName,
      timeZone: state.site ? 'Asia/Shanghai' : null,
      contact: '考务办 0539-1234567',
      box: 'bx_0000000000000000',
      boxEpoch: 1,
      boxKey: 'x'.repeat(43),
      origin: 'https://box.test',
      demo: state.demo,
      elapsed: ELAPSED,
      wall: WALL,
      unconfirmedGapMs: state.unconfirmedGapMs,
    }),
    'GET /api/v1/demo': () => {
      if (!state.demo) throw new FakeRefusal('request/not-found');
      return {
        session: state.sessions[0]?.row.session ?? '',
        staff: state.staff.map(({ role, login }) => ({ role, login, password: 'fake' })),
        candidates: [],
      };
    },
    'GET /api/v1/setup': () => ({ needed: state.site === null }),
    'POST /api/v1/setup': ({ body }) => {
      if (body.code !== 'GY-1234') throw new FakeRefusal('setup/code');
      state.site = body.site;
      state.siteName = body.name;
      state.staff = [
        {
          staff: state.id('st'),
          login: body.admin.login,
          name: body.admin.name,
          role: 'administrator',
          rooms: [],
          active: true,
          lastSignIn: null,
        },
      ];
      return null;
    },
    // The server sets the cookie.
    'POST /api/v1/console/sign-in': ({ body }) => {
      const staff = state.staff.find(({ login }) => login === body.login);
      if (!staff || body.password === 'wrong') throw new FakeRefusal('auth/failed');
      return meOf(state, staff);
    },
    'POST /api/v1/console/sign-out': () => null,
    'GET /api/v1/console/me': ({ staff }) => meOf(state, found(staff ?? undefined)),
    'GET /api/v1/console/staff': () => state.staff,
    'POST /api/v1/console/staff': ({ body }) => {
      if (state.staff.some(({ login }) => login === body.login)) throw new FakeRefusal('staff/login-taken');
      const { password: _secret, ...row } = body;
      const made: StaffRow = { ...row, staff: state.id('st'), active: true, lastSignIn: null };
      state.staff.push(made);
      return made;
    },
    'PUT /api/v1/console/staff/:staff': ({ params, body }) => {
      const row = found(state.staff.find(({ staff }) => staff === params['staff']));
      const { password: _secret, ...change } = body;
      return Object.assign(row, change);
    },
    'GET /api/v1/console/exams': () => state.exams,
    'POST /api/v1/console/exams': ({ body }) => {
      const made = {
        exam: state.id('ex'),
        name: body.name,
        entries: 0,
        candidates: 0,
        subjects: [],
        sessions: 0,
      };
      state.exams.push(made);
      return made;
    },
    'PUT /api/v1/console/exams/:exam': ({ params, body }) =>
      Object.assign(found(state.exams.find(({ exam }) => exam === params['exam'])), body),
    'GET /api/v1/console/exams/:exam/entries': ({ params, query }) => {
      const search = query.get('search') ?? '';
      const subject = query.get('subject');
      return (state.entries.get(params['exam'] ?? '') ?? []).filter(
        (row) =>
          (!subject || row.subject === subject) &&
          (!search || [row.ticket, row.name, row.school].some((text) => text.includes(search))),
      );
    },
    'POST /api/v1/console/exams/:exam/roster/preview': ({ query }) => {
      const file = query.get('file') ?? '';
      if (file.endsWith('.pdf')) throw new FakeRefusal('roster/unreadable');
      return previewOf(file, query);
    },
    'POST /api/v1/console/exams/:exam/roster/confirm': ({ params, body }) => {
      if (body.token !== 'preview-1') throw new FakeRefusal('roster/preview-gone');
      const exam = found(state.exams.find(({ exam: one }) => one === params['exam']));
      exam.entries += 172;
      exam.candidates += 120;
      if (exam.subjects.length === 0)
        exam.subjects = [
          { code: '0101', name: '语文', entries: 90, papers: 0 },
          { code: '0102', name: '数学', entries: 82, papers: 0 },
        ];
      return { new: 172, changed: 5, unchanged: 3 };
    },
    'GET /api/v1/console/exams/:exam/papers': ({ params }) =>
      state.papers.filter(({ exam }) => exam === params['exam']),
    'POST /api/v1/console/exams/:exam/papers': ({ params, query }): PaperImport => {
      const file = query.get('file') ?? '';
      if (file.includes('faults'))
        return {
          paper: null,
          missingGlyphs: [],
          faults: [
            {
              severity: 'error',
              code: 'qti/choice-without-identifier',
              zh: '选项没有标识符',
              en: 'A choice has no identifier',
              doZh: '在出题软件中给每个选项一个标识符后重新导出',
              doEn: 'Give every choice an identifier and export again',
              item: 'Q-07',
              file: 'items/q07.xml',
              line: 23,
            },
            {
              severity: 'warning',
              code: 'qti/style-dropped',
              zh: '样式 position 不被允许，已忽略',
              en: 'The style "position" is not permitted and was left out',
              doZh: '如影响版面，请改用表格',
              doEn: 'Use a table if the layout suffers',
              file: 'styles/paper.css',
              line: 4,
            },
          ],
        };
      const paper = {
        paper: state.id('pa'),
        exam: params['exam'] ?? '',
        subject: query.get('subject') ?? '',
        label: query.get('label') ?? '',
        items: 22,
        files: 3,
        bytes: 812_000,
        sealed: WALL,
        intact: true,
        usedBy: 0,
        released: false,
      };
      state.papers.push(paper);
      return { paper, faults: [], missingGlyphs: ['𡋾', '𠮷'] };
    },
    'DELETE /api/v1/console/papers/:paper': ({ params }) => {
      const paper = found(state.papers.find((one) => one.paper === params['paper']));
      if (paper.usedBy > 0) throw new FakeRefusal('thing/in-use');
      state.papers = state.papers.filter((one) => one !== paper);
      return null;
    },
    'POST /api/v1/console/papers/:paper/preview-key': ({ sealed }) => ({ identity: sealed.identity }),
    'GET /api/v1/console/rooms': (request) =>
      state.rooms.filter(({ room }) => own(request)?.includes(room) ?? true),
    'POST /api/v1/console/rooms': ({ body }) => {
      const made = roomRow(state.id('rm'), body.name, body.plan);
      state.rooms.push(made);
      return made;
    },
    'PUT /api/v1/console/rooms/:room': ({ params, body }) => {
      const row = found(state.rooms.find(({ room }) => room === params['room']));
      return Object.assign(row, roomRow(row.room, body.name, body.plan), { machines: row.machines });
    },
    'DELETE /api/v1/console/rooms/:room': ({ params }) => {
      if (state.sessions.some(({ sittings }) => sittings.some(({ room }) => room === params['room'])))
        throw new FakeRefusal('thing/in-use');
      state.rooms = state.rooms.filter(({ room }) => room !== params['room']);
      return null;
    },
    'GET /api/v1/console/sessions': () => state.sessions.map(({ row }) => row),
    'POST /api/v1/console/sessions': ({ body }) => {
      const exam = found(state.exams.find(({ exam: one }) => one === body.exam));
      const made = addSession(state, exam, body.name, body.plannedStart, body.subjects);
      made.row.policy = body.policy ?? POLICY;
      exam.sessions++;
      return detail(made);
    },
    'GET /api/v1/console/sessions/:session': ({ params }) => detail(sessionOf(params['session'])),
    'PUT /api/v1/console/sessions/:session': ({ params, body }) => {
      const session = sessionOf(params['session']);
      if (session.row.state !== 'planned') throw new FakeRefusal('session/open');
      Object.assign(session.row, body);
      return detail(session);
    },
    'PUT /api/v1/console/sessions/:session/sittings': ({ params, body }) => {
      const session = sessionOf(params['session']);
      session.sittings = body.sittings.map((given: Parameters<typeof sittingRow>[2]) =>
        sittingRow(state, session, { ...given, sitting: given.sitting ?? state.id('si') }),
      );
      reseat(session);
      return detail(session);
    },
    'POST /api/v1/console/sessions/:session/seating': ({ params, body }) => {
      const session = sessionOf(params['session']);
      if (session.row.state === 'running') throw new FakeRefusal('seating/started');
      for (const sitting of session.sittings) sitting.seated = 0;
      if (body.mode === 'draw') return settleDoor(session, body.seed ?? 'f3a97c52d0e14b86');
      return draw(state, session, body.mode, body.seed ?? 'f3a97c52d0e14b86', body.keepApart.schools);
    },
    'POST /api/v1/console/sessions/:session/seats': ({ params, body }) =>
      drawAtDoor(state, sessionOf(params['session']), body.number, body.room),
    'GET /api/v1/console/sessions/:session/seating': ({ params }) => sessionOf(params['session']).seats,
    'GET /api/v1/console/sessions/:session/map': (request) =>
      mapOf(state, sessionOf(request.params['session']), own(request)),
    'POST /api/v1/console/sessions/:session/open-entry': ({ params }) => {
      const session = sessionOf(params['session']);
      session.row.state = 'open';
      return detail(session);
    },
    'POST /api/v1/console/sessions/:session/start': ({ params, body }) => {
      const session = sessionOf(params['session']);
      if (session.row.state === 'planned') throw new FakeRefusal('session/not-open');
      session.row.state = 'running';
      for (const sitting of session.sittings)
        if (
          (!body.sitting || body.sitting === sitting.sitting) &&
          (!body.room || body.room === sitting.room)
        ) {
          sitting.state = 'running';
          sitting.startedAt = ELAPSED;
          sitting.endsAt = ELAPSED + sitting.durationMs;
        }
      return detail(session);
    },
    'POST /api/v1/console/sittings/:sitting/delay': ({ params, body }) => {
      sittingOf(params['sitting']).plannedStart = body.plannedStart;
      return null;
    },
    'POST /api/v1/console/sittings/:sitting/pause': ({ params }) => {
      sittingOf(params['sitting']).state = 'paused';
      return null;
    },
    'POST /api/v1/console/sittings/:sitting/resume': ({ params }) => {
      sittingOf(params['sitting']).state = 'running';
      return null;
    },
    'POST /api/v1/console/sittings/:sitting/close-entry': () => null,
    'POST /api/v1/console/sittings/:sitting/end': ({ params }) => {
      sittingOf(params['sitting']).state = 'ended';
      return null;
    },
    'POST /api/v1/console/notices': () => null,
    'POST /api/v1/console/credits': ({ body }) => {
      if (body.ms > 30 * 60_000) throw new FakeRefusal('credit/limit', { limitMinutes: 30 });
      return null;
    },
    'GET /api/v1/console/machines': (request) => ({
      machines: state.machines.filter(({ room }) => own(request)?.includes(room ?? '') ?? true),
      pending: state.pending,
      walk: state.walk,
    }),
    'POST /api/v1/console/walks': ({ body }) => {
      if (state.walk) throw new FakeRefusal('walk/running');
      const room = found(state.rooms.find((one) => one.room === body.room));
      state.walk = {
        walk: state.id('wk'),
        room: room.room,
        roomName: room.name,
        next: body.from ?? '01',
        done: 0,
        total: room.seats + room.spares,
      };
      return state.walk;
    },
    'DELETE /api/v1/console/walks/current': () => {
      if (!state.walk) throw new FakeRefusal('walk/none');
      state.walk = null;
      return null;
    },
    'POST /api/v1/console/machines/seat': ({ body }) => {
      state.pending = state.pending.filter(({ pending }) => pending !== body.pending);
      return null;
    },
    'POST /api/v1/console/machines/same-pc': ({ body }) => {
      if (!state.pending.some(({ pending }) => pending === body.pending))
        throw new FakeRefusal('machine/not-pending');
      state.pending = state.pending.filter(({ pending }) => pending !== body.pending);
      const machine = found(state.machines.find(({ machine: one }) => one === body.machine));
      machine.state = machine.candidate ? 'in-use' : 'connected';
      const seat = state.sessions[0]?.seats.find(
        (one) => one.room === machine.room && one.seat === machine.seat,
      );
      const fate = seat && state.fates.get(seat.entry);
      if (fate) Object.assign(fate, { status: 'writing', offlineSince: null });
      return null;
    },
    'POST /api/v1/console/machines/:machine/approve-address': ({ params }) => {
      const machine = found(state.machines.find(({ machine: one }) => one === params['machine']));
      machine.address = machine.newAddress ?? machine.address;
      machine.newAddress = null;
      const seat = state.sessions[0]?.seats.find(
        (one) => one.room === machine.room && one.seat === machine.seat,
      );
      const fate = seat && state.fates.get(seat.entry);
      if (fate) fate.trouble = null;
      return null;
    },
    'POST /api/v1/console/machines/:machine/retire': ({ params }) => {
      found(state.machines.find(({ machine: one }) => one === params['machine'])).state = 'retired';
      return null;
    },
    'GET /api/v1/console/attempts/:attempt': ({ params }) => {
      const [entry, fate] = found([...state.fates].find(([, one]) => one.attempt === params['attempt']));
      const session = state.sessions[0]!; // fates belong to the first session
      const seat = found(session.seats.find((one) => one.entry === entry));
      const row = found((state.entries.get(session.row.exam) ?? []).find((one) => one.entry === entry));
      const machine = state.machines.find((one) => one.room === seat.room && one.seat === seat.seat);
      const sitting = found(session.sittings.find(({ sitting: one }) => one === seat.sitting));
      return {
        attempt: fate.attempt,
        status: fate.status === 'submitted' ? 'submitted' : 'writing',
        name: seat.name,
        ticket: seat.ticket,
        idTail: row.idTail,
        school: seat.school,
        subject: sitting.subjectName,
        room: sitting.roomName,
        seat: seat.seat,
        version: seat.version,
        machine: machine?.machine ?? null,
        address: machine?.address ?? null,
        startedAt: sitting.startedAt,
        endsAt: sitting.endsAt,
        creditMs: 300_000,
        answered: fate.answered,
        items: 22,
        revisions: fate.answered * 9,
        quarantined: fate.trouble ? 2 : 0,
        receipt: null,
        timeline: state.log.filter(({ attempt }) => attempt === fate.attempt).reverse(),
      };
    },
    'GET /api/v1/console/log': ({ query }) => {
      const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER);
      const kind = query.get('kind');
      return state.log
        .filter(({ seq, kind: one }) => seq < before && (!kind || one === kind))
        .slice(0, Number(query.get('limit') ?? 100));
    },
    'POST /api/v1/console/clock/confirm': () => {
      state.unconfirmedGapMs = null;
      return null;
    },
  };
  return calls;
}
