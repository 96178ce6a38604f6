/** A receipt can be checked at headquarters, whoever holds it. */
import { sql } from 'drizzle-orm';
import t from 'tap';
import { startTestHq } from '#hq/test/harness.ts';
import { addSamplePaper, sampleSite } from '#hq/test/sample-site.testing.ts';

t.test('a receipt is genuine, proved, and says so to anybody with its code', async (t) => {
  const hq = await startTestHq(t);
  const officer = await hq.officer();
  await addSamplePaper(hq);
  const site = sampleSite(t, 'XZ01', { candidates: 2, revisions: 20 });
  await site.enrol(hq, officer);
  await site.signIn(hq);
  const submitted = site.events
    .map((text) => JSON.parse(text) as { kind: string; body: { receipt: { code: string; name: string } } })
    .filter(({ kind }) => kind === 'ATTEMPT_SUBMITTED');
  const { code, name } = submitted[0]?.body.receipt ?? { code: '', name: '' };
  const check = async (typed: string) => {
    const response = await hq.inject(`/api/v1/receipts/${encodeURIComponent(typed)}`);
    return { status: response.statusCode, body: response.json() as Record<string, unknown> };
  };
  t.match(await check(code), { status: 404, body: { code: 'receipt/unknown' } }, 'before its batch has come');
  await site.send(hq, await site.batch(hq, 0, site.events.length - 1));
  await hq.hq.services.judging.judge();

  const found = await check(code);
  t.match(found, { status: 200, body: { state: 'genuine', siteName: '考点 XZ01', proof: 'agrees' } });
  t.match(found.body, { receipt: { receipt: { code, name } } });
  t.match(await check(code.toLowerCase().replaceAll('-', ' ')), { status: 200 }, 'as people type it');
  t.match(await check(code.replace(/.$/, (last) => (last === '0' ? '1' : '0'))), { status: 404 });

  await hq.hq.deps.db.rows(sql`UPDATE attempt SET agrees = false`);
  t.match(await check(code), { body: { proof: 'differs' } }, 'what was rebuilt here says otherwise');
  await hq.hq.deps.db.rows(sql`UPDATE receipt SET receipt = jsonb_set(receipt, '{answered}', '99')`);
  t.match(await check(code), { body: { code: 'receipt/unknown' } }, 'one that no box of the site signed');
});
