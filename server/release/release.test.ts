/** Opening a session's papers (S1): n of m officers with their codes, or headquarters over the line; and nothing before. */
import t from 'tap';
import { formatReleaseCode, parseReleaseCode } from '#domain/release/code-text.ts';
import { sealReleaseKeys } from '#node/packages/package-plan.ts';
import { splitIdentity } from '#node/release/release-codes.ts';
import { makeRelease } from '#node/release/release-document.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import type { RoleName } from '#protocol/rights.ts';
import { wireCandidates } from '#server/candidates.ts';
import { Evidence } from '#server/evidence/evidence.ts';
import { boxWithHq, type HqBox, makeExam, makePackage, SITE, take } from '#server/packages/hq.testing.ts';
import { findInFiles, forms } from '#server/papers/process-memory.testing.ts';
import { addExam, addRoom, addSession } from '#server/test/prepare.testing.ts';

const HOUR = 3_600_000;
const CANARY = '落霞与孤鹜齐飞-canary-8c3f';
const TEXT = JSON.stringify({ title: CANARY, items: {}, media: {} });

type Officer = { cookie: string; staff: string };
const officers = async (box: HqBox, ...roles: RoleName[]): Promise<Officer[]> => {
  const all: Officer[] = [];
  for (const role of roles) all.push(await box.signIn(role));
  return all;
};
const state = async (box: HqBox, session: string, as: Officer | RoleName) =>
  (await box.call('GET /api/v1/console/sessions/:session/release', { as, params: { session } })).answer
    .release;
const enter = (box: HqBox, session: string, as: Officer, code: string) =>
  box.call('POST /api/v1/console/sessions/:session/release/codes', {
    as,
    params: { session },
    body: { code },
  });
const identities = (box: HqBox) => box.statements.all('SELECT paper FROM local_paper_identity').length;

/** The package is taken; every character that it could have left in the open is looked for. */
async function prepared(t: Parameters<typeof boxWithHq>[0], n: number, m: number) {
  const box = await boxWithHq(t);
  const made = await makeExam(box, { n, m, text: TEXT, startsIn: HOUR });
  await take(box, await makePackage(box, made.plan, made.files));
  const codes = n === 0 ? [] : await splitIdentity(made.session.identity, n, m, made.session.session);
  return { box, ...made, codes };
}

async function papersStep(box: HqBox, session: string) {
  const { steps } = (
    await box.call('GET /api/v1/console/sessions/:session', { as: 'chief', params: { session } })
  ).answer;
  return steps.find(({ key }) => key === 'papers');
}

t.test(
  'two of three officers open the papers, in any order, with no headquarters at all; then the start works as ever',
  async (t) => {
    const { box, plan, session: made, codes } = await prepared(t, 2, 3);
    const { session, papers } = made;
    await box.deps.ledger.append([{ kind: 'HQ_DISCONNECTED', body: { reason: '' } }], {
      local: [{ t: 'hq-gone' }],
    });
    const [one, two] = await officers(box, 'administrator', 'technician');
    if (!one || !two) throw new Error('two officers');
    t.match(await state(box, session, one), { n: 2, m: 3, taken: [], received: false, way: null });
    t.match(await papersStep(box, session), { state: 'warning', zh: /2 名持卡人/, en: /2 release codes/ });

    const [, second = '', third = ''] = codes;
    const first = (await enter(box, session, one, third.toLowerCase().replaceAll(' ', '-'))).answer;
    t.match(first.release, { taken: [{ staff: one.staff, name: 'administrator 某' }], received: false });
    t.equal(identities(box), 0, 'one code opens nothing');
    const done = (await enter(box, session, two, second)).answer;
    t.match(done.release, { taken: [], until: null, received: true, way: 'codes' });
    t.equal(identities(box), 2);
    t.equal((await enter(box, session, one, codes[0] ?? '')).code, 'release/here');
    t.equal((await papersStep(box, session))?.state, 'done');
    const received = box.statements.get<{ bytes: string }>(
      "SELECT bytes FROM ledger_event WHERE kind = 'RELEASE_RECEIVED'",
    );
    t.match(JSON.parse(received?.bytes ?? '{}'), {
      body: { way: 'codes', officers: [one.staff, two.staff], papers },
    });

    const ledger = box.statements
      .all<{ bytes: string }>('SELECT bytes FROM ledger_event')
      .map(({ bytes }) => bytes);
    const written = ledger.join('\n') + box.logs.join('\n');
    for (const code of [second, third])
      t.notOk(written.toUpperCase().includes(code.slice(0, 11)), 'no code is written anywhere');
    t.notOk(written.includes('AGE-SECRET-KEY'), 'no key is in the ledger or the log');

    const { run, papers: sealed } = wireCandidates(box.deps, new Evidence(box.deps).portraits);
    const room = await addRoom(box, '考场 01', ['sss']);
    const versions = plan.sessions[0]?.subjects[0]?.papers ?? [];
    const params = { session };
    await box.call('PUT /api/v1/console/sessions/:session/sittings', {
      as: 'administrator',
      params,
      body: { sittings: [{ subject: '0101', room, papers: versions, durationMs: HOUR }] },
    });
    await box.call('POST /api/v1/console/sessions/:session/seating', {
      as: 'administrator',
      params,
      body: { mode: 'order', keepApart: { schools: false, versions: false } },
    });
    const by = { staff: one.staff };
    await run.openEntry(session, by);
    box.time.pass(HOUR);
    t.equal(await run.start(session, {}, by), 1);
    t.match(await sealed.content(papers[0] ?? ''), { title: CANARY }, 'and the paper opens');
  },
);

