import t from 'tap';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';
import { addExam, addPaper } from '#server/test/prepare.testing.ts';

t.test('exams are made, renamed and counted', async (t) => {
  const box = await build(t);
  const as = 'administrator';
  const made = (await box.call('POST /api/v1/console/exams', { as, body: { name: '期中' } })).answer;
  t.match(made, { name: '期中', entries: 0, candidates: 0, subjects: [], sessions: 0 });
  const params = { exam: made.exam };
  const renamed = await box.call('PUT /api/v1/console/exams/:exam', { as, params, body: { name: '期末' } });
  t.equal(renamed.answer.name, '期末');

  const { exam } = await addExam(box.deps, { '0101': 3, '0202': 2 });
  await addPaper(box.deps, exam, '0101');
  await addPaper(box.deps, exam, '0909', '还没有名单的科目');
  // The same code in another exam is another subject.
  await addPaper(box.deps, made.exam, '0101');
  const listed = (await box.call('GET /api/v1/console/exams', { as })).answer;
  t.same(listed, [
    {
      exam: made.exam,
      name: '期末',
      entries: 0,
      candidates: 0,
      sessions: 0,
      subjects: [{ code: '0101', name: '0101', entries: 0, papers: 1 }],
    },
    {
      exam,
      name: '期末考试',
      entries: 5,
      candidates: 5,
      sessions: 0,
      subjects: [
        { code: '0101', name: '科目0101', entries: 3, papers: 1 },
        { code: '0202', name: '科目0202', entries: 2, papers: 0 },
        { code: '0909', name: '0909', entries: 0, papers: 1 },
      ],
    },
  ]);
  const missing = await box.call('PUT /api/v1/console/exams/:exam', {
    as,
    params: { exam: newId('exam') },
    body: { name: 'x' },
  });
  t.equal(missing.code, 'thing/not-found');
  t.equal((await box.call('POST /api/v1/console/exams', { as, body: { name: '' } })).code, 'request/invalid');
  t.equal(
    (await box.call('PUT /api/v1/console/exams/:exam', { as, params: { exam: 'ex_1' }, body: { name: 'x' } }))
      .code,
    'request/invalid',
  );
});
