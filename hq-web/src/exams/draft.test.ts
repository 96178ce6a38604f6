import t from 'tap';
import { bodyOf, draftOf, fromField, missingOf, toField } from './draft.ts';
import type { ExamDetail } from './words.ts';

const PAPER = 'pa_0000000000000001';
const exam: ExamDetail = {
  exam: 'ex_0000000000000001',
  name: '期末',
  entries: 0,
  sites: { all: 0, unenrolled: 0, none: 0, outdated: 0, published: 0, fetched: 0 },
  subjects: [
    { code: 'SX', name: '数学', entries: 0, papers: 1 },
    { code: 'YW', name: '语文', entries: 0, papers: 0 },
  ],
  papers: [
    {
      paper: PAPER,
      subject: 'SX',
      label: '数学 A',
      items: 3,
      bytes: 9,
      source: 'a.zip',
      added: 0,
      usedBy: 0,
    },
  ],
  sessions: [],
};
const START = '2026-06-07T09:00';

t.test('a field keeps a time to the minute', async (t) => {
  t.equal(toField(fromField(START) ?? 0), START);
  t.equal(fromField('tomorrow'), null);
});

t.test(
  'a new session begins with the subjects that have a paper, half an hour before its start',
  async (t) => {
    const draft = { ...draftOf(null, exam), name: '上午', start: START };
    const body = bodyOf(draft);
    t.same(body?.subjects, [
      { code: 'SX', durationMs: 120 * 60_000, papers: [{ version: 'A', paper: PAPER }] },
    ]);
    t.equal(body?.releaseAt, (fromField(START) ?? 0) - 30 * 60_000);
    t.same([body?.n, body?.m], [2, 3]);
  },
);

t.test('a session comes back from its form as it was', async (t) => {
  const body = bodyOf({ ...draftOf(null, exam), name: '上午', start: START, portrait: true });
  if (!body) return t.fail('no body');
  const row = { ...body, session: 'se_0000000000000001', released: false, codesMade: null };
  for (const releaseAt of [body.releaseAt, null, body.plannedStart - 60_000])
    t.same(bodyOf(draftOf({ ...row, releaseAt }, exam)), { ...body, releaseAt });
});

t.test('what is missing is named', async (t) => {
  const good = { ...draftOf(null, exam), name: '上午', start: START };
  const subject = good.subjects[0];
  if (!subject) return t.fail('no subject');
  t.equal(missingOf(good), null);
  t.equal(missingOf({ ...good, subjects: [{ ...subject, papers: [''] }] }), 'papers');
  t.equal(missingOf({ ...good, subjects: [{ ...subject, chosen: false }] }), 'subjects');
  t.equal(missingOf({ ...good, n: 4 }), 'codes', 'more needed than there are');
  t.equal(missingOf({ ...good, codes: false, release: 'codes' }), 'release', 'nobody could open it');
  t.equal(missingOf({ ...good, pledgeZh: '承诺' }), 'pledge', 'in both languages or none');
  t.equal(bodyOf({ ...good, name: ' ' }), null);
});
