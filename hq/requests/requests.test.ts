/** What a site asks of headquarters, and the signed answer that its box takes. */
import { sql } from 'drizzle-orm';
import t from 'tap';
import { startTestHq } from '#hq/test/harness.ts';
import { addBox, addEntries, addExam, boxHeaders, ID_NUMBERS } from '#hq/test/preparation.testing.ts';
import { readDocument } from '#node/signing/signed-document.ts';
import { DecisionSchema } from '#protocol/hq.schema.ts';
import { DECISION_PURPOSE, type SignedDocument } from '#protocol/hq.ts';
import type { PlanEntry } from '#protocol/package.ts';

t.test('requests', async (t) => {
  const hq = await startTestHq(t);
  const { deps, services } = hq.hq;
  const director = await hq.officer('director');
  const operator = await hq.officer('operator');
  const box = await addBox(hq, 'XZ01', '拉萨一中');
  const other = await addBox(hq, 'XZ02');
  const exam = await addExam(operator);
  const [a, b, c] = ID_NUMBERS;
  await addEntries(
    hq,
    exam,
    'XZ01',
    `0001 扎西 ${a} yw 一中`,
    `0001 扎西 ${a} sx 一中`,
    `0002 卓玛 ${b} yw 一中`,
  );
  const here = () => services.preparation.rosters.entries(exam, 'XZ01');
  const plain = ({ subjectName: _, ...entry }: PlanEntry & { subjectName: string }): PlanEntry => entry;
  const [first] = await here();
  if (!first) throw new Error('no entry');
  const headers = await boxHeaders(hq, box);
  const ask = (payload: object, of = headers) =>
    hq.inject({ method: 'POST', url: '/api/v1/site/requests', headers: of, payload });
  const request = (number: number, more: object) => ({
    request: `rq_000000000000000${number}`,
    kind: 'late-change',
    exam,
    reason: '准考证信息不准确',
    attempt: null,
    entry: null,
    text: '',
    asked: hq.time.wall() + number,
    ...more,
  });
  const corrected = { ...plain(first), name: '扎西顿珠' };
  const decide = (number: number, granted: boolean, by = director) =>
    by.raw(
      'POST /api/v1/officer/requests/:request/decision',
      { request: `rq_000000000000000${number}` },
      { body: { granted, reason: '情况属实' } },
    );
  const codeOf = (response: Awaited<ReturnType<typeof decide>>) =>
    (response.json() as { code?: string }).code;
  const decisions = async (after: number, of = headers) =>
    (
      await hq.inject({ method: 'GET', url: `/api/v1/site/decisions?after=${after}`, headers: of })
    ).json() as SignedDocument[];

  await t.test('told twice is asked once; another site cannot touch it', async (t) => {
    const addendum = request(1, { kind: 'addendum', entry: corrected });
    for (let i = 0; i < 2; i++) t.equal((await ask(addendum)).statusCode, 200);
    await ask(request(2, { kind: 'resit', attempt: 'at_0000000000000001' }));
    await ask(request(3, { text: '第一场推迟一小时' }));
    const strange = await ask(request(1, { text: 'mine now' }), await boxHeaders(hq, other));
    t.match(strange.json(), { code: 'thing/not-found' });
    const { open, rows } = await operator.call('GET /api/v1/officer/requests');
    t.equal(open, 3);
    t.match(rows, [
      {
        kind: 'late-change',
        text: '第一场推迟一小时',
        siteName: '拉萨一中',
        examName: '期末考试',
        state: 'asked',
      },
      { kind: 'resit', attempt: { attempt: 'at_0000000000000001', state: 'unknown' } },
      {
        kind: 'addendum',
        person: { name: '扎西顿珠' },
        entry: { name: '扎西顿珠' },
        before: { name: '扎西' },
      },
    ]);
    const page = await operator.call('GET /api/v1/officer/requests', {}, { query: { limit: 2 } });
    t.equal(page.rows.length, 2);
    const rest = await operator.call(
      'GET /api/v1/officer/requests',
      {},
      { query: { limit: 2, after: page.next ?? '' } },
    );
    t.match(rest, { next: null, rows: [{ kind: 'addendum' }] });
    t.match(await operator.call('GET /api/v1/officer/requests', {}, { query: { query: '顿珠' } }), {
      rows: [{ kind: 'addendum' }],
    });
    t.equal(
      (await hq.inject({ method: 'POST', url: '/api/v1/site/requests', payload: addendum })).statusCode,
      401,
    );
  });

  await t.test('a granted addendum stands on the roster, in all entries of the candidate', async (t) => {
    t.equal(codeOf(await decide(1, true, operator)), 'auth/forbidden');
    const answer = await decide(1, true);
    t.match(answer.json(), {
      state: 'granted',
      by: 'headquarters',
      answer: '情况属实',
      before: { name: '扎西顿珠' },
    });
    const entries = await here();
    t.same(
      entries.map(({ ticket, name }) => `${ticket} ${name}`),
      ['0001 扎西顿珠', '0001 扎西顿珠', '0002 卓玛'],
    );
    t.ok(
      entries.some(({ entry }) => entry === first.entry),
      'the same entry',
    );
    t.equal(codeOf(await decide(1, false)), 'request/decided');
  });

  await t.test('what the roster cannot take is not granted, and stays open', async (t) => {
    const stolen = {
      ...plain(first),
      entry: 'en_0000000000000009',
      candidate: 'ca_0000000000000009',
      ticket: '0009',
    };
    await ask(request(4, { kind: 'addendum', entry: stolen }));
    t.equal(codeOf(await decide(4, true)), 'request/entry', 'an identity number of somebody else');
    await ask(request(5, { kind: 'addendum', entry: { ...stolen, idNumber: c, ticket: '0002' } }));
    t.equal(codeOf(await decide(5, true)), 'request/entry', 'a ticket of somebody else');
    t.equal((await here()).length, 3);
    t.same(await decisions(1), []);
    await ask(request(6, { kind: 'addendum', entry: { ...stolen, idNumber: c } }));
    t.equal((await decide(6, true)).statusCode, 200);
    t.match((await here()).at(-1), { ticket: '0009', subject: 'sx' });
  });

  await t.test('decisions are signed, numbered without a gap, and fetched from any number on', async (t) => {
    await decide(2, true);
    await decide(3, false);
    const all = await decisions(0);
    const key = deps.keys.key.publicKey;
    const read = all.map((one) => readDocument(DECISION_PURPOSE, one, key, DecisionSchema));
    t.match(read, [
      { number: 1, site: 'XZ01', request: 'rq_0000000000000001', granted: true, hq: key },
      { number: 2, request: 'rq_0000000000000006', granted: true },
      { number: 3, request: 'rq_0000000000000002', granted: true, reason: '情况属实' },
      { number: 4, request: 'rq_0000000000000003', granted: false },
    ]);
    t.same(await decisions(2), all.slice(2));
    t.same(await decisions(4), []);
    t.equal(await services.preparation.requests.lastDecision('XZ01'), 4);
    t.same(await decisions(0, await boxHeaders(hq, other)), []);
    const { rows } = await operator.call('GET /api/v1/officer/requests', {}, { query: { state: 'refused' } });
    t.match(rows, [{ request: 'rq_0000000000000003', officer: '测试 director' }]);
    const lines = await deps.db.rows(sql`SELECT officer FROM action WHERE what = 'request.decide'`);
    t.same(
      lines,
      Array.from({ length: 4 }, () => ({ officer: director.id })),
    );
  });

  await t.test(
    'what the chief decided by himself: on the roster here too, and no more to decide',
    async (t) => {
      const { requests } = services.preparation;
      const heard = (number: number, granted: boolean, site = 'XZ01') =>
        deps.db.transaction((tx) =>
          requests.decidedByChief(
            tx,
            site,
            { request: `rq_000000000000000${number}`, granted, reason: '断网' },
            7,
          ),
        );
      await ask(request(8, { kind: 'addendum', entry: { ...corrected, school: '二中' } }));
      await heard(8, false, 'XZ02');
      await heard(8, true);
      const query = { state: 'granted' as const, query: 'XZ01' };
      const { rows } = await operator.call('GET /api/v1/officer/requests', {}, { query });
      t.match(rows[0], {
        request: 'rq_0000000000000008',
        by: 'chief',
        officer: null,
        answer: '断网',
        decided: 7,
      });
      t.equal((await here()).filter(({ school }) => school === '二中').length, 2);
      t.equal(codeOf(await decide(8, false)), 'request/decided');
      t.equal(await requests.lastDecision('XZ01'), 4, 'no document for the box, which knows');
      await ask(request(9, { kind: 'addendum', entry: { ...corrected, ticket: '0002' } }));
      await heard(9, true);
      const alarms = await operator.call('GET /api/v1/officer/alarms', {}, { query: {} });
      t.match(alarms.rows, [{ site: 'XZ01', code: 'request/entry', detail: /0002/ }]);
      t.equal((await here()).filter(({ ticket }) => ticket === '0002').length, 1, 'the roster stays right');
    },
  );

  await t.test('two officers at once: one decides, the other is told', async (t) => {
    await ask(request(7, {}));
    const answers = await Promise.all([decide(7, true), decide(7, false)]);
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 409]);
    t.equal((await decisions(4)).length, 1);
  });
});
