/**
 * A synthetic site for benchmarks and tests: large rooms, as many candidates as asked for, one session, a paper. Made by
 * the services that the console uses; roster and enrolment by events, for nobody types two thousand lines.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { emptyPlan } from '#domain/seating/floor-plan.ts';
import { sealPaper } from '#node/sealing/seal-paper.ts';
import type { DemoAnswer, SessionPolicy } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import { PAPER_FORMAT, type Paper, type PaperItem } from '#protocol/paper.ts';
import type { App } from '#server/app.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import { newId } from '#server/platform/ids.ts';
import { zipPaper } from '../demo/papers/read-paper.ts';
import { Device } from '../simulate/device.ts';
import { addressAt } from '../simulate/people.ts';

export interface BenchSiteOf {
  candidates: number;
  /** Seats of one room, at most 3,600. */
  roomSeats?: number;
  /** `demo`: the demo's Chinese paper with media and fonts, imported. `plain`: a choice, a word, an essay, a file. */
  paper?: 'demo' | 'plain';
  /** Enrols a machine on every seat, with the keys and addresses that a simulation of this seed has. */
  enrolled?: { seed: string };
  policy?: Partial<SessionPolicy>;
  durationMs?: number;
  /** Opens entry too. */
  open?: boolean;
}

const POLICY: SessionPolicy = {
  lateEntryMs: 3_600_000,
  earliestSubmitMs: 0,
  sharedAddress: 'refuse',
  pledgeZh: '我承诺诚信考试。',
  pledgeEn: 'I will be honest.',
};
const SUBJECT = '0101';
/** For a site that lives as long as a benchmark, on loopback, in a folder that is thrown away. */
const STAFF = [
  { role: 'administrator', login: 'bench-admin', password: 'correct horse 1' },
  { role: 'technician', login: 'bench-tech', password: 'correct horse 2' },
  { role: 'chief', login: 'bench-chief', password: 'correct horse 3' },
] as const;
const NO_HASH = '0'.repeat(64);

/** Fills an empty box; answers what a demo box would tell a simulation. */
export async function fillBenchSite(app: App, of: BenchSiteOf): Promise<DemoAnswer> {
  const { candidates: count, roomSeats = 400, paper = 'plain', durationMs = 3 * 3_600_000 } = of;
  const { setup, staff, rooms, exams, sessions, seating, run } = app.services;
  const { ledger, clock } = app.deps;
  const [admin, ...others] = STAFF;
  const by: Actor = {
    staff: await setup.setUp({
      site: 'BENCH-01',
      name: '测速考点',
      timeZone: 'Asia/Shanghai',
      contact: '',
      demo: true,
      admin: { login: admin.login, name: 'Bench', password: admin.password },
    }),
  };
  for (const { role, login, password } of others)
    await staff.add({ login, password, role, name: role, rooms: [] }, by);

  const places: string[] = [];
  for (let seats = 0; seats < count; seats += roomSeats) {
    const [columns, here] = [Math.ceil(Math.sqrt(roomSeats)), Math.min(roomSeats, count - seats)];
    const plan = emptyPlan(Math.ceil(here / columns), columns);
    places.push((await rooms.add({ name: `考场 ${places.length + 1}`, plan }, by)).room);
  }
  const { exam } = await exams.add('测速', by);
  await ledger.append([{ kind: 'ROSTER_IMPORTED', body: { exam, ...roster(count) }, by }]);
  const paperId = paper === 'demo' ? await importDemo(app, exam, by) : await addPlain(app, exam, by);
  const policy = { ...POLICY, ...of.policy };
  const { session } = await sessions.add(
    { exam, name: '测速场', plannedStart: clock.wall() - 60_000, subjects: [SUBJECT], policy },
    by,
  );
  const papers = [{ version: 'A', paper: paperId }];
  await sessions.saveSittings(
    session,
    places.map((room) => ({ subject: SUBJECT, room, papers, durationMs })),
    by,
  );
  const keepApart = { schools: false, versions: false };
  await seating.draw(session, { mode: 'order', seed: 'bench', keepApart }, by);
  const candidates = seating
    .list(session, null)
    .map(({ ticket, name, room, seat }) => ({ number: ticket, name, room, roomName: '', seat }))
    .sort((a, b) => (a.number < b.number ? -1 : 1));
  if (of.enrolled) await ledger.append(enrolment(candidates, of.enrolled.seed));
  if (of.open) await run.openEntry(session, by);
  return { session, staff: [...STAFF], candidates };
}