t.test('what is wrong with a code is told, and no more than that', async (t) => {
  const { box, session: made, codes, files } = await prepared(t, 3, 5);
  const { session } = made;
  const all = await officers(box, 'administrator', 'chief', 'chief', 'technician', 'administrator');
  const [one, two, three, four, five] = all;
  if (!one || !two || !three || !four || !five) throw new Error('officers');
  const [first = '', second = '', third = ''] = codes;

  const typo = `${first.slice(0, 12)}${first[12] === 'Z' ? 'Y' : 'Z'}${first.slice(13)}`;
  const wrong = await enter(box, session, one, typo);
  t.equal(wrong.code, 'release/code-wrong');
  t.equal(wrong.detail['group'], 3, 'the group is named');
  t.equal((await enter(box, session, one, first.slice(0, -6))).code, 'release/code-wrong');
  const [foreign = ''] = await splitIdentity(made.identity, 3, 5, 'se_0000000000000000');
  t.equal((await enter(box, session, one, foreign)).code, 'release/code-other-session');
  t.equal((await state(box, session, one))?.taken.length, 0);

  t.equal((await enter(box, session, one, first)).status, 200);
  t.equal((await enter(box, session, one, second)).code, 'release/officer', 'each officer one');
  t.equal((await enter(box, session, two, first)).code, 'release/code-twice');
  t.equal((await enter(box, session, two, second)).status, 200);
  t.match(await state(box, session, three), { taken: [{ staff: one.staff }, { staff: two.staff }] });

  // Codes of the right form and tag that somebody made up: the whole is refused, and nobody learns which.
  const parsed = parseReleaseCode(third);
  if (!('code' in parsed)) throw new Error('unread');
  const share = Uint8Array.from(parsed.code.share, (byte, i) => (i === 4 ? byte ^ 1 : byte));
  const forged = formatReleaseCode({ ...parsed.code, share });
  const mismatch = await enter(box, session, three, forged);
  t.equal(mismatch.code, 'release/codes-mismatch');
  t.same(
    Object.keys(mismatch.detail).filter((key) => key !== 'codes'),
    [],
  );
  t.equal((await state(box, session, one))?.taken.length, 0, 'all are asked for anew');
  t.equal(identities(box), 0);

  // Forgotten by a person, and by itself.
  await enter(box, session, one, first);
  const params = { session };
  const forgot = await box.call('POST /api/v1/console/sessions/:session/release/forget', { as: two, params });
  t.same(forgot.answer.release?.taken, []);
  await enter(box, session, one, first);
  box.time.pass(2 * HOUR);
  t.same((await state(box, session, one))?.taken, []);

  for (let i = 0; i < 12; i++) await enter(box, session, five, typo);
  const tired = await enter(box, session, five, first);
  t.equal(tired.code, 'release/too-many');
  t.ok(Number(tired.detail['seconds']) > 0);
  for (const [officer, code] of [
    [one, third],
    [four, first],
    [three, second],
  ] as const)
    t.equal((await enter(box, session, officer, code)).status, 200, 'the others go on');
  t.equal((await state(box, session, five))?.received, true);
  const kinds = box.statements.all<{ n: number }>(
    "SELECT count(*) AS n FROM ledger_event WHERE kind = 'RELEASE_CODE_REFUSED'",
  );
  t.equal(kinds[0]?.n, 18, 'every refusal is recorded');
  t.ok(files.size > 0);
});

