/** Requests: re-sits and addenda, decided by headquarters' signed word or by the chief where a chief may. */
import canonicalize from 'canonicalize';
import t, { type Test } from 'tap';
import { generateBoxKey, sign } from '#node/signing/box-key.ts';
import { DECISION_PURPOSE, type Decision } from '#protocol/hq.ts';
import { newId } from '#server/platform/ids.ts';
import { Turns } from '#server/platform/turns.ts';
import { RequestsService } from '#server/requests/requests.service.ts';
import { build } from '#server/test/harness.ts';
import { addExam } from '#server/test/prepare.testing.ts';
import { requestsRoutes } from './requests.routes.ts';

const hq = generateBoxKey();

async function site(t: Test, { connected = false } = {}) {
  let requests: RequestsService | undefined;
  const box = await build(t, {
    routes: (app, deps) => {
      requests = new RequestsService(deps, new Turns());
      requestsRoutes(app, requests);
    },
  });
  const { exam, people } = await addExam(box.deps, { YW: 3 });
  if (connected)
    await box.deps.ledger.append([], {
      local: [
        {
          t: 'hq',
          url: 'http://127.0.0.1:1',
          site: '5401-001',
          name: '总部',
          key: hq.publicKey,
          recipients: '[]',
          ca: '',
          wall: 1,
        },
      ],
    });
  if (!requests) throw new Error('routes were not made');
  return { box, exam, people: people['YW'] ?? [], requests };
}

const wanted = {
  ticket: 'T9',
  name: '欧阳·雨桐',
  gender: 'female',
  idNumber: '11010519491231002X',
  school: '二中',
  subject: 'YW',
} as const;

t.test('somebody new on the day: asked by one, approved by another, on the roster at once', async (t) => {
  const { box, exam } = await site(t);
  const ask = (entry: Record<string, string>) =>
    box.call('POST /api/v1/console/requests', {
      as: 'administrator',
      body: { kind: 'addendum', exam, reason: '名单漏报', entry: { ...wanted, ...entry } as typeof wanted },
    });
  t.equal((await ask({ idNumber: '110105194912310021' })).code, 'request/entry', 'a wrong check digit');
  t.equal((await ask({ ticket: 'T1' })).code, 'request/ticket-taken');
  t.equal((await ask({ subject: 'SX' })).code, 'request/entry', 'a subject that is not examined');
  const { answer } = await ask({});
  t.match(answer, { state: 'asked', person: { name: '欧阳·雨桐', ticket: 'T9' } });
  const decide = (as: 'administrator' | 'chief', granted = true) =>
    box.call('POST /api/v1/console/requests/:request/decide', {
      as,
      params: { request: answer.request },
      body: { granted, reason: '证件已核对' },
    });
  t.equal((await decide('administrator')).status, 403, 'an administrator only asks');
  t.match((await decide('chief')).answer, { state: 'granted', by: 'chief' });
  t.equal((await decide('chief')).code, 'request/decided');
  const { answer: entries } = await box.call('GET /api/v1/console/exams/:exam/entries', {
    as: 'administrator',
    params: { exam },
    query: {},
  });
  t.equal(entries.find(({ ticket }) => ticket === 'T9')?.name, '欧阳·雨桐');
});

t.test(
  'a wrong name is corrected: the same entry, the same person; nothing to correct is refused',
  async (t) => {
    const { box, exam } = await site(t);
    const before = await box.call('POST /api/v1/console/requests', {
      as: 'administrator',
      body: { kind: 'addendum', exam, reason: '漏报', entry: wanted },
    });
    const decide = (request: string, granted: boolean) =>
      box.call('POST /api/v1/console/requests/:request/decide', {
        as: 'chief',
        params: { request },
        body: { granted, reason: '核对' },
      });
    await decide(before.answer.request, true);
    const same = await box.call('POST /api/v1/console/requests', {
      as: 'administrator',
      body: { kind: 'addendum', exam, reason: '更正', entry: wanted },
    });
    t.equal(same.code, 'request/unchanged');
    const corrected = await box.call('POST /api/v1/console/requests', {
      as: 'administrator',
      body: { kind: 'addendum', exam, reason: '更正', entry: { ...wanted, name: '欧阳雨桐' } },
    });
    t.equal(corrected.answer.entry?.entry, before.answer.entry?.entry);
    await decide(corrected.answer.request, false);
    const name = () =>
      box.statements.get<{ name: string }>('SELECT name FROM candidate WHERE id_number = ?', wanted.idNumber)
        ?.name;
    t.equal(name(), '欧阳·雨桐', 'refused: as it was');
    const again = await box.call('POST /api/v1/console/requests', {
      as: 'administrator',
      body: { kind: 'addendum', exam, reason: '更正', entry: { ...wanted, name: '欧阳雨桐' } },
    });
    await decide(again.answer.request, true);
    t.equal(name(), '欧阳雨桐');
  },
);