function roster(count: number) {
  const entries = Array.from({ length: count }, (_, i) => ({
    entry: newId('entry'),
    candidate: newId('candidate'),
    idNumber: `11010519490101${String(i).padStart(4, '0')}`,
    ticket: `26${String(i + 1).padStart(8, '0')}`,
    name: `考生${i + 1}`,
    gender: i % 2 === 0 ? '男' : '女',
    school: `第${(i % 40) + 1}中学`,
    subject: SUBJECT,
  }));
  const subjects = [{ code: SUBJECT, name: '语文' }];
  return { file: 'bench.csv', sha256: NO_HASH, part: 1, parts: 1, subjects, entries };
}

function enrolment(candidates: DemoAnswer['candidates'], seed: string): NewEvent[] {
  return candidates.map(({ number, room, seat }, i) => ({
    kind: 'MACHINE_ENROLLED',
    body: {
      machine: newId('machine'),
      key: new Device(seed, number).publicKey,
      room,
      seat,
      address: addressAt(i),
      agent: 'bench',
      walk: null,
      replaces: null,
    },
  }));
}

async function importDemo(app: App, exam: string, by: Actor): Promise<string> {
  const query = { subject: SUBJECT, label: 'A', file: 'zh.zip' };
  const { paper, faults } = await app.services.paperImport.import(
    exam,
    query,
    Readable.from([await zipPaper('zh')]),
    by,
  );
  if (!paper) throw new Error(`the paper was refused: ${JSON.stringify(faults.slice(0, 3))}`);
  return paper.paper;
}

async function addPlain(app: App, exam: string, by: Actor): Promise<string> {
  const { deps } = app;
  const paper = newId('paper');
  const sealed = await sealPaper({
    paper,
    text: Buffer.from(JSON.stringify(plainPaper())),
    files: new Map(),
    sealedWallMs: deps.clock.wall(),
    notBeforeMs: 0,
    key: deps.box.key,
  });
  await mkdir(join(deps.folder.sealed, paper), { recursive: true });
  for (const [name, bytes] of sealed.files) await writeFile(join(deps.folder.sealed, paper, name), bytes);
  const body = {
    paper,
    exam,
    subject: SUBJECT,
    label: 'A',
    manifest: sealed.manifestText,
    manifestSig: sealed.signature,
    items: 4,
    source: { file: 'bench.zip', sha256: NO_HASH },
  };
  await deps.ledger.append([{ kind: 'PAPER_ADDED', body, by }], {
    local: [{ t: 'paper-identity', paper, identity: sealed.identity }],
  });
  return paper;
}

/** A paper with the kinds of responses that rules tell apart. */
export function plainPaper(): Paper {
  const item = (id: string, of: Pick<PaperItem, 'body' | 'responses'>): PaperItem => ({
    id,
    title: id,
    stimuli: [],
    ...of,
  });
  const ids = ['A', 'B', 'C', 'D'];
  const choices = ids.map((id) => ({ id, c: [id] }));
  return {
    format: PAPER_FORMAT,
    id: 'bench',
    title: '测速卷',
    language: 'zh-CN',
    sections: [{ id: 's1', title: '一', children: ['Q1', 'Q2', 'Q3', 'Q4'].map((one) => ({ item: one })) }],
    items: {
      Q1: item('Q1', {
        body: [{ i: { type: 'choice', response: 'R', shuffle: true, max: 1, min: 0, choices } }],
        responses: [{ id: 'R', cardinality: 'single', base: 'identifier', allowed: { ids } }],
      }),
      Q2: item('Q2', {
        body: [{ i: { type: 'text-entry', response: 'R' } }],
        responses: [{ id: 'R', cardinality: 'single', base: 'string', maxChars: 60 }],
      }),
      Q3: item('Q3', {
        body: [{ i: { type: 'extended-text', response: 'R', rich: false } }],
        responses: [{ id: 'R', cardinality: 'single', base: 'string', maxChars: 20_000 }],
      }),
      Q4: item('Q4', {
        body: [{ i: { type: 'upload', response: 'R', types: [], maxBytes: 20_000, starter: [] } }],
        responses: [{ id: 'R', cardinality: 'single', base: 'file', maxBytes: 20_000 }],
      }),
    },
    stimuli: {},
    media: {},
    styles: '',
    fonts: [],
  };
}
