import canonicalize from 'canonicalize';
import { sql } from 'drizzle-orm';
import t from 'tap';
import { startTestHq, type TestHq } from '#hq/test/harness.ts';
import type { LedgerSite } from '#hq/test/ledger-site.testing.ts';
import { addSamplePaper, sampleSite } from '#hq/test/sample-site.testing.ts';
import { sampleId } from '#server/ledger/sample-ledger.testing.ts';
import { type AttemptRow, auditAttempt } from './attempt-audit.ts';

const exam = sampleId('exam', 1);
const attempt = (n: number) => sampleId('attempt', n);

/** Its whole ledger, in two batches. */
async function deliver(hq: TestHq, site: LedgerSite): Promise<void> {
  const half = site.events.length >> 1;
  for (const [first, last] of [
    [0, half - 1],
    [half, site.events.length - 1],
  ] as const) {
    const state = await site.send(hq, await site.batch(hq, first, last));
    if (state.state !== 'taken') throw new Error(JSON.stringify(state));
  }
}

t.test('an exam is verified anew, rebuilt and scored', async (t) => {
  const hq = await startTestHq(t);
  const officer = await hq.officer();
  await addSamplePaper(hq);
  const site = sampleSite(t, 'XZ01');
  await site.enrol(hq, officer);
  await site.signIn(hq);
  const half = site.events.length >> 1;
  await site.send(hq, await site.batch(hq, half, site.events.length - 1));
  await hq.hq.services.judging.judge();
  t.equal((await hq.hq.deps.db.orm.query.attempt.findMany()).length, 0, 'nothing is judged beyond a gap');
  await deliver(hq, site);
  await hq.hq.services.judging.judge();

  const results = (query = {}) =>
    officer.call('GET /api/v1/officer/exams/:exam/results', { exam }, { query });
  const all = await results({ sort: 'ticket' });
  t.equal(all.total, 3);
  t.match(all.rows, [
    {
      attempt: attempt(1),
      siteName: '考点 XZ01',
      sessionName: '上午',
      subject: 'YW',
      name: '欧阳·买买提𠮷',
      ticket: 'T1',
      room: '一号考场',
      seat: '1',
      state: 'handed-in',
      points: 2,
      marker: 3,
      faults: 0,
    },
    { attempt: attempt(2), points: 1, faults: 0 },
    { attempt: attempt(3), points: 1, faults: 0 },
  ]);
  t.match(all.distribution, [{ subject: 'YW', attempts: 3, scored: 3, lowest: 1, median: 1, highest: 2 }]);
  t.same((await officer.call('GET /api/v1/officer/alarms', {}, { query: {} })).rows, [], 'nobody is alarmed');

  const first = await officer.call('GET /api/v1/officer/attempts/:attempt', { attempt: attempt(1) });
  t.match(first, {
    paperLabel: 'A 卷',
    idTail: '0000',
    proof: { agrees: true, faultRows: [] },
  });
  const byItem = new Map(first.items.map((item) => [item.item, item]));
  t.match(byItem.get('Q7'), {
    answers: [{ response: 'RESPONSE', value: 'new text' }],
    score: 1,
    state: 'scored',
  });
  t.match(byItem.get('Q3'), { state: 'needs-marker', score: null });
  t.match(byItem.get('Q1'), { score: 0, state: 'unanswered' });
  t.match(byItem.get('__proto__'), { answers: [{ value: 'odd name' }], score: 1 });

  t.test('pages, filters, files', async (t) => {
    const one = await results({ limit: 2, sort: '-points' });
    const two = await results({ limit: 2, sort: '-points', after: one.next ?? '' });
    t.same([...one.rows, ...two.rows].map(({ attempt }) => attempt).sort(), [1, 2, 3].map(attempt));
    t.equal((await results({ query: 't2' })).total, 1);
    t.equal((await results({ only: 'faults' })).total, 0);
    t.equal((await results({ only: 'marker' })).total, 3);
    const file = (format: string) =>
      officer.raw('GET /api/v1/officer/exams/:exam/exports/:format', { exam, format });
    const csv = await file('csv');
    t.match(csv.body, /T1[\s\S]*T2[\s\S]*T3/);
    t.match(csv.headers['content-disposition'], /results-.*\.csv/);
    t.equal((await file('parquet')).rawPayload.subarray(0, 4).toString(), 'PAR1');
    t.equal((await file('oneroster')).rawPayload.subarray(0, 2).toString(), 'PK');
    t.equal((await file('xls')).json().code, 'request/invalid');
    const none = sampleId('exam', 9);
    t.equal(
      await officer.refused('GET /api/v1/officer/exams/:exam/results', { exam: none }),
      'thing/not-found',
    );
    const anomalies = await officer.call('GET /api/v1/officer/exams/:exam/anomalies', { exam });
    t.ok(anomalies.rows.every(({ zh, en }) => zh && en));
  });

  t.test('a re-sit that the chief granted sets the attempt aside', async (t) => {
    const request = 'rq_0000000000000001';
    const put = (kind: string, body: object) => {
      const at = site.events.length * 40 + 1_000_000;
      site.events.push(canonicalize({ at, body, kind, wall: 1_800_000_000_000 + at }) ?? '');
    };
    const from = site.events.length;
    put('REQUEST_MADE', {
      request,
      kind: 'resit',
      exam,
      reason: '停电',
      attempt: attempt(2),
      entry: null,
      text: '',
    });
    put('REQUEST_DECIDED', { request, granted: true, by: 'chief', reason: '断网', text: '', signature: '' });
    await site.send(hq, await site.batch(hq, from, site.events.length - 1));
    await hq.hq.services.judging.judge();
    t.match((await results({ query: 't2' })).rows, [{ state: 'superseded' }]);
    t.match((await results({})).distribution, [{ attempts: 2 }], 'and it does not count');
    const { rows } = await officer.call('GET /api/v1/officer/requests', {}, { query: {} });
    t.match(rows, [
      { request, state: 'granted', by: 'chief', answer: '断网', attempt: { attempt: attempt(2) } },
    ]);
  });
});

