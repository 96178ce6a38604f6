/** Session packages (Q1 P14): what is taken, what is refused and why, and what a cut or a restart leaves. */
import { appendFile, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { newId } from '#node/ids/new-id.ts';
import { hashPassword } from '#node/passwords/password.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { verifyManifest } from '#node/sealing/manifest.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import type { PackagePlan } from '#protocol/package.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { addRoom, beginAttempt } from '#server/test/prepare.testing.ts';
import {
  boxWithHq,
  bring,
  confirm,
  DAY,
  type HqBox,
  makeExam,
  makePackage,
  offer,
  person,
  take,
} from './hq.testing.ts';

const as = 'administrator';
const HOUR = 3_600_000;
const kinds = (box: HqBox) =>
  box.statements.all<{ kind: string }>('SELECT kind FROM ledger_event ORDER BY seq').map(({ kind }) => kind);
const lastRefusal = (box: HqBox) => {
  const row = box.statements.get<{ bytes: string }>(
    "SELECT bytes FROM ledger_event WHERE kind = 'PACKAGE_REFUSED' ORDER BY seq DESC LIMIT 1",
  );
  return row ? /"code":"([^"]+)"/.exec(row.bytes)?.[1] : undefined;
};
const addendumOf = (plan: PackagePlan, entries: PackagePlan['entries']): PackagePlan => ({
  ...plan,
  entries,
  sessions: [],
  papers: [],
  staff: [],
});

t.test('a package is looked at, then taken: roster, session, papers, people, in one commit', async (t) => {
  const box = await boxWithHq(t);
  const { plan, files, session } = await makeExam(box, { people: 700 });
  const hash = await hashPassword('correct horse battery');
  plan.staff.push(
    { staff: newId('staff'), login: 'wang', name: '王主考', role: 'chief', passwordHash: hash },
    { staff: newId('staff'), login: 'li', name: '李监考', role: 'invigilator', passwordHash: '' },
  );
  const made = await makePackage(box, plan, files);
  const preview = (await bring(box, made)).answer;
  t.match(preview, {
    package: made.header.package,
    exam: plan.exam,
    counts: { entries: 700, sessions: 1, papers: 2, staff: 2, bytes: made.bytes.length },
  });
  t.ok(preview.changes.some(({ what, how }) => what === 'session' && how === 'added'));
  t.same(box.statements.all('SELECT 1 FROM exam'), [], 'nothing is stored before a person says yes');
  const other = await box.signIn('administrator');
  const before = kinds(box).length;
  const taken = await box.call('POST /api/v1/console/packages/confirm', {
    as: { cookie: other.cookie },
    body: { token: preview.token },
  });
  t.match(taken.answer.taken, [{ package: made.header.package, number: 1, kind: 'full', way: 'stick' }]);
  t.equal(taken.answer.preview, null);
  t.same(kinds(box).slice(before), [
    'PACKAGE_TAKEN',
    'EXAM_SAVED',
    'ROSTER_IMPORTED',
    'ROSTER_IMPORTED',
    'SESSION_SAVED',
    'PAPER_RECEIVED',
    'PAPER_RECEIVED',
    'STAFF_SAVED',
    'STAFF_PASSWORD_SET',
    'STAFF_SAVED',
  ]);

  const { exam } = plan.exam;
  const entries = (await box.call('GET /api/v1/console/exams/:exam/entries', { as, params: { exam } }))
    .answer;
  t.equal(entries.length, 700);
  const papers = (await box.call('GET /api/v1/console/exams/:exam/papers', { as, params: { exam } })).answer;
  t.same(
    papers.map(({ paper, label, intact, released }) => [paper, label, intact, released]),
    session.papers.map((paper, i) => [paper, `${'AB'[i]} 卷`, true, false]),
    "headquarters' signature holds the papers",
  );
  const [paper = ''] = session.papers;
  t.equal(
    (await box.call('POST /api/v1/console/papers/:paper/preview-key', { as, params: { paper } })).code,
    'start/no-identity',
    'nobody looks into it',
  );
  const sealed = await box.app.inject({ url: `/sealed/${paper}/f0.age` });
  t.same(sealed.rawPayload, Buffer.from(files.get(`${paper}/f0.age`) ?? []), 'machines get the ciphertext');
  const signIn = (login: string, password: string) =>
    box.call('POST /api/v1/console/sign-in', { body: { login, password } });
  t.equal((await signIn('wang', 'correct horse battery')).status, 200);
  t.equal((await signIn('li', '')).status, 400);
  t.equal((await signIn('li', 'correct horse battery')).code, 'auth/failed', 'no password yet, no sign-in');
  t.same(await readdir(box.deps.folder.packages), [], 'the file is not kept');

  const planned = async () =>
    (await box.call('GET /api/v1/console/sessions/:session', { as, params: { session: session.session } }))
      .answer;
  t.same(
    (await planned()).planned,
    plan.sessions[0]?.subjects,
    'durations and versions are offered for its sittings',
  );
  const room = await addRoom(box, '考场 01', ['s']);
  const shorter = { subject: '0101', room, papers: [{ version: 'A', paper }], durationMs: HOUR / 2 };
  await box.call('PUT /api/v1/console/sessions/:session/sittings', {
    as,
    params: { session: session.session },
    body: { sittings: [shorter] },
  });
  t.match(
    (await planned()).steps.find(({ key }) => key === 'sittings'),
    { state: 'warning', en: /not as headquarters planned/ },
  );

  // The same once more, and a newer one that changes nothing and one thing.
  t.equal((await bring(box, made)).code, 'package/old');
  t.equal(lastRefusal(box), 'package/old');
  const same = await makePackage(box, plan, files, { number: 2 });
  const again = (await bring(box, same)).answer;
  t.same(again.changes, []);
  const size = kinds(box).length;
  t.equal((await confirm(box, again.token)).status, 200);
  t.same(kinds(box).slice(size), ['PACKAGE_TAKEN'], 'what is the same makes no event');
  const [first] = plan.entries;
  if (!first) throw new Error('nobody');
  const renamed = { ...first, name: '欧阳雨桐', idNumber: '11010519900101999X' };
  const changed = {
    ...plan,
    entries: [renamed, ...plan.entries.slice(2)],
    sessions: plan.sessions.map((one) => ({ ...one, plannedStart: one.plannedStart + HOUR })),
    staff: plan.staff.map((one) => ({ ...one, passwordHash: '' })),
  };
  const third = (await bring(box, await makePackage(box, changed, files, { number: 3 }))).answer;
  t.match(
    third.changes.map(({ what, how, fields }) => [what, how, fields.map(({ field }) => field)]),
    [
      ['entry', 'changed', ['name', 'idNumber']],
      ['entry', 'removed', []],
      ['session', 'changed', ['plannedStart']],
    ],
  );
  t.equal((await confirm(box, third.token)).status, 200);
  t.match(
    box.statements.get('SELECT name, id_number FROM candidate WHERE candidate = ?', first.candidate),
    { name: '欧阳雨桐', id_number: '11010519900101999X' },
    'the ID number too',
  );
  t.equal(box.statements.all('SELECT 1 FROM entry').length, 700, 'who is no longer named stays');
  t.equal((await signIn('wang', 'correct horse battery')).status, 200, 'no password is touched');
});

