/** Facts as they are read from a real ledger, and that reading does not hold the write-ahead log. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { rootFromInclusion, type Sha256 } from '#domain/ledger/merkle.ts';
import { eventText } from '#domain/reports/event-words.ts';
import { EVENTS } from '#protocol/events.schema.ts';
import { build } from '#server/test/harness.ts';
import { signCheckpoints } from './box.testing.ts';
import { EventFactsReader } from './facts.events.ts';
import { SHARED_KINDS } from './facts.reach.ts';
import { SessionFactsReader } from './facts.session.ts';
import { runSession } from './reports.testing.ts';

const box = await build(t);
const run = await runSession(box.deps);
signCheckpoints(box.deps);
await box.deps.ledger.append([], { checkpoint: true });
const reader = new SessionFactsReader(box.deps.db);
const facts = reader.read(run.site.session, null, box.deps.clock.elapsed());
const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

t.test('rooms, people and what became of them', async (t) => {
  t.match(facts, {
    name: '上午场',
    examName: '期末考试',
    site: { site: 'TEST01', name: '测试考点', timeZone: 'Asia/Shanghai', boxKey: box.deps.box.key.publicKey },
    chiefs: ['赵主考'],
  });
  t.same(
    facts.rooms.map((room) => [room.name, room.entries.length, room.invigilators]),
    [
      ['考场 01', 4, ['李监考']],
      ['考场 02', 1, []],
    ],
  );
  const [room] = facts.rooms;
  const states = room?.entries.map(({ name, absent, attempt }) => [name, absent, attempt?.status ?? null]);
  const { done, moved, writing, absent } = run.people;
  t.same(states, [
    [done.name, false, 'submitted'],
    [moved.name, false, 'writing'],
    [writing.name, false, 'writing'],
    [absent.name, true, null],
  ]);
  t.match(room?.entries[0]?.attempt, { answered: 2, revisions: 2, receiptCode: run.code });
  t.equal(room?.entries[1]?.attempt?.creditMs, 360_000, 'the own credit and the session’s');
  t.match(room?.machineChanges, [{ name: moved.name, fromSeat: moved.seat, toSeat: absent.seat }]);
  t.equal(room?.machineChanges.length, 1);
  t.match(room?.credits, [
    { forWhom: { entry: moved.entry }, ms: 300_000, staffName: '赵主考' },
    { forWhom: { entry: null, room: null }, ms: 60_000 },
  ]);
  t.match(facts.rooms[1]?.credits, [{ ms: 60_000 }], 'the session’s credit reaches the other room too');
  t.match(room?.incidents, [
    {
      incident: run.incident,
      staffName: '李监考',
      text: '考试机蓝屏，\n换到备用机。',
      people: [{ name: moved.name, seat: moved.seat }],
      notes: [{ text: '已通知技术员' }],
      photos: [{ stampedSha256: run.photo, people: [{ name: moved.name, x: 300 }] }],
      outcome: '换机后继续考试',
    },
  ]);
  t.equal(room?.machines.length, 4);
});

t.test('one room alone; no session at all', async (t) => {
  const one = reader.read(run.site.session, run.rooms[1], box.deps.clock.elapsed());
  t.same(
    one.rooms.map(({ room }) => room),
    [run.rooms[1]],
  );
  t.same(reader.read(run.empty, null, 0).rooms, []);
  t.throws(() => reader.read('se_0000000000000000', null, 0), { code: 'thing/not-found' });
  t.notOk(box.deps.db.inTransaction, 'nothing is left open');
});

t.test('time that is over shows in the state, without any event', async (t) => {
  const later = reader.read(run.site.session, run.rooms[0], box.deps.clock.elapsed() + 2 * 3_600_000);
  t.equal(later.rooms[0]?.entries[2]?.attempt?.status, 'ended');
});

t.test('the events concerned, each proved under the checkpoint', async (t) => {
  const events = new EventFactsReader(box.deps.db);
  const { checkpoint } = facts;
  if (!checkpoint) throw new Error('there is a checkpoint');
  const kindsOf = (attempt: string | null, incident: string | null) =>
    events.timeline(facts, { attempt, incident }).events.map(({ kind }) => kind);
  const own = events.timeline(facts, { attempt: run.attempts.done, incident: null });
  t.equal(own.revisions?.count, 2);
  t.notOk(
    own.events.some(({ kind }) => kind === 'ANSWER_REVISED'),
    'revisions are counted, not told',
  );
  t.ok(own.events.some(({ kind }) => kind === 'ATTEMPT_SUBMITTED'));
  t.notOk(
    own.events.some(({ kind }) => kind === 'INCIDENT_RECORDED'),
    'an incident of somebody else is not',
  );
  t.ok(own.events.every(({ attempt }) => attempt === null || attempt === run.attempts.done));
  for (const kind of [
    'INCIDENT_RECORDED',
    'INCIDENT_NOTED',
    'PHOTO_STORED',
    'CANDIDATE_LOGGED_IN',
    'TIME_CREDITED',
  ])
    t.ok(
      kindsOf(null, run.incident).some((one) => one === kind),
      `of the incident: ${kind}`,
    );
  const whole = events.timeline(facts, { attempt: null, incident: null });
  t.equal(whole.revisions, null);
  t.equal(whole.events.filter(({ kind }) => kind === 'SITTING_STARTED').length, 2);
  for (const { seq, leaf, proof } of [...own.events, ...whole.events]) {
    const path = (proof ?? []).map((hash) => Buffer.from(hash, 'base64url'));
    const root = rootFromInclusion(sha256, Buffer.from(leaf, 'base64url'), seq, checkpoint.size, path);
    t.equal(root && Buffer.from(root).toString('base64'), checkpoint.root, `event ${seq}`);
  }
});

t.test('each event that a report may tell has words of its own, in both languages', async (t) => {
  const told = [
    ...SHARED_KINDS,
    'CANDIDATE_LOGGED_IN',
    'LOGIN_WITHDRAWN',
    'ATTEMPT_SUBMITTED',
    'UPLOAD_STORED',
  ] as const;
  for (const kind of told)
    for (const lang of ['zh-CN', 'en'] as const) {
      const fields = Object.keys(EVENTS[kind].properties);
      const text = eventText(
        { kind, body: Object.fromEntries(fields.map((field) => [field, field])) },
        'UTC',
        lang,
      );
      t.not(text, kind);
      t.notMatch(text, /[{}]/, `${kind} in ${lang}: every field named is one of the event`);
      if (lang === 'zh-CN') t.match(text, /\p{Script=Han}/u);
    }
});
