import t from 'tap';
import type { ExamRow, SessionDetail } from '#protocol/console.ts';
import { bodyOf, draftOf } from './draft.ts';

const exam = { exam: 'ex_1', subjects: [{ code: '01' }] } as ExamRow; // the rest does not matter here
const ZONE = 'Asia/Shanghai';

t.test('a portrait is asked for only where it was ticked, and stays ticked', async (t) => {
  const draft = { ...draftOf(null, exam, ZONE), name: 'Morning', start: '2026-06-08T09:00' };
  t.equal(draft.portrait, false);
  t.notOk('portrait' in (bodyOf(draft, 'ex_1', ZONE)?.policy ?? {}));
  const body = bodyOf({ ...draft, portrait: true }, 'ex_1', ZONE);
  t.equal(body?.policy?.portrait, true);
  const saved = { ...body, subjects: ['01'] } as SessionDetail; // as the box gives it back
  t.equal(draftOf(saved, exam, ZONE).portrait, true);
});