t.test('every refusal has its name, is recorded, and changes nothing', async (t) => {
  const box = await boxWithHq(t);
  const { plan, files, session } = await makeExam(box);
  const make = (header: Parameters<typeof makePackage>[3], key = box.hq) =>
    makePackage(box, plan, files, header, key);
  const refused = async (bytes: Buffer, code: string, message = code) => {
    const { code: got } = await bring(box, { bytes });
    t.equal(got, code, message);
    t.equal(lastRefusal(box), code);
  };
  const good = await make({});
  for (const at of [30, good.bytes.indexOf('age-encryption'), good.bytes.length - 5]) {
    const altered = Buffer.from(good.bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    const { code } = await bring(box, { bytes: altered });
    t.match(code, /^package\/(form|signature|tampered)$/, `byte ${at}`);
  }
  await refused(good.bytes.subarray(0, -1), 'package/tampered', 'cut short');
  await refused(Buffer.from('PK'), 'package/form');
  await refused((await make({}, generateBoxKey())).bytes, 'package/signature', "somebody else's");
  await refused((await make({ site: '9999' })).bytes, 'package/other-site');
  await refused((await make({ to: (await generateIdentity()).recipient })).bytes, 'package/other-box');
  await refused((await make({ exam: newId('exam') })).bytes, 'package/plan');
  await refused((await make({ expires: box.time.wallMs() })).bytes, 'package/late');
  await refused((await make({ kind: 'addendum' })).bytes, 'package/plan', 'an addendum with sessions');
  const alone = await makePackage(box, addendumOf(plan, [person(1)]), new Map(), { kind: 'addendum' });
  await refused(alone.bytes, 'package/addendum', 'of an exam that is not here');

  const [paper = ''] = session.papers;
  const swapped = new Map(files).set(`${paper}/f1.age`, Buffer.from('another'));
  await refused(
    (await makePackage(box, plan, swapped)).bytes,
    'package/papers',
    'a file unlike its manifest',
  );
  const missing = new Map([...files].slice(1));
  await refused((await makePackage(box, plan, missing)).bytes, 'package/papers', 'a file is missing');
  const resigned = plan.papers.map((one) => ({ ...one, manifestSig: 'A'.repeat(86) }));
  await refused((await makePackage(box, { ...plan, papers: resigned }, files)).bytes, 'package/papers');
  const heavy = `$argon2id$v=19$m=99999999,t=1,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`;
  const staff = [
    { staff: newId('staff'), login: 'x', name: 'x', role: 'chief' as const, passwordHash: heavy },
  ];
  await refused(
    (await makePackage(box, { ...plan, staff }, files)).bytes,
    'package/plan',
    'a hash too dear to try',
  );

  t.same(box.statements.all('SELECT 1 FROM exam'), []);
  t.same(await readdir(box.deps.folder.packages), []);
  t.same(await readdir(box.deps.folder.sealed), []);

  await take(box, good);
  const roster = { ...plan, entries: [person(9, '0101', { ticket: plan.entries[0]?.ticket ?? '' })] };
  await refused((await makePackage(box, roster, files, { number: 2 })).bytes, 'package/roster');
  const { plan: elsewhere } = await makeExam(box);
  const theirs = { ...elsewhere, entries: plan.entries, sessions: [], papers: [] };
  await refused(
    (await makePackage(box, theirs, new Map())).bytes,
    'package/collides',
    "another exam's people",
  );
  const other = { ...plan, papers: plan.papers.map((one) => ({ ...one, subject: '0202' })) };
  const moved = {
    ...other,
    subjects: [...plan.subjects, { code: '0202', name: '数学' }],
    sessions: plan.sessions.map((one) => ({
      ...one,
      subjects: one.subjects.map((subject) => ({ ...subject, code: '0202' })),
    })),
  };
  await refused(
    (await makePackage(box, moved, files, { number: 2 })).bytes,
    'package/collides',
    'a paper of another subject',
  );

  // Near the start only an addendum goes in.
  const next = await makePackage(box, plan, files, { number: 2 });
  box.time.pass(DAY - 29 * 60_000);
  await refused(next.bytes, 'package/near');
  const gone = await bring(box, { bytes: good.bytes });
  t.equal(gone.code, 'package/old');
  await box.deps.ledger.append([{ kind: 'HQ_DISCONNECTED', body: { reason: '' } }], {
    local: [{ t: 'hq-gone' }],
  });
  t.equal((await bring(box, next)).code, 'package/no-headquarters');
});

t.test('an addendum corrects and adds on the day, and touches nobody who is signed in', async (t) => {
  const box = await boxWithHq(t);
  const { plan, files, session } = await makeExam(box, { startsIn: HOUR });
  await take(box, await makePackage(box, plan, files));
  const room = await addRoom(box, '考场 01', ['ssss']);
  const { sittings } = (
    await box.call('PUT /api/v1/console/sessions/:session/sittings', {
      as,
      params: { session: session.session },
      body: {
        sittings: [
          {
            subject: '0101',
            room,
            papers: [{ version: 'A', paper: session.papers[0] ?? '' }],
            durationMs: HOUR,
          },
        ],
      },
    })
  ).answer;
  await box.deps.ledger.append([{ kind: 'ENTRY_OPENED', body: { session: session.session } }]);
  const [one, two] = plan.entries;
  if (!one || !two) throw new Error('two people');
  await beginAttempt(box.deps, { entry: one.entry, sitting: sittings[0]?.sitting ?? '', room, seat: '1' });
  const addendum = (entries: PackagePlan['entries'], number: number) =>
    makePackage(box, addendumOf(plan, entries), new Map(), { kind: 'addendum', number });

  const touching = await bring(box, await addendum([{ ...one, name: '另名' }], 2));
  t.equal(touching.code, 'package/seated');
  t.same(touching.detail['tickets'], [one.ticket]);
  const late = person(77);
  const good = (await bring(box, await addendum([one, { ...two, name: '更正' }, late], 2))).answer;
  t.match(
    good.changes.map(({ what, how, name }) => [what, how, name]),
    [
      ['entry', 'changed', `${two.name} (${two.ticket})`],
      ['entry', 'added', `${late.name} (${late.ticket})`],
    ],
  );
  const before = kinds(box).length;
  t.equal((await confirm(box, good.token)).status, 200);
  t.same(kinds(box).slice(before), ['PACKAGE_TAKEN', 'ROSTER_AMENDED', 'ROSTER_AMENDED']);
  t.equal(box.statements.all('SELECT 1 FROM entry').length, 4);
  t.equal((await bring(box, await addendum([two], 2))).code, 'package/old', 'a number counts for both kinds');
  t.equal((await bring(box, await makePackage(box, plan, files, { number: 3 }))).code, 'package/near');
});

t.test('over a line that is cut it comes to the byte, also after a restart', async (t) => {
  const box = await boxWithHq(t);
  const { plan, files } = await makeExam(box);
  const made = await makePackage(box, plan, files);
  const fetch = () =>
    box.call('POST /api/v1/console/packages/fetch', { as, body: { package: made.header.package } });
  t.equal((await fetch()).code, 'package/not-offered');
  offer(box, made);
  t.match((await box.call('GET /api/v1/console/packages', { as })).answer, {
    offers: [{ package: made.header.package }],
    fetching: null,
    preview: null,
  });
  box.line.cutAfter = [3_000, 2_000, 0];
  const cut = await fetch();
  t.equal(cut.code, 'sync/interrupted', 'a cut that brings nothing ends the try');
  t.same(box.line.asked, [0, 3_000, 5_000]);

  // What a power cut has left: half of it, and bytes of nobody.
  await appendFile(join(box.deps.folder.packages, 'stick-00.part'), 'x');
  await box.packages.start();
  t.same((await readdir(box.deps.folder.packages)).length, 1, 'what can be gone on with stays');
  const preview = (await fetch()).answer;
  t.same(box.line.asked.at(-1), 5_000);
  t.match((await box.call('GET /api/v1/console/packages', { as })).answer.preview, { token: preview.token });
  t.equal(
    (await box.call('GET /api/v1/console/packages', { as: 'auditor' })).answer.preview,
    null,
    'ID numbers are not for who cannot take it',
  );
  const asked = box.line.asked.length;
  t.same((await fetch()).answer, preview, 'come back to, not fetched anew');
  t.equal(box.line.asked.length, asked);

  // A bad piece in the middle is found, and all of it is fetched again.
  box.time.pass(2 * HOUR);
  t.equal((await confirm(box, preview.token)).code, 'package/gone', 'a preview does not wait for ever');
  const [name = ''] = await readdir(box.deps.folder.packages);
  await truncate(join(box.deps.folder.packages, name), 4_000);
  await appendFile(join(box.deps.folder.packages, name), 'rubbish');
  t.equal((await fetch()).code, 'package/cut');
  box.line.beginsAnew = true;
  const whole = (await fetch()).answer;
  t.equal((await confirm(box, whole.token)).answer.taken[0]?.way, 'line');
  t.same(await readdir(box.deps.folder.packages), []);
});

t.test('all or nothing: between the papers and the commit, and at a start', async (t) => {
  const box = await boxWithHq(t);
  const { plan, files, session } = await makeExam(box);
  const made = await makePackage(box, plan, files);
  const preview = (await bring(box, made)).answer;
  const { ledger } = box.deps;
  const append = ledger.append.bind(ledger);
  let placed: string[] = [];
  ledger.append = async (events, options) => {
    if (events[0]?.kind !== 'PACKAGE_TAKEN') return append(events, options);
    placed = await readdir(box.deps.folder.sealed);
    throw new BoxError('box/storage');
  };
  t.equal((await confirm(box, preview.token)).code, 'box/storage');
  ledger.append = append;
  t.same(placed.toSorted(), session.papers.toSorted(), 'the papers lay in place before the commit');
  t.same(await readdir(box.deps.folder.sealed), [], 'and went with it');

  // The power went between the two: nobody took them away, the start does.
  const [paper = ''] = session.papers;
  const [first] = plan.papers;
  if (!first) throw new Error('no paper');
  const manifest = verifyManifest(first.manifest, first.manifestSig, box.hq.publicKey);
  const read = async (name: string) => files.get(`${paper}/${name}`) ?? new Uint8Array();
  await box.services.papers.place(manifest, read);
  t.same(await readdir(box.deps.folder.sealed), [paper]);
  await box.services.papers.start();
  t.same(await readdir(box.deps.folder.sealed), []);
  await t.rejects(
    box.services.papers.place(manifest, async () => Buffer.from('no')),
    { code: 'package/papers' },
  );
  t.same(await readdir(box.deps.folder.sealed), []);

  // What changed between the look and the word is looked at again.
  await box.deps.ledger.append([{ kind: 'EXAM_SAVED', body: plan.exam }]);
  t.equal((await confirm(box, preview.token)).code, 'package/changed');
  t.equal((await confirm(box, preview.token)).code, 'package/gone');
  await take(box, made);

  // A paper that nothing uses goes with the package that no longer names it; one in use stays.
  const { plan: newer, files: others } = await makeExam(box);
  const next = { ...plan, sessions: newer.sessions, papers: newer.papers };
  const room = await addRoom(box, '考场 01', ['s']);
  await box.call('PUT /api/v1/console/sessions/:session/sittings', {
    as,
    params: { session: session.session },
    body: { sittings: [{ subject: '0101', room, papers: [{ version: 'A', paper }], durationMs: HOUR }] },
  });
  await take(box, await makePackage(box, next, others, { number: 2 }));
  t.same(
    (await readdir(box.deps.folder.sealed)).toSorted(),
    [paper, ...newer.papers.map((one) => one.paper)].toSorted(),
  );
});
