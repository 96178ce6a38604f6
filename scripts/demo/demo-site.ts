/** Fills a box with the demo: a real roster, two papers, six rooms, a session that runs and one that waits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setCell } from '#domain/seating/floor-plan.editing.ts';
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import { emptyPlan } from '#domain/seating/floor-plan.ts';
import type { FloorPlan, SessionPolicy } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { App } from '#server/app.ts';
import { type DemoPaper, zipPaper } from './papers/read-paper.ts';
import { type DemoState, newStaffSignIns, type VisitorSignIn, writeDemoState } from './sign-ins.ts';

const ROSTER = join(import.meta.dirname, '../../domain/roster/fixtures/240-utf8.csv');
const MINUTE = 60_000;
const POLICY: SessionPolicy = {
  lateEntryMs: 12 * 60 * MINUTE,
  earliestSubmitMs: 0,
  sharedAddress: 'loopback',
  pledgeZh:
    '我已阅读并理解考试规则。我承诺：独立完成作答，不携带、不使用与考试无关的资料和设备，不抄袭，不协助他人作弊；如有违反，愿意接受相应处理。',
  pledgeEn:
    'I have read and understood the rules of this exam. I promise to work on my own, to bring and use no material or device that is not permitted, not to copy, and not to help others cheat. I accept the consequences if I break this promise.',
};

/** 7 rows of 7 seats with two aisles; one seat is kept as a spare. */
function classroom(): FloorPlan {
  let plan = emptyPlan(7, 9);
  for (let row = 0; row < 7; row++) for (const column of [2, 6]) plan = setCell(plan, row, column, 'aisle');
  plan = setCell(plan, 6, 8, 'spare');
  return {
    ...plan,
    door: { row: 0, column: 8 },
    numbering: { scheme: 'row-serpentine', start: 1, width: 2 },
  };
}

/** Makes everything and answers with the sign-ins; a start that was cut off begins anew only in an empty folder. */
export async function fillDemo(app: App, data: string): Promise<DemoState> {
  const { setup, staff, exams, sessions, rooms, roster, paperImport, seating, run, machines } = app.services;
  const signIns = newStaffSignIns();
  const admin = signIns.find(({ role }) => role === 'administrator') as (typeof signIns)[0];
  const by: Actor = {
    staff: await setup.setUp({
      site: 'DEMO-01',
      name: '明远楼考点（演示）',
      timeZone: 'Asia/Shanghai',
      contact: '演示考点，无联系电话',
      demo: true,
      admin: { login: admin.login, name: '考点管理员', password: admin.password },
    }),
  };

  const plan = classroom();
  const roomIds: string[] = [];
  for (let i = 1; i <= 6; i++) roomIds.push((await rooms.add({ name: `考场 0${i}`, plan }, by)).room);
  const names = {
    chief: '主考',
    invigilator: '监考员',
    technician: '技术员',
    auditor: '巡视员',
    administrator: '',
  };
  for (const { role, login, password } of signIns)
    if (role !== 'administrator')
      await staff.add(
        {
          login,
          password,
          role,
          name: names[role],
          rooms: role === 'invigilator' ? roomIds.slice(0, 1) : [],
        },
        by,
      );

  const { exam } = await exams.add('2026 年秋季期末考试（演示）', by);
  const preview = await roster.preview(exam, { file: '240-utf8.csv' }, readFileSync(ROSTER), by.staff ?? '');
  await roster.confirm(exam, preview.token, by);

  const papers: Record<DemoPaper, string> = { zh: '', en: '' };
  const bySubject: Record<string, string> = {};
  for (const [subject, paper, label] of [
    ['0101', 'zh', '综合素养 A 卷（语文）'],
    ['0102', 'zh', '综合素养 A 卷（数学）'],
    ['0201', 'zh', '综合素养 A 卷（计算机）'],
    ['0103', 'en', 'English paper A'],
  ] as const) {
    const result = await paperImport.import(
      exam,
      { subject, label, file: `${paper}.zip` },
      Readable.from([await zipPaper(paper)]),
      by,
    );
    if (!result.paper)
      throw new Error(`the demo paper ${paper} was refused: ${JSON.stringify(result.faults.slice(0, 3))}`);
    papers[paper] = result.paper.paper;
    bySubject[subject] = result.paper.paper;
  }

  const [r1, r2, r3, r4, r5, r6] = roomIds as [string, string, string, string, string, string];
  const morning = await makeSession(
    '上午场',
    ['0101', '0102', '0201'],
    [
      ['0101', r1],
      ['0101', r2],
      ['0102', r2],
      ['0102', r3],
      ['0201', r4],
      ['0201', r5],
    ],
  );
  const listening = await makeSession(
    '英语（听力）场',
    ['0103'],
    [
      ['0103', r5],
      ['0103', r6],
    ],
  );

  const visitors = [
    ...(await seatsFor(morning, r1, 2, 'running')),
    ...(await seatsFor(listening, r6, 1, 'waiting')),
  ];
  for (const session of [morning, listening]) await run.openEntry(session, by);
  await machines.startWalk(r1, visitors[0]?.seat, by);
  const state: DemoState = { session: morning, staff: signIns, visitors, complete: true };
  await writeDemoState(data, state);
  return state;

  async function makeSession(name: string, subjects: string[], places: [string, string][]): Promise<string> {
    const { session } = await sessions.add(
      { exam, name, plannedStart: app.deps.clock.wall() - MINUTE, subjects, policy: POLICY },
      by,
    );
    const sittings = places.map(([subject, room]) => ({
      subject,
      room,
      papers: [
        { version: 'A', paper: bySubject[subject] ?? '' },
        { version: 'B', paper: bySubject[subject] ?? '' },
      ],
      durationMs: 120 * MINUTE,
    }));
    await sessions.saveSittings(session, sittings, by);
    await seating.draw(
      session,
      { mode: 'random', seed: `demo-${name}`, keepApart: { schools: true, versions: true } },
      by,
    );
    return session;
  }

  /** Candidates on seats that follow each other, as pressing Enter at one machine after the other takes them. */
  async function seatsFor(
    session: string,
    room: string,
    count: number,
    state: VisitorSignIn['state'],
  ): Promise<VisitorSignIn[]> {
    const seated = new Map(
      seating
        .list(session, null)
        .filter((row) => row.room === room)
        .map((row) => [row.seat, row]),
    );
    const labels = numberSeats(plan).map(({ label }) => label);
    const start = labels.findIndex((_, i) => labels.slice(i, i + count).every((label) => seated.has(label)));
    const roomName = `考场 0${roomIds.indexOf(room) + 1}`;
    return labels.slice(start, start + count).flatMap((seat) => {
      const row = seated.get(seat);
      return row ? [{ number: row.ticket, name: row.name, room, roomName, seat, session, state }] : [];
    });
  }
}