t.test('where there is a headquarters, it grants re-sits: signed, for this site, once', async (t) => {
  const { box, exam, people, requests } = await site(t, { connected: true });
  const [absent] = people;
  if (!absent) throw new Error('nobody is there');
  const session = newId('session');
  const sitting = newId('sitting');
  const room = newId('room');
  await box.deps.ledger.append([
    {
      kind: 'SEATING_DRAWN',
      body: {
        session,
        mode: 'order',
        algorithm: 'x',
        seed: 's',
        assignments: [{ entry: absent.entry, sitting, room, seat: '1', version: 'A', orderSeed: 'o' }],
        unmet: [],
      },
    },
  ]);
  const body = {
    kind: 'resit',
    exam,
    reason: '突发疾病',
    person: absent.entry,
  } as const;
  const ask = () => box.call('POST /api/v1/console/requests', { as: 'chief', body });
  t.equal((await ask()).code, 'request/not-absent', 'entry is not closed yet');
  box.deps.bus.emit('session', { session });
  await box.deps.ledger.append([
    {
      kind: 'SESSION_SAVED',
      body: {
        session,
        exam,
        name: '上午',
        plannedStart: 1,
        subjects: ['YW'],
        policy: { lateEntryMs: 0, earliestSubmitMs: 0, sharedAddress: 'refuse', pledgeZh: '', pledgeEn: '' },
      },
    },
    { kind: 'SITTING_SAVED', body: { sitting, session, subject: 'YW', room, papers: [], durationMs: 1 } },
    { kind: 'ENTRY_CLOSED', body: { sitting, absent: [absent.entry] } },
  ]);
  const { answer } = await ask();
  t.equal((await ask()).code, 'request/asked-already');
  const { cookie } = await box.signIn('chief');
  const byChief = await box.call('POST /api/v1/console/requests/:request/decide', {
    as: { cookie },
    params: { request: answer.request },
    body: { granted: true, reason: 'x' },
  });
  t.equal(byChief.code, 'request/above');

  const decision: Decision = {
    v: 1,
    number: 1,
    site: '5401-001',
    request: answer.request,
    granted: true,
    reason: '同意补考',
    officer: '王处长',
    hq: hq.publicKey,
    at: 1_795_000_000_000,
  };
  const signed = (of: Decision, key = hq) => {
    const text = canonicalize(of) ?? '';
    return { text, signature: sign(key, DECISION_PURPOSE, Buffer.from(text)) };
  };
  const refused = async (document: { text: string; signature: string }, what: string) =>
    t.rejects(requests.takeDecision(document), { code: 'request/decision' }, what);
  await refused(signed(decision, generateBoxKey()), 'signed by somebody else');
  await refused(signed({ ...decision, site: '5401-002' }), 'another site');
  await refused(
    { ...signed(decision), text: signed({ ...decision, reason: 'x' }).text },
    'changed afterwards',
  );
  await requests.takeDecision(signed(decision));
  t.match(requests.list()[0], { state: 'granted', by: 'headquarters', answer: '同意补考' });
  const events = box.deps.ledger.size;
  await requests.takeDecision(signed({ ...decision, number: 2 }));
  t.equal(box.deps.ledger.size, events, 'a second time changes nothing');

  const other = { session: newId('session'), exam };
  const { selectPeople } = await import('#server/exams/sessions.repo.ts');
  const seatable = selectPeople(box.statements, other, ['YW']).map(({ entry }) => entry);
  t.ok(seatable.includes(absent.entry), 'he may be seated in another session');
  t.equal(selectPeople(box.statements, { session, exam }, ['YW']).length, 3);
});
