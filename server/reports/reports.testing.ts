/** A session that was run, for tests of reports: two rooms, somebody in every state, everything that can happen on record. */
import { createHash } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';
import { answersText, shortCode } from '#domain/attempt/digest.ts';
import { setAnswer } from '#domain/attempt/merge.ts';
import { encodeRevision, genesisText } from '#domain/attempt/revision.ts';
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import { emptyPlan } from '#domain/seating/floor-plan.ts';
import type { Answers } from '#protocol/paper.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import { putBlob } from '#server/platform/blobs.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { makeSite, type TestSite } from '#server/test/site.testing.ts';

export interface RunSession {
  site: TestSite;
  /** A session nobody is seated in. */
  empty: string;
  rooms: [string, string];
  sittings: [string, string];
  /** Names by what became of them; all of the first room but `other`. */
  people: Record<'done' | 'moved' | 'writing' | 'absent' | 'other', Person>;
  attempts: Record<'done' | 'moved' | 'writing', string>;
  incident: string;
  /** SHA-256 of the stamped picture. */
  photo: string;
  staff: { chief: string; invigilator: string };
  code: string;
}

type Person = TestSite['candidates'][number];

const sha = (text: string) => createHash('sha256').update(text).digest('base64url');
const KEY = (n: number) => String(n).padEnd(87, 'B');
const ESSAY = '我的故乡在塔克拉玛干沙漠边上。\n第二段：emoji 😀 与生僻字 𠅤。';

export async function runSession(deps: Deps): Promise<RunSession> {
  const site = await makeSite(deps, { candidates: 5, open: false });
  const [room2, sitting2, empty] = [newId('room'), newId('sitting'), newId('session')];
  const plan = emptyPlan(1, 2);
  const seat2 = numberSeats(plan)[0]?.label ?? '';
  const [done, moved, writing, absent, other] = site.candidates as [Person, Person, Person, Person, Person];
  other.seat = seat2;
  const staff = { chief: newId('staff'), invigilator: newId('staff') };
  const by = { staff: staff.chief, address: '10.0.0.2' };
  const place = (person: Person) => (person === other ? [sitting2, room2] : [site.sitting, site.room]);
  await deps.ledger.append([
    member(staff.chief, '赵主考', 'chief', []),
    member(staff.invigilator, '李监考', 'invigilator', [site.room]),
    { kind: 'ROOM_SAVED', body: { room: room2, name: '考场 02', plan } },
    {
      kind: 'SITTING_SAVED',
      body: {
        sitting: sitting2,
        session: site.session,
        subject: '0101',
        room: room2,
        papers: [{ version: 'A', paper: site.paper }],
        durationMs: 3_600_000,
      },
    },
    {
      kind: 'SEATING_DRAWN',
      body: {
        session: site.session,
        mode: 'order',
        algorithm: 'test',
        seed: 'again',
        assignments: site.candidates.map((person) => ({
          entry: person.entry,
          sitting: place(person)[0] ?? '',
          room: place(person)[1] ?? '',
          seat: person.seat,
          version: 'A',
          orderSeed: 's',
        })),
        unmet: [],
      },
    },
    {
      kind: 'SESSION_SAVED',
      body: {
        session: empty,
        exam: site.exam,
        name: '空场次',
        plannedStart: deps.clock.wall(),
        subjects: ['0101'],
        policy: {
          lateEntryMs: 0,
          earliestSubmitMs: 0,
          sharedAddress: 'loopback',
          pledgeZh: '',
          pledgeEn: '',
        },
      },
    },
    { kind: 'ENTRY_OPENED', body: { session: site.session }, by },
  ]);
  const attempts = { done: newId('attempt'), moved: newId('attempt'), writing: newId('attempt') };
  const machines = [1, 2, 3, 4].map((n) => ({ machine: newId('machine'), n }));
  const enrolled = machines.map(({ machine, n }): NewEvent => {
    const seat = n === 4 ? absent.seat : ([done, moved, writing][n - 1]?.seat ?? '');
    const body = {
      machine,
      key: KEY(n),
      room: site.room,
      seat,
      address: `10.0.0.1${n}`,
      agent: 'Chrome 109',
    };
    return { kind: 'MACHINE_ENROLLED', body: { ...body, walk: null, replaces: null } };
  });
  const login = (attempt: string, person: Person, n: number, epoch: number, seat: string): NewEvent => {
    const machine = machines[n - 1]?.machine ?? '';
    const body = { entry: person.entry, sitting: site.sitting, machine, epoch, room: site.room, seat };
    return { kind: 'CANDIDATE_LOGGED_IN', attempt, body, by: { machine, address: `10.0.0.1${n}` } };
  };
  await deps.ledger.append([
    ...enrolled,
    login(attempts.done, done, 1, 1, done.seat),
    login(attempts.moved, moved, 2, 1, moved.seat),
    login(attempts.writing, writing, 3, 1, writing.seat),
    ...Object.values(attempts).flatMap((attempt): NewEvent[] => [
      { kind: 'IDENTITY_CONFIRMED', attempt, body: {} },
      { kind: 'PLEDGE_SIGNED', attempt, body: { sha256: '0'.repeat(64) } },
    ]),
    { kind: 'PAPER_RELEASED', body: { paper: site.paper, manifestSha256: '0'.repeat(64) }, by },
    { kind: 'SITTING_STARTED', body: { sitting: site.sitting }, by },
    { kind: 'SITTING_STARTED', body: { sitting: sitting2 }, by },
    login(attempts.moved, moved, 4, 2, absent.seat),
    { kind: 'ENTRY_CLOSED', body: { sitting: site.sitting, absent: [absent.entry] }, by },
    {
      kind: 'TIME_CREDITED',
      body: { credit: newId('credit'), scope: { attempt: attempts.moved }, ms: 300_000, cause: '换机耽误' },
      by,
    },
    {
      kind: 'TIME_CREDITED',
      body: { credit: newId('credit'), scope: { session: site.session }, ms: 60_000, cause: '短时断电' },
      by,
    },
  ]);
  const code = await writeAndSubmit(deps, site, done, attempts.done, KEY(1));
  const { incident, photo } = await recordIncident(deps, site, moved, {
    staff: staff.invigilator,
    address: '10.0.0.3',
  });
  return {
    site,
    empty,
    rooms: [site.room, room2],
    sittings: [site.sitting, sitting2],
    people: { done, moved, writing, absent, other },
    attempts,
    incident,
    photo,
    staff,
    code,
  };
}

