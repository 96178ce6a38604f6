import t from 'tap';
import { mayRetry, percent, RETRY_DELAYS_MS, uploadName } from './retry.ts';

t.test('a lost line is waited for; a refusal is told', async (t) => {
  for (const status of [0, 409, 423, 429]) t.ok(mayRetry(status, 300), `${status} mends itself`);
  for (const status of [400, 401, 403, 404, 410, 413]) t.notOk(mayRetry(status, 0), `${status} does not`);
  t.ok(mayRetry(503, 0));
  t.notOk(mayRetry(503, 4), 'a box that keeps failing is no lost line');
});

t.test('the first try comes soon, and there are tries for an hour', async (t) => {
  t.ok((RETRY_DELAYS_MS[0] ?? 0) <= 1_000);
  t.ok(RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0) >= 3_600_000);
  t.ok(Math.max(...RETRY_DELAYS_MS) <= 5_000, 'a line that is back is used within five seconds');
});

t.test('100 % means that everything is there', async (t) => {
  t.equal(percent(0, 10), 0);
  t.equal(percent(9_999, 10_000), 99);
  t.equal(percent(10_000, 10_000), 100);
  t.equal(percent(0, 0), 0);
});

t.test('the name of an upload is the end of its address', async (t) => {
  t.equal(uploadName('https://box.test/api/v1/console/uploads/00ff'), '00ff');
  t.equal(uploadName('/api/v1/console/uploads/00ff?x=1'), '00ff');
});