t.test('what a box altered is found, and stops nothing', async (t) => {
  const hq = await startTestHq(t);
  const officer = await hq.officer();
  await addSamplePaper(hq);
  const site = sampleSite(t, 'XZ02');
  // The box itself lies: its tree and signatures are right, the candidate's chain is not.
  const at = site.events.findIndex(
    (text) => text.includes('"ANSWER_REVISED"') && text.includes(attempt(2)) && text.includes('["B","A"]'),
  );
  site.events[at] = (site.events[at] ?? '').replace('["B","A"]', '["A","C"]');
  site.events.push(
    '{"kind":"CLOCK_ANCHOR"',
    '{"at":1,"body":{},"kind":"SITTING_STARTED","wall":1}',
    '"\\u0000"',
  );
  await site.enrol(hq, officer);
  await site.signIn(hq);
  await deliver(hq, site);
  await hq.hq.services.judging.judge();
  const { rows } = await officer.call(
    'GET /api/v1/officer/exams/:exam/results',
    { exam },
    { query: { sort: 'ticket' } },
  );
  t.same(
    rows.map(({ faults }) => faults > 0),
    [false, true, false],
    'one attempt is in doubt',
  );
  // A paper whose responses cannot be opened: an alarm, and another try later.
  const { db } = hq.hq.deps;
  await db.rows(sql`UPDATE paper SET keys = ''::bytea`);
  const replica = await startTestHq(t, { database: db, data: hq.data, time: hq.time });
  await db.rows(
    sql`INSERT INTO work (kind, subject, queued, tries) VALUES ('attempt', ${`XZ02/${attempt(1)}`}, 0, 0)`,
  );
  await replica.hq.services.judging.judge();
  const [waits] = await db.rows<{ tries: number; queued: number }>(sql`SELECT tries, queued FROM work`);
  t.same(waits, { tries: 1, queued: hq.time.now + 60_000 });
  const shown = await officer.call('GET /api/v1/officer/attempts/:attempt', { attempt: attempt(2) });
  t.ok(shown.proof.faultRows.some(({ code }) => code === 'stream/chain'));
  const alarms = (await officer.call('GET /api/v1/officer/alarms', {}, { query: {} })).rows.map(
    ({ code }) => code,
  );
  t.same([...new Set(alarms)].sort(), [
    'event/body',
    'event/envelope',
    'event/form',
    'hq/judging',
    'stream/chain',
  ]);
});

t.test('an attempt that came on two lines is one attempt', async (t) => {
  const site = sampleSite(t, 'XZ03');
  const keyOf = (text: string) =>
    JSON.parse(text) as { kind: string; attempt?: string; body: { machine: string; key: string } };
  const parsed = site.events.map((bytes, seq) => ({ seq, bytes, ...keyOf(bytes) }));
  const machines = parsed.flatMap(({ kind, body }) =>
    kind === 'MACHINE_ENROLLED' ? [{ machine: body.machine, key: body.key }] : [],
  );
  const known = { boxes: [{ box: site.box, key: site.key.publicKey }], machines };
  const rows = (branch: number): AttemptRow[] =>
    parsed.flatMap(({ seq, kind, bytes, attempt: of }) =>
      of === attempt(1) ? [{ branch, seq, kind, bytes }] : [],
    );
  const whole = auditAttempt(attempt(1), rows(1), known);
  t.match(whole, { state: 'handed-in', faults: [], agrees: true, revisions: whole?.revisions });
  const all = rows(1);
  // The box was lost after 30 events; the one restored from a copy of the first 20 was told the rest again.
  const two = [...all.slice(0, 30), ...rows(2).slice(20)];
  const merged = auditAttempt(attempt(1), two, known);
  t.same(merged?.faults, []);
  t.same(
    {
      digest: merged?.digest,
      answers: merged?.answers,
      agrees: merged?.agrees,
      revisions: merged?.revisions,
    },
    { digest: whole?.digest, answers: whole?.answers, agrees: true, revisions: whole?.revisions },
  );
  // A device that said two things at one revision.
  const at = all.findIndex(({ bytes }) => bytes?.includes('["B","A"]'));
  const forged = all
    .slice(at, at + 1)
    .map((row) => ({ ...row, branch: 2, bytes: (row.bytes ?? '').replace('["B","A"]', '["A"]') }));
  const torn = auditAttempt(attempt(1), [...all, ...forged], known);
  t.match(torn?.faults, [{ code: 'event/contradiction' }]);
  t.equal(torn?.digest, whole?.digest, 'what stood first stands');
});
