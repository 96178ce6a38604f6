import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import { countAnswers } from '#server/ledger/delete-answers.ts';
import { verifyLedger } from '#server/ledger/verify.ts';
import { Turns } from '#server/platform/turns.ts';
import { readAnswers } from '#server/reports/facts.answers.ts';
import { EventFactsReader } from '#server/reports/facts.events.ts';
import { SessionFactsReader } from '#server/reports/facts.session.ts';
import { RetentionService } from './retention.service.ts';
import { CANARY, DAYS, RetentionBox } from './retention.testing.ts';

const DAY = 24 * 3_600_000;
const GET = 'GET /api/v1/console/sessions/:session/purge';
const ASK = 'POST /api/v1/console/sessions/:session/purge';
const CONFIRM = 'POST /api/v1/console/sessions/:session/purge/confirm';

t.test('a session is deleted by two people when headquarters has it and its time is over', async (t) => {
  const made = await RetentionBox.make(t);
  const { box, site, otherSession, otherSitting } = made;
  const { deps } = box;
  const params = { session: site.session };
  const administrator = await made.signIn('administrator');
  const chief = await made.signIn('chief');
  const invigilator = await made.signIn('invigilator');
  const state = async () => (await box.call(GET, { as: chief, params })).answer;
  const asked = async (as = administrator) =>
    (await box.call(ASK, { as, params, body: { reason: '期限已满' } })).code;
  const confirmed = async (as = chief) => (await box.call(CONFIRM, { as, params })).code;
  /** Everybody is told the same, before and after somebody asks. */
  const held = async (t: Test, hold: string, what: string) => {
    t.equal((await state()).hold, hold, what);
    t.equal(await asked(), hold, `${what}: nobody may ask`);
  };

  await made.start(site.sitting);
  const [first, second] = [await made.write(0, site.sitting), await made.write(1, site.sitting)];
  const photos = await made.photo(site.session, 'photo');
  const own = await made.material(site.session, 'own');
  const shared = await made.material(site.session, 'shared');
  t.equal(await made.material(otherSession, 'shared'), shared, 'the same bytes in both sessions');
  const [face, twice] = await made.registered(0, 1);
  const upload = await made.upload(first, 'essay.docx');
  const report = await made.report(site.session, 'answers');
  const otherReport = await made.report(otherSession, 'of the other session');
  const goes = [...photos, own, face ?? '', upload, report];
  const stays = [shared, twice ?? '', otherReport];

  await t.test('not before its time', async (t) => {
    await held(t, 'purge/no-headquarters', 'no headquarters');
    await made.connect();
    await held(t, 'purge/running', 'candidates write');
    await made.submit(first, 0, site.sitting);
    await made.timeUp(second);
    await made.quarantine(second);
    await held(t, 'purge/running', 'the sitting runs');
    await made.end(site.sitting);
    await held(t, 'purge/not-acknowledged', 'nothing has a receipt');
    await made.forge(() => {
      t.equal(
        made.retention.state(site.session).hold,
        'purge/not-acknowledged',
        'a receipt of somebody else',
      );
    });
    await made.receive();
    await held(t, 'purge/not-acknowledged', 'headquarters lacks files');
    box.time.pass(DAY);
    await made.receiveMedia();
    await held(t, 'purge/too-early', 'the time of keeping begins with the last receipt');
    t.equal((await state()).from, box.time.wallMs() + DAYS * DAY);
    box.time.pass(DAYS * DAY - 1);
    await held(t, 'purge/too-early', 'a moment before');
    box.time.pass(1);
    await made.start(otherSitting);
    await held(t, 'purge/running', 'another session is under way');
    await made.end(otherSitting);
    t.match(await state(), {
      hold: null,
      days: DAYS,
      photos: 2,
      uploads: 1,
      materials: 1,
      registered: 1,
      reports: 1,
      attempts: 2,
      answers: 37,
      asked: null,
      done: null,
    });
  });

  await t.test('not by one person, and not by anybody', async (t) => {
    t.equal(await confirmed(), 'purge/none-asked');
    t.equal(await asked(invigilator), 'auth/forbidden');
    t.equal(await asked(), '');
    t.match((await state()).asked, { staff: administrator.staff, reason: '期限已满' });
    t.equal(await asked(chief), 'purge/asked-already');
    t.equal(await confirmed(administrator), 'purge/same-person');
    t.equal(await confirmed(invigilator), 'auth/forbidden');
    const unknown = { session: 'se_0000000000000009' };
    t.equal((await box.call(GET, { as: chief, params: unknown })).code, 'thing/not-found');
    t.ok(goes.every(existsSync), 'everything is still here');
  });

  await t.test('then what was asked for is gone, and nothing else', async (t) => {
    t.equal(await confirmed(), '');
    t.same(goes.filter(existsSync), []);
    t.same(
      stays.filter((path) => !existsSync(path)),
      [],
    );
    const left = await made.find('kanarienvogel');
    t.equal(left.length, stays.length, `only what others need: ${left}`);
    t.same(
      left.filter((name) => name.startsWith('site.db')),
      [],
      'neither the database nor its log has a word of it',
    );
    t.match(await state(), { photos: 0, uploads: 0, reports: 0, answers: 0, asked: null, finishing: false });
    t.match((await state()).done, { files: 7, attempts: 2 });
    t.equal(await confirmed(), 'purge/none-asked');
    t.equal(await asked(), 'purge/nothing-left');
  });

  await t.test('the ledger still proves itself', async (t) => {
    const report = verifyLedger(deps.folder.root);
    t.same(report.faults, []);
    t.match(report.signatures, { heads: 2, submissions: 1, receipts: 1 });
  });

  await t.test('who reads answers is told that they are gone', async (t) => {
    const { statements, services } = box;
    const list = services.log.ofAttempt(first.attempt, 100);
    const answers = list.filter(({ kind }) => kind === 'ANSWER_REVISED');
    t.equal(answers.length, 18);
    t.ok(
      answers.every(({ wall, body, attempt }) => wall === null && body === null && attempt === first.attempt),
    );
    t.ok(list.some(({ kind, wall }) => kind === 'ATTEMPT_SUBMITTED' && wall !== null));
    const before = answers[0]?.seq ?? 0;
    t.equal(services.log.list({ attempt: first.attempt, before, limit: 1 })[0]?.kind, 'ANSWER_REVISED');
    await t.rejects(readAnswers(statements, services.sealed, first.attempt, null), {
      code: 'purge/answers-gone',
    });
    const facts = new SessionFactsReader(deps.db).read(site.session, null, deps.clock.elapsed());
    const { events, revisions } = new EventFactsReader(deps.db).timeline(facts, {
      attempt: second.attempt,
      incident: null,
    });
    t.match(revisions, { count: 18, firstWall: null, lastWall: null }, 'how many there were');
    t.ok(
      events.some(({ kind, leaf }) => kind === 'CANDIDATE_LOGGED_IN' && leaf !== ''),
      'the evidence is told without them',
    );
  });

  await t.test('what comes later can be deleted later', async (t) => {
    const [late = ''] = await made.photo(site.session, 'late');
    t.match(await state(), { hold: 'purge/not-acknowledged', photos: 2, attempts: 0 });
    await made.receive();
    await made.receiveMedia();
    box.time.pass(DAYS * DAY);
    t.equal(await asked(chief), '');
    t.equal(await confirmed(administrator), '');
    t.notOk(existsSync(late));
    t.same(verifyLedger(deps.folder.root).faults, []);
  });

  await t.test('a crash after the commit: the next start deletes the files and wipes the rest', async (t) => {
    const third = await made.write(2, otherSitting);
    await made.timeUp(third);
    const lastSeq = box.statements.get<{ seq: number }>(
      'SELECT last_seq AS seq FROM attempt WHERE attempt = ?',
      third.attempt,
    )?.seq;
    const files = [shared, twice ?? ''].map((path) => path.slice(-64));
    const purge = 'pu_0000000000000007';
    await deps.ledger.append([{ kind: 'PURGE_ASKED', body: { purge, session: otherSession, reason: 'x' } }]);
    const body = {
      purge,
      session: otherSession,
      files: [...files, 'f'.repeat(64)],
      attempts: [third.attempt],
      events: countAnswers(deps.db, lastSeq ?? 0),
      acknowledged: 1,
    };
    await deps.ledger.append([{ kind: 'DATA_PURGED', body }], {
      local: [{ t: 'box', key: 'purge-left', value: `files:${purge}` }],
    });
    t.ok((await state()).finishing);
    t.ok(existsSync(shared), 'committed, and nothing deleted yet');

    const next = new RetentionService(deps, new Turns());
    t.teardown(() => next.stop());
    const running = await made.another();
    await next.start();
    t.ok((await state()).finishing, 'while candidates write, the database is left alone');
    await made.end(running);
    await next.start();
    t.notOk(existsSync(shared) || existsSync(twice ?? ''));
    t.ok(existsSync(otherReport), 'what the event does not name stays');
    t.notOk((await state()).finishing);
    t.same((await made.find(CANARY)).length, 1);
    t.same(verifyLedger(deps.folder.root).faults, []);
  });
});
