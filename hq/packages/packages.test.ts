/** Packages from the first roster to the box's disk: published, refused, streamed, added to. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { sql } from 'drizzle-orm';
import t from 'tap';
import { startTestHq } from '#hq/test/harness.ts';
import { LedgerSite } from '#hq/test/ledger-site.testing.ts';
import {
  addBox,
  addExam,
  addPaper,
  addRoster,
  boxHeaders,
  CANARY,
  DAY_MS,
  ID_NUMBERS,
  list,
  sessionBody,
} from '#hq/test/preparation.testing.ts';
import { readPackageFile } from '#node/packages/package-file.ts';
import { openPlan, openReleaseKeys } from '#node/packages/package-plan.ts';
import { openFile } from '#node/sealing/age-file.ts';
import { checkSealed, identityFits, verifyManifest } from '#node/sealing/manifest.ts';
import { PLAN_PART } from '#protocol/package.ts';

t.test('packages', async (t) => {
  const hq = await startTestHq(t);
  const { deps, services } = hq.hq;
  const key = deps.keys.key.publicKey;
  const officer = await hq.officer('operator');
  const box = await addBox(hq, 'XZ01', '拉萨一中');
  const other = await addBox(hq, 'XZ02', '日喀则一中');
  await deps.db.rows(
    sql`INSERT INTO site (site, name, region) VALUES ('XZ03', '那曲一中', '西藏'), ('XZ04', '林芝一中', '西藏')`,
  );
  const exam = await addExam(officer);
  const [a, b, c] = ID_NUMBERS;
  await addRoster(
    officer,
    exam,
    'XZ01',
    list(`0001,扎西·次仁,${a},yw,语文,第一中学`, `0002,卓玛,${b},yw,语文,第一中学`),
  );
  await addRoster(officer, exam, 'XZ03', list(`0003,丹增,${c},yw,语文,第三中学`));
  const paper = await addPaper(officer, exam, 'yw');
  const session = await officer.call(
    'POST /api/v1/officer/exams/:exam/sessions',
    { exam },
    { body: sessionBody(hq, paper) },
  );
  const staff = [{ login: 'zhuka', name: '主考', role: 'chief' as const, password: 'a long password 7' }];
  await officer.call('PUT /api/v1/officer/sites/:site/staff', { site: 'XZ01' }, { body: { staff } });
  const publish = (kind: 'full' | 'addendum', sites: 'all' | string[]) =>
    officer.call('POST /api/v1/officer/exams/:exam/packages', { exam }, { body: { kind, sites } });
  const file = async (id: string) =>
    (await officer.raw('GET /api/v1/officer/packages/:package/file', { package: id })).rawPayload;
  const folder = t.testdir();
  const read = async (bytes: Uint8Array) => {
    const path = join(folder, 'package');
    writeFileSync(path, bytes);
    return readPackageFile(path, key);
  };
  const states = async () => {
    const { rows } = await officer.call('GET /api/v1/officer/exams/:exam/packages', { exam });
    return rows.map(({ site, state }) => `${site} ${state}`);
  };

  await t.test(
    'a site without box or roster is refused with the reason, and keeps no other from its own',
    async (t) => {
      t.same(await states(), ['XZ01 none', 'XZ03 unenrolled']);
      const { made, refused } = await publish('full', ['XZ01', 'XZ02', 'XZ03', 'NOBODY']);
      t.match(made, [{ site: 'XZ01', number: 1 }]);
      t.match(refused, [
        { site: 'XZ02', name: '日喀则一中', code: 'package/no-roster', zh: /名单/, doEn: /roster/ },
        { site: 'XZ03', name: '那曲一中', code: 'package/no-box' },
        { site: 'NOBODY', code: 'thing/not-found' },
      ]);
      t.same(await states(), ['XZ01 published', 'XZ03 unenrolled']);
      t.match((await publish('addendum', ['XZ03'])).refused, [{ code: 'package/no-box' }]);
      const auditor = await hq.officer('auditor');
      const body = { kind: 'full' as const, sites: 'all' as const };
      t.equal(
        await auditor.refused('POST /api/v1/officer/exams/:exam/packages', { exam }, { body }),
        'auth/forbidden',
      );
    },
  );

  const [first] = await services.preparation.packages.offers('XZ01');
  const id = first?.package ?? '';
  await t.test('the file for a stick proves itself, and opens for its box alone', async (t) => {
    const bytes = await file(id);
    const pack = await read(bytes);
    t.match(pack.header, { site: 'XZ01', exam, number: 1, kind: 'full', to: box.age.recipient, hq: key });
    t.ok(pack.header.expires > session.plannedStart);
    t.equal(pack.sha256, first?.sha256);
    t.equal(pack.bytes, first?.bytes);
    const plan = await openPlan(await pack.readPart(PLAN_PART), box.age.identity);
    await t.rejects(openPlan(await pack.readPart(PLAN_PART), other.age.identity), { code: 'package/plan' });
    t.match(plan.exam, { exam, name: '期末考试' });
    t.match(
      plan.entries.map(({ ticket, name, idNumber }) => [ticket, name, idNumber]),
      [
        ['0001', '扎西·次仁', a],
        ['0002', '卓玛', b],
      ],
    );
    t.match(plan.staff, [{ login: 'zhuka', role: 'chief', passwordHash: /^\$argon2id\$/ }]);
    const [planned] = plan.sessions;
    t.match(planned, {
      session: session.session,
      release: { n: 2, m: 3 },
      subjects: [{ papers: [{ paper }] }],
    });

    // The papers: signed by headquarters, whole, and opened only by way of the session's release identity.
    const stored = await services.preparation.sessions.require(session.session);
    const identity = await services.preparation.sessions.identity(stored);
    const keys = await openReleaseKeys(planned?.release.keys ?? '', identity);
    t.equal(plan.papers.length, 1);
    for (const one of plan.papers) {
      const manifest = verifyManifest(one.manifest, one.manifestSig, key);
      t.match(manifest, { paper, n: 0, m: 0, notBefore: 0 });
      t.equal(await identityFits(manifest, keys[one.paper] ?? ''), true);
      for (const { name } of manifest.files)
        checkSealed(manifest, name, await pack.readPart(`${one.paper}/${name}`));
      const text = Buffer.from(
        await openFile(await pack.readPart(`${paper}/f0.age`), keys[paper] ?? ''),
      ).toString();
      t.match(text, CANARY);
      t.notMatch(text, `北京${CANARY}`, 'no correct response is in the paper');
    }
    await t.rejects(openFile(await pack.readPart(`${paper}/f0.age`), box.age.identity), {
      code: 'seal/wrong-identity',
    });
  });

  await t.test(
    'headquarters alone opens the correct responses; a copy of database and media opens nothing',
    async (t) => {
      const [row] = await deps.db.rows<{ keys: Uint8Array }>(
        sql`SELECT keys FROM paper WHERE paper = ${paper}`,
      );
      const keys = Buffer.from(await openFile(row?.keys ?? new Uint8Array(), deps.keys.identity)).toString();
      t.match(keys, `北京${CANARY}`);
      const tables = await deps.db.rows<{ name: string }>(
        sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      t.ok(tables.length > 20);
      for (const { name } of tables) {
        const rows = await deps.db.rows<{ text: string }>(
          sql`SELECT t::text AS text FROM ${sql.identifier(name)} t`,
        );
        const all = rows.map(({ text }) => text).join('\n');
        t.notMatch(all, CANARY, name);
        t.notMatch(all, Buffer.from(CANARY).toString('hex'), `${name}, bytes`);
        t.notMatch(all, 'AGE-SECRET-KEY', name);
        t.notMatch(all, 'a long password 7', name);
      }
      for (const one of readdirSync(hq.data, { recursive: true, withFileTypes: true }))
        if (one.isFile())
          t.notMatch(
            readFileSync(join(one.parentPath, one.name)).toString('latin1'),
            Buffer.from(CANARY).toString('latin1'),
            one.name,
          );
    },
  );

  await t.test('a box fetches its package, to the byte after a cut, from any replica', async (t) => {
    const replica = await startTestHq(t, { database: deps.db, data: hq.data, time: hq.time });
    const headers = await boxHeaders(hq, box);
    const url = `/api/v1/site/packages/${id}`;
    const bytes = await file(id);
    const get = (from: typeof hq, more: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
      from.inject({ method, url, headers: { ...headers, ...more } });
    const cut = 1_234;
    const begin = await get(hq, { range: `bytes=0-${cut - 1}` });
    t.equal(begin.statusCode, 206);
    t.equal(begin.headers['content-range'], `bytes 0-${cut - 1}/${bytes.length}`);
    t.equal((await services.preparation.packages.require(id)).bytes, bytes.length);
    t.same(await states(), ['XZ01 published', 'XZ03 unenrolled'], 'a part is not the whole');
    const etag = String(begin.headers['etag']);
    const rest = await get(replica, { range: `bytes=${cut}-`, 'if-range': etag });
    t.equal(rest.statusCode, 206);
    t.ok(Buffer.concat([begin.rawPayload, rest.rawPayload]).equals(bytes));
    t.same(await states(), ['XZ01 fetched', 'XZ03 unenrolled']);
    const whole = await get(hq, { range: 'bytes=5-', 'if-range': '"another"' });
    t.equal(whole.statusCode, 200, 'another file is sent whole');
    t.ok(whole.rawPayload.equals(bytes));
    const beyond = await get(hq, { range: `bytes=${bytes.length}-` });
    t.equal(beyond.statusCode, 416);
    t.equal(beyond.headers['content-range'], `bytes */${bytes.length}`);
    const head = await get(hq, {}, 'HEAD');
    t.match(head.headers, { 'content-length': String(bytes.length), 'accept-ranges': 'bytes' });
    t.equal(head.rawPayload.length, 0);
    const stranger = await hq.inject({ method: 'GET', url, headers: await boxHeaders(hq, other) });
    t.match(stranger.json(), { code: 'thing/not-found' });
    t.equal((await hq.inject({ method: 'GET', url })).statusCode, 401);
  });

  await t.test('an addendum has what changed since the last full package, all of it each time', async (t) => {
    t.match((await publish('addendum', 'all')).refused, [
      { site: 'XZ01', code: 'package/nothing-new' },
      { site: 'XZ03' },
    ]);
    await addRoster(officer, exam, 'XZ01', list(`0002,卓玛措,${b},yw,语文,第一中学`));
    t.same(await states(), ['XZ01 outdated', 'XZ03 unenrolled']);
    const plans = [];
    for (const row of ['', `0003,丹增,${c},yw,语文,第三中学`]) {
      if (row) await addRoster(officer, exam, 'XZ01', list(row));
      const { made } = await publish('addendum', ['XZ01']);
      const pack = await read(await file(made[0]?.package ?? ''));
      t.equal(pack.header.kind, 'addendum');
      plans.push(await openPlan(await pack.readPart(PLAN_PART), box.age.identity));
    }
    t.same(
      plans.map(({ entries }) => entries.map(({ name }) => name)),
      [['卓玛措'], ['卓玛措', '丹增']],
    );
    t.match(plans[1], { sessions: [], papers: [], staff: [] });
    t.same(await states(), ['XZ01 published', 'XZ03 unenrolled']);
    const offers = await services.preparation.packages.offers('XZ01');
    t.same(
      offers.map(({ number, kind }) => `${number} ${kind}`),
      ['1 full', '3 addendum'],
      'and the full one, while nobody has fetched the addendum',
    );
    t.same(await services.preparation.packages.offers('XZ02'), []);
  });

  await t.test(
    'a changed session makes packages out of date; a new full one has the next number',
    async (t) => {
      await officer.call(
        'PUT /api/v1/officer/sessions/:session',
        { session: session.session },
        { body: { ...sessionBody(hq, paper), plannedStart: session.plannedStart + DAY_MS } },
      );
      t.same(await states(), ['XZ01 outdated', 'XZ03 unenrolled']);
      t.match(await publish('full', 'all'), {
        made: [{ site: 'XZ01', number: 4 }],
        refused: [{ site: 'XZ03' }],
      });
      const [newest, ...more] = await services.preparation.packages.offers('XZ01');
      t.match(newest, { number: 4, kind: 'full' });
      t.same(more, []);
      const take = (site: string) =>
        deps.db.transaction((tx) => services.preparation.packages.taken(tx, site, newest?.package ?? ''));
      await take('XZ02');
      t.same(await states(), ['XZ01 published', 'XZ03 unenrolled'], 'another site takes nothing');
      // The box's ledger says that it was taken.
      const stored = await services.preparation.packages.require(newest?.package ?? '');
      const { header, signature, sha256 } = stored;
      const body = { header: JSON.parse(header) as object, signature, sha256, way: 'stick', releases: [] };
      const ledger = new LedgerSite('XZ01', box.box, box.key);
      ledger.events.push(canonicalize({ at: 0, body, kind: 'PACKAGE_TAKEN', wall: hq.time.wall() }) ?? '');
      await ledger.signIn(hq);
      t.match(await ledger.send(hq, await ledger.batch(hq, 0, 0)), { state: 'taken' });
      await services.judging.judge();
      t.same(await states(), ['XZ01 fetched', 'XZ03 unenrolled'], 'carried on a stick');
      const query = { state: 'fetched' as const, query: 'xz' };
      t.match(await officer.call('GET /api/v1/officer/exams/:exam/packages', { exam }, { query }), {
        total: 1,
        rows: [{ site: 'XZ01', latest: { number: 4 } }],
        next: null,
      });
      const page = await officer.call(
        'GET /api/v1/officer/exams/:exam/packages',
        { exam },
        { query: { limit: 2, query: 'xz' } },
      );
      t.match(page, { total: 4, next: 'XZ02', rows: [{ site: 'XZ01' }, { site: 'XZ02' }] });
      const rest = await officer.call(
        'GET /api/v1/officer/exams/:exam/packages',
        { exam },
        { query: { limit: 2, query: 'xz', after: page.next ?? '' } },
      );
      t.match(rest, { next: null, rows: [{ site: 'XZ03' }, { site: 'XZ04' }] });
    },
  );

  await t.test(
    'papers stay while a session or a package has them; bad ones are told by the line',
    async (t) => {
      const remove = (one: string) => officer.refused('DELETE /api/v1/officer/papers/:paper', { paper: one });
      t.equal(await remove(paper), 'thing/in-use');
      const planned = { ...sessionBody(hq, paper), plannedStart: session.plannedStart };
      const body = { ...planned, subjects: planned.subjects.map((one) => ({ ...one, papers: [] })) };
      const before = await services.preparation.sessions.require(session.session);
      await officer.call('PUT /api/v1/officer/sessions/:session', { session: session.session }, { body });
      const after = await services.preparation.sessions.require(session.session);
      t.not(after.keys, before.keys, 'other papers: sealed anew');
      t.equal(after.recipient, before.recipient, 'for the same release identity');
      t.equal(await remove(paper), 'hq/paper-published');
      const unused = await addPaper(officer, exam, 'yw');
      await officer.call('DELETE /api/v1/officer/papers/:paper', { paper: unused });
      t.equal(await remove(unused), 'thing/not-found');
      const query = { subject: 'yw', label: '坏', file: 'bad.csv' };
      const bad = await officer.call(
        'POST /api/v1/officer/exams/:exam/papers',
        { exam },
        { query, body: Buffer.from('题型,题目,答案\n飞行题,?,A\n') },
      );
      t.equal(bad.paper, null);
      t.ok(bad.faults.some(({ severity, line }) => severity === 'error' && line === 2));
      const unknown = { query: { ...query, subject: 'none' }, body: Buffer.from('x') };
      t.equal(
        await officer.refused('POST /api/v1/officer/exams/:exam/papers', { exam }, unknown),
        'session/subject',
      );
      t.equal((await officer.call('GET /api/v1/officer/exams/:exam', { exam })).papers.length, 1);
    },
  );
});
