/** Sessions and what opens them: cards that recombine, a release over the line at its time, and nothing before. */
import { sql } from 'drizzle-orm';
import t from 'tap';
import { startTestHq } from '#hq/test/harness.ts';
import {
  addBox,
  addEntries,
  addExam,
  boxHeaders,
  DAY_MS,
  ID_NUMBERS,
  POLICY,
} from '#hq/test/preparation.testing.ts';
import { drawPdfPage, readPdf, readQr } from '#node/pdf/read-pdf.testing.ts';
import { combineCodes, readReleaseCode, releaseTag } from '#node/release/release-codes.ts';
import { openRelease, readRelease } from '#node/release/release-document.ts';
import { recipientOf } from '#node/sealing/age-file.ts';

/** Group texts of a card as a person reads them: 16 runs of five characters. */
const GROUP = /^[0-9A-HJKMNP-TV-Z]{5}$/;

t.test('sessions and their release', async (t) => {
  const hq = await startTestHq(t);
  const { deps, services } = hq.hq;
  const { sessions, packages } = services.preparation;
  let director = await hq.officer('director');
  let operator = await hq.officer('operator');
  const box = await addBox(hq, 'XZ01', '拉萨一中');
  const other = await addBox(hq, 'XZ02');
  const exam = await addExam(operator);
  await addEntries(hq, exam, 'XZ01', `0001 扎西 ${ID_NUMBERS[0]} yw`);
  const start = hq.time.wall() + 2 * DAY_MS;
  const plain = {
    name: '上午场',
    plannedStart: start,
    subjects: [{ code: 'yw', durationMs: 7_200_000, papers: [] }],
    policy: POLICY,
    n: 2,
    m: 3,
    releaseAt: start - 30 * 60_000,
  };
  const add = (more: object) =>
    operator.refused('POST /api/v1/officer/exams/:exam/sessions', { exam }, { body: { ...plain, ...more } });

  await t.test('a session that does not fit together is refused', async (t) => {
    t.equal(await add({ n: 1 }), 'hq/session-codes');
    t.equal(await add({ n: 4 }), 'hq/session-codes');
    t.equal(await add({ n: 0 }), 'hq/session-codes');
    t.equal(await add({ n: 2, m: 16 }), 'request/invalid');
    t.equal(await add({ releaseAt: hq.time.wall() }), 'release/past', 'releasing at once is a director’s');
    const [one] = plain.subjects;
    t.equal(await add({ subjects: [{ ...one, code: 'hx' }] }), 'session/subject');
    t.equal(await add({ subjects: [one, one] }), 'hq/subject-twice');
    const papers = [{ version: 'A', paper: 'pa_0000000000000000' }];
    t.equal(await add({ subjects: [{ ...one, papers }] }), 'hq/session-papers');
  });

  const { session } = await operator.call(
    'POST /api/v1/officer/exams/:exam/sessions',
    { exam },
    { body: plain },
  );
  const change = { session };
  await operator.call(
    'POST /api/v1/officer/exams/:exam/packages',
    { exam },
    { body: { kind: 'full', sites: 'all' } },
  );
  const cards = (renew: boolean, by = director) =>
    by.raw('POST /api/v1/officer/sessions/:session/codes', change, { body: { renew } });
  const codeOf = (response: Awaited<ReturnType<typeof cards>>) => (response.json() as { code: string }).code;

  let codes: string[] = [];
  await t.test(
    'the cards: two on a sheet, each with its code to read and to scan, and together they open',
    async (t) => {
      t.equal(codeOf(await cards(false, operator)), 'auth/forbidden');
      const answer = await cards(false);
      t.equal(answer.statusCode, 200);
      t.match(answer.headers, { 'content-type': 'application/pdf', 'cache-control': 'no-store' });
      // pdfjs wants a Uint8Array by its very prototype.
      const pdf = new Uint8Array(answer.rawPayload);
      const pages = await readPdf(pdf);
      t.equal(pages.length, 2);
      const all = pages.flatMap(({ runs }) => runs.map(({ text }) => text.trim()));
      const groups = all.filter((text) => GROUP.test(text));
      t.equal(groups.length, 48);
      codes = [0, 1, 2].map((i) => groups.slice(i * 16, i * 16 + 16).join(' '));
      const text = pages.map((page) => page.text.replaceAll(' ', '')).join('');
      for (const words of [
        '期末考试',
        '上午场',
        '任意2张',
        'any2ofthem',
        '1/3',
        '2/3',
        '3/3',
        '保管人',
        'Officer',
        '2027年',
      ])
        t.match(text, words.replaceAll(' ', ''), words);
      t.same(
        pages.map(({ alts }) => alts.length),
        [2, 1],
        'the codes are described',
      );

      const stored = await sessions.require(session);
      const tag = releaseTag(session, stored.recipient);
      for (const code of codes) t.match(readReleaseCode(code, tag), { n: 2, m: 3 });
      const identity = await sessions.identity(stored);
      for (const pair of [
        [0, 1],
        [2, 0],
        [1, 2],
      ])
        t.equal(await combineCodes(pair.map((i) => codes[i] ?? '')), identity);
      t.equal(await recipientOf(identity), stored.recipient);

      // A telephone sees the same as a person.
      const canvas = await drawPdfPage(pdf, 2, 2);
      t.equal(
        readQr(canvas, 0, 0, canvas.width, Math.floor(canvas.height / 2)),
        codes[2]?.replaceAll(' ', ''),
      );
    },
  );

  await t.test(
    'cards are made once, their number stays, and the codes are nowhere at headquarters',
    async (t) => {
      t.equal(codeOf(await cards(false)), 'release/codes-made');
      t.equal(
        await operator.refused('PUT /api/v1/officer/sessions/:session', change, { body: { ...plain, n: 3 } }),
        'release/codes-fixed',
      );
      const rows = await deps.db.rows<{ text: string }>(
        sql`SELECT t::text AS text FROM exam_session t UNION ALL SELECT t::text FROM action t`,
      );
      const all = rows.map(({ text }) => text).join('\n');
      for (const code of codes) t.notOk(all.includes(code) || all.includes(code.replaceAll(' ', '')));
      const made = rows.filter(({ text }) => text.includes('session.codes'));
      t.equal(made.length, 1, 'the making is on record');
      const none = await operator.call(
        'POST /api/v1/officer/exams/:exam/sessions',
        { exam },
        { body: { ...plain, n: 0, m: 0 } },
      );
      const asked = await director.raw(
        'POST /api/v1/officer/sessions/:session/codes',
        { session: none.session },
        { body: { renew: true } },
      );
      t.equal(codeOf(asked), 'release/no-codes');
    },
  );

  await t.test(
    'renewed: other cards, which do not go together with the old, and packages are out of date',
    async (t) => {
      const before = await sessions.require(session);
      t.equal((await cards(true)).statusCode, 200);
      const after = await sessions.require(session);
      t.not(after.recipient, before.recipient);
      t.throws(() => readReleaseCode(codes[0] ?? '', releaseTag(session, after.recipient)), {
        code: 'release/code-other-session',
      });
      const { sites } = await operator.call('GET /api/v1/officer/exams/:exam', { exam });
      t.match(sites, { all: 1, outdated: 1 });
      await operator.call(
        'POST /api/v1/officer/exams/:exam/packages',
        { exam },
        { body: { kind: 'full', sites: 'all' } },
      );
    },
  );

  const fetched = async (of = box) =>
    hq.inject({ method: 'GET', url: `/api/v1/site/releases/${session}`, headers: await boxHeaders(hq, of) });
  await t.test(
    'the release over the line: not before its time, not for another site, sealed for the box',
    async (t) => {
      t.match((await fetched()).json(), { code: 'release/too-early' });
      t.same(await sessions.due('XZ01'), []);
      hq.time.now = start - 30 * 60_000;
      t.ok((await sessions.due('XZ01')).includes(session));
      t.same(await sessions.due('XZ02'), []);
      // Everybody's sign-in has run out by now.
      operator = await hq.officer('operator');
      director = await hq.officer('director');
      t.match((await fetched(other)).json(), { code: 'thing/not-found' });
      const key = deps.keys.key.publicKey;
      const document = readRelease((await fetched()).json() as Parameters<typeof readRelease>[0], key);
      const stored = await sessions.require(session);
      t.match(document, { site: 'XZ01', session, recipient: stored.recipient, hq: key });
      if (!document) return;
      t.equal(await openRelease(document, box.age.identity), await sessions.identity(stored));
      t.equal(await openRelease(document, other.age.identity), null);
      t.match(
        (await operator.call('GET /api/v1/officer/exams/:exam', { exam })).sessions.find(
          (one) => one.session === session,
        ),
        { released: true },
      );
      const back = { ...plain, releaseAt: null };
      t.equal(
        await operator.refused('PUT /api/v1/officer/sessions/:session', change, { body: back }),
        'release/out',
      );
    },
  );

  await t.test('a director releases at once, with a reason on record', async (t) => {
    const later = { ...plain, plannedStart: start + DAY_MS, releaseAt: null };
    const late = await operator.call('POST /api/v1/officer/exams/:exam/sessions', { exam }, { body: later });
    t.equal(late.released, false);
    const key = 'POST /api/v1/officer/sessions/:session/release' as const;
    const at = { session: late.session };
    t.equal(await operator.refused(key, at, { body: { reason: '线路故障' } }), 'auth/forbidden');
    t.match(await director.call(key, at, { body: { reason: '线路故障' } }), {
      released: true,
      releaseAt: hq.time.wall(),
    });
    t.ok((await sessions.due('XZ01')).includes(late.session));
    const lines = await deps.db.rows(sql`SELECT officer, detail FROM action WHERE what = 'session.release'`);
    t.match(lines, [{ officer: director.id, detail: { reason: '线路故障' } }]);
    t.same(
      (await packages.offers('XZ01')).map(({ number }) => number),
      [2],
    );
  });
});