t.test(
  'over the line: signed by headquarters, for this site, session and box; and it comes by itself',
  async (t) => {
    const { box, session: made, plan, files } = await prepared(t, 0, 0);
    const { session, identity } = made;
    const params = { session };
    const as = 'chief';
    const fetch = () => box.call('POST /api/v1/console/sessions/:session/release/fetch', { as, params });
    const to = box.own.recipient;
    const good = { site: SITE, session, identity, to, at: 0 };
    t.match(await state(box, session, as), { n: 0, m: 0, received: false });
    t.match(await papersStep(box, session), { state: 'warning', en: /headquarters/ });
    t.equal((await fetch()).code, 'sync/unreachable');
    const stranger = await generateIdentity();
    for (const document of [
      await makeRelease(good, generateBoxKey()),
      await makeRelease({ ...good, site: '9' }, box.hq),
      await makeRelease({ ...good, session: 'se_0000000000000000' }, box.hq),
      await makeRelease({ ...good, identity: stranger.identity }, box.hq),
      await makeRelease({ ...good, to: stranger.recipient }, box.hq),
    ]) {
      box.line.release = document;
      t.equal((await fetch()).code, 'release/document');
    }
    t.equal(identities(box), 0);

    box.line.release = await makeRelease(good, box.hq);
    const status = {
      now: 0,
      standings: [],
      packages: [],
      releases: [session, 'se_0000000000000000'],
      decisions: 0,
    };
    await box.release.onStatus(status);
    t.match(await state(box, session, as), { received: true, way: 'headquarters' });
    t.equal(identities(box), 2);
    t.equal((await fetch()).code, 'release/here');

    // A newer package brings another paper: the release is asked for once more, by the same way.
    const more = await makeExam(box, { n: 0, m: 0, text: TEXT });
    const added = more.plan.papers[0];
    if (!added) throw new Error('no paper');
    const kept = plan.papers.map(({ paper }) => ({
      paper,
      identity: box.statements.get<{ identity: string }>(
        'SELECT identity FROM local_paper_identity WHERE paper = ?',
        paper,
      )?.identity,
    }));
    const keys = Object.fromEntries(kept.map((one) => [one.paper, one.identity ?? '']));
    const wrongKey = await sealReleaseKeys(
      { ...keys, [added.paper]: stranger.identity },
      plan.sessions[0]?.release.recipient ?? '',
    );
    const newer = {
      ...plan,
      papers: [...plan.papers, added],
      sessions: plan.sessions.map((one) => ({
        ...one,
        release: { ...one.release, keys: wrongKey },
        subjects: one.subjects.map((subject) => ({
          ...subject,
          papers: [...subject.papers, { version: 'C', paper: added.paper }],
        })),
      })),
    };
    const theirs = [...more.files].filter(([name]) => name.startsWith(added.paper));
    await take(box, await makePackage(box, newer, new Map([...files, ...theirs]), { number: 2 }));
    t.match(await state(box, session, as), { received: false, way: null });
    t.equal((await fetch()).code, 'release/keys', 'keys that are not the papers’');
  },
);

t.test(
  "an invigilator enters a code for a session of his own rooms; the site's own papers need none",
  async (t) => {
    const { box, session: made, codes, plan } = await prepared(t, 2, 2);
    const { session } = made;
    const room = await addRoom(box, '考场 01', ['s']);
    const near = await box.signIn('invigilator', [room]);
    const enters = () => enter(box, session, near, codes[0] ?? '');
    t.equal((await enters()).code, 'auth/scope');
    await box.call('PUT /api/v1/console/sessions/:session/sittings', {
      as: 'administrator',
      params: { session },
      body: {
        sittings: [
          { subject: '0101', room, papers: plan.sessions[0]?.subjects[0]?.papers ?? [], durationMs: HOUR },
        ],
      },
    });
    t.equal((await enters()).status, 200);
    const auditor = await box.signIn('auditor');
    t.equal((await enter(box, session, auditor, codes[1] ?? '')).code, 'auth/forbidden');

    const { exam } = await addExam(box.deps, { '0101': 1 });
    const own = await addSession(box, exam, ['0101']);
    t.equal(await state(box, own, 'chief'), null);
    const chief = await box.signIn('chief');
    t.equal((await enter(box, own, chief, codes[1] ?? '')).code, 'release/none');
  },
);

t.test('before the release no word of a paper is on the disk or in the log', async (t) => {
  const { box, session } = await prepared(t, 2, 3);
  const root = box.deps.folder.root;
  t.ok(findInFiles(root, forms('统一考试')).length > 0, 'what is in the open is found');
  const needles = forms(CANARY);
  t.same(findInFiles(root, needles), []);
  t.notOk(box.logs.some((line) => line.includes(CANARY)));
  t.same(findInFiles(root, forms(session.identity)), [], 'nor the release identity');
  t.equal(identities(box), 0);
});