function member(staff: string, name: string, role: 'chief' | 'invigilator', rooms: string[]): NewEvent {
  return { kind: 'STAFF_SAVED', body: { staff, login: staff, name, role, rooms, active: true } };
}

async function writeAndSubmit(
  deps: Deps,
  site: TestSite,
  person: Person,
  attempt: string,
  key: string,
): Promise<string> {
  const stream = `${attempt}.1`;
  const answers: Answers = {};
  let prev = sha(genesisText(stream, key));
  const events = (
    [
      ['Q1', 'B'],
      ['Q2', ESSAY],
    ] as const
  ).map(([item, v], i): NewEvent => {
    const revision = { at: 1, item, op: { t: 'set' as const, resp: 'R', v }, prev, rev: i + 1, stream };
    prev = sha(encodeRevision(revision));
    setAnswer(answers, item, 'R', v);
    return { kind: 'ANSWER_REVISED', attempt, body: revision };
  });
  const streams = [{ epoch: 1, rev: 2, hash: prev }];
  const digest = sha(answersText({ attempt, answers, streams }));
  const code = shortCode(
    createHash('sha256').update(`gongyuan/receipt-code/v1\n${attempt}\n${digest}`).digest(),
  );
  const sig = 'A'.repeat(86);
  await deps.ledger.append([
    ...events,
    {
      kind: 'ATTEMPT_SUBMITTED',
      attempt,
      body: {
        stream,
        rev: 2,
        hash: prev,
        digest,
        agrees: true,
        at: 1,
        sig,
        receipt: {
          v: 1,
          attempt,
          box: deps.box.box,
          code,
          digest,
          entry: person.entry,
          answered: 2,
          name: person.name,
          revisions: 2,
          site: 'TEST01',
          sitting: site.sitting,
          streams,
          subject: '0101',
          submitted: deps.clock.wall(),
          ticket: person.ticket,
        },
        receiptSig: sig,
      },
    },
  ]);
  return code;
}

async function recordIncident(
  deps: Deps,
  site: TestSite,
  person: Person,
  by: { staff: string; address: string },
): Promise<{ incident: string; photo: string }> {
  const incident = newId('incident');
  const canvas = createCanvas(640, 360);
  const paint = canvas.getContext('2d');
  paint.fillStyle = '#7aa';
  paint.fillRect(0, 0, 640, 360);
  paint.fillStyle = '#222';
  paint.fillRect(80, 60, 200, 180);
  const jpeg = await canvas.encode('jpeg', 80);
  const { sha256, bytes } = await putBlob(deps.folder.blobs, jpeg);
  const file = { sha256, bytes };
  await deps.ledger.append([
    {
      kind: 'INCIDENT_RECORDED',
      body: {
        incident,
        session: site.session,
        room: site.room,
        reason: 'machine-fault',
        text: '考试机蓝屏，\r\n换到备用机。',
        happenedWall: deps.clock.wall(),
        people: [person.entry],
      },
      by,
    },
    { kind: 'INCIDENT_NOTED', body: { incident, text: '已通知技术员' }, by },
    {
      kind: 'PHOTO_STORED',
      body: {
        photo: newId('photo'),
        purpose: 'incident',
        session: site.session,
        room: site.room,
        incident,
        way: 'camera',
        takenWall: deps.clock.wall(),
        text: '屏幕照片',
        width: 640,
        height: 360,
        original: { ...file, type: 'image/jpeg' },
        stamped: file,
        small: file,
        people: [{ entry: person.entry, x: 300, y: 400 }],
      },
      by,
    },
    { kind: 'INCIDENT_CLOSED', body: { incident, outcome: '换机后继续考试' }, by },
  ]);
  return { incident, photo: sha256 };
}
