import t from 'tap';
import type { EventBody } from '#protocol/events.schema.ts';
import { EVENTS } from '#protocol/events.schema.ts';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';
import { addExam, addPaper, beginAttempt } from '#server/test/prepare.testing.ts';
import { shownBody } from './log-bodies.ts';

t.test('the log is read from its end, page by page, by kind and by attempt', async (t) => {
  const box = await build(t);
  const { exam, people } = await addExam(box.deps, { '0101': 2 });
  const [one, two] = people['0101'] ?? [];
  const { staff } = await box.signIn('chief');
  for (let i = 0; i < 5; i++)
    await box.deps.ledger.append([
      { kind: 'EXAM_SAVED', body: { exam, name: `第 ${i} 次` }, by: { staff, address: '10.0.0.1' } },
    ]);
  const place = { sitting: newId('sitting'), room: newId('room') };
  const attempts = [
    await beginAttempt(box.deps, { entry: one?.entry ?? '', ...place, seat: '01' }),
    await beginAttempt(box.deps, { entry: two?.entry ?? '', ...place, seat: '02' }),
  ] as const;
  for (const attempt of [attempts[0], attempts[1], attempts[0]])
    await box.deps.ledger.append([{ kind: 'IDENTITY_CONFIRMED', attempt, body: {} }]);
  await box.deps.ledger.append([{ kind: 'CLOCK_ANCHOR', body: box.deps.clock.anchor() }]);

  const read = async (query: object) =>
    (await box.call('GET /api/v1/console/log', { as: 'auditor', query })).answer;
  const all = await read({ limit: 500 });
  t.ok(all.length > 8);
  t.same(
    all.map(({ seq }) => seq),
    all.map(({ seq }) => seq).sort((a, b) => b - a),
    'newest first',
  );
  t.notOk(
    all.some(({ kind }) => kind === 'CLOCK_ANCHOR'),
    'anchors only when they are asked for',
  );
  t.equal((await read({ kind: 'CLOCK_ANCHOR' })).length, 1);

  const paged: number[] = [];
  for (
    let page = await read({ limit: 3 });
    page.length > 0;
    page = await read({ limit: 3, before: paged.at(-1) ?? 0 })
  )
    paged.push(...page.map(({ seq }) => seq));
  t.same(
    paged.slice(-all.length),
    all.map(({ seq }) => seq).slice(-paged.length),
    'pages join without gap or repeat',
  );
  t.equal(new Set(paged).size, paged.length);

  const exams = await read({ kind: 'EXAM_SAVED' });
  t.equal(exams.length, 6);
  t.match(exams[0], { staff, staffName: 'chief 某', address: '10.0.0.1', body: { exam, name: '第 4 次' } });

  const of = await read({ attempt: attempts[0] });
  t.same(
    of.map(({ kind }) => kind),
    ['IDENTITY_CONFIRMED', 'IDENTITY_CONFIRMED', 'CANDIDATE_LOGGED_IN'],
  );
  t.ok(of.every(({ attempt }) => attempt === attempts[0]));
  const first = await read({ attempt: attempts[0], limit: 1 });
  const rest = await read({ attempt: attempts[0], before: first[0]?.seq ?? 0 });
  t.same([...first, ...rest], of);
  t.same(box.services.log.ofAttempt(attempts[0], 2), of.slice(0, 2));
  const unknown = await box.call('GET /api/v1/console/log', {
    as: 'auditor',
    query: { attempt: newId('attempt') },
  });
  t.equal(unknown.code, 'thing/not-found');
  for (const query of [{ limit: 501 }, { attempt: 'at_1' }, { secrets: true }])
    t.equal(
      (await box.call('GET /api/v1/console/log', { as: 'auditor', query: query as never })).code,
      'request/invalid',
    );
});

t.test('nothing of a candidate, an answer or a key is in it', async (t) => {
  const box = await build(t);
  const { exam, people } = await addExam(box.deps, { '0101': 1 });
  const person = people['0101']?.[0];
  const paper = await addPaper(box.deps, exam, '0101');
  const place = { sitting: newId('sitting'), room: newId('room'), seat: '01' };
  await beginAttempt(box.deps, { entry: person?.entry ?? '', ...place });
  await box.deps.ledger.append([
    { kind: 'LOGIN_REFUSED', body: { number: '9876', machine: null, code: 'login/not-found' } },
    { kind: 'STAFF_SIGN_IN_FAILED', body: { login: 'my-password-typed-here', code: 'auth/failed' } },
  ]);
  const rows = (await box.call('GET /api/v1/console/log', { as: 'auditor', query: { limit: 500 } })).answer;
  const text = JSON.stringify(rows);
  for (const secret of [
    person?.name,
    person?.idNumber,
    `"${person?.ticket}"`,
    '9876',
    'my-password',
    'recipient',
    'BBBBBB',
  ])
    t.notOk(text.includes(secret ?? ''), `no ${secret}`);
  t.ok(text.includes(paper));
  t.match(
    rows.find(({ kind }) => kind === 'ROSTER_IMPORTED'),
    { body: { entries: 1, subjects: [{ code: '0101' }] } },
  );
});

t.test('bodies of answers and receipts lose their content', async (t) => {
  const revision: EventBody<'ANSWER_REVISED'> = {
    at: 1,
    item: 'Q1',
    op: { t: 'splice', resp: 'R', at: 0, del: 0, ins: '机密答案' },
    prev: 'A'.repeat(43),
    rev: 7,
    stream: 'at_0000000000000001.1',
  };
  t.same(shownBody('ANSWER_REVISED', revision), {
    stream: revision.stream,
    rev: 7,
    item: 'Q1',
    op: 'splice',
  });
  t.same(shownBody('REVISION_QUARANTINED', { revision, lane: 'late' }), {
    stream: revision.stream,
    rev: 7,
    item: 'Q1',
    lane: 'late',
  });
  t.same(
    shownBody('UPLOAD_STORED', {
      item: 'Q1',
      resp: 'R',
      name: '张三的作文.docx',
      type: 'text/plain',
      bytes: 3,
      sha256: '0'.repeat(64),
    }),
    { item: 'Q1', resp: 'R', type: 'text/plain', bytes: 3 },
  );
  const receipt = { answered: 3, revisions: 9, name: '张三', ticket: 'T1', code: 'ABCD', digest: 'D' };
  t.same(
    shownBody('ATTEMPT_SUBMITTED', {
      stream: 's',
      rev: 9,
      agrees: true,
      at: 5,
      sig: 'x',
      receipt,
      receiptSig: 'y',
    }),
    {
      stream: 's',
      rev: 9,
      agrees: true,
      at: 5,
      answered: 3,
      revisions: 9,
    },
  );
  t.same(shownBody('SOMETHING_NEW', { secret: 1 }), {}, 'a kind of a newer version shows nothing');
  t.same(shownBody('constructor', { secret: 1 }), {});
  // No kind shows a field that is called like a secret, whatever else it shows.
  for (const kind of Object.keys(EVENTS)) {
    const fields = Object.keys((EVENTS as Record<string, { properties: object }>)[kind]?.properties ?? {});
    const body = Object.fromEntries(
      fields.map((field) => [
        field,
        field === 'op' ? { t: 'x' } : field === 'receipt' || field === 'revision' ? {} : [],
      ]),
    );
    for (const field of [
      'idNumber',
      'ticket',
      'number',
      'key',
      'manifest',
      'manifestSig',
      'receipt',
      'receiptSig',
      'sig',
      'contact',
    ])
      t.notOk(field in shownBody(kind, body), `${kind} ${field}`);
  }
});
