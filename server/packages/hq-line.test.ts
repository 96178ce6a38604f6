/** What headquarters' answers mean for packages and releases. */
import type { IncomingHttpHeaders } from 'node:http';
import t from 'tap';
import { BoxError } from '#server/platform/box-error.ts';
import type { HqClient } from '#server/sync/hq-client.ts';
import { askPackage, askRelease } from './hq-line.ts';

async function* nothing(): AsyncGenerator<Buffer> {}

t.test('a package goes on where it was, begins anew, or is not there', async (t) => {
  const asked: [string, number][] = [];
  const answers = (status: number, headers: IncomingHttpHeaders) => () =>
    ({
      download: async (path: string, from: number) => {
        asked.push([path, from]);
        if (status === 404 || status === 503)
          throw new BoxError(status === 404 ? 'sync/refused' : 'sync/full', { status });
        return { status, headers, body: nothing() };
      },
    }) as unknown as HqClient; // the one call that is asked of it
  t.equal((await askPackage(answers(206, { 'content-range': 'bytes 700-899/900' }), 'pk_1', 700)).from, 700);
  t.same(asked, [['/api/v1/site/packages/pk_1', 700]]);
  t.equal((await askPackage(answers(200, {}), 'pk_1', 700)).from, 0);
  await t.rejects(askPackage(answers(206, {}), 'pk_1', 700), { code: 'package/cut' }, 'which bytes?');
  await t.rejects(askPackage(answers(416, {}), 'pk_1', 700), { code: 'package/cut' });
  await t.rejects(askPackage(answers(404, {}), 'pk_1', 0), { code: 'package/not-offered' });
  await t.rejects(askPackage(answers(503, {}), 'pk_1', 0), { code: 'sync/full' });
});

t.test('a release comes, or headquarters says why not', async (t) => {
  const answers = (status: number, body: unknown) => () =>
    ({
      ask: async () => ({ status, body: Buffer.from(JSON.stringify(body)) }),
    }) as unknown as HqClient; // as above
  const document = { text: '{}', signature: 'A'.repeat(86) };
  t.same(await askRelease(answers(200, document), 'se_1'), document);
  await t.rejects(askRelease(answers(200, { text: 1 }), 'se_1'), { code: 'sync/lying' });
  await t.rejects(askRelease(answers(404, { code: 'release/none' }), 'se_1'), { code: 'release/none' });
  await t.rejects(askRelease(answers(403, { code: 'release/no-such-code' }), 'se_1'), {
    code: 'sync/refused',
  });
  await t.rejects(askRelease(answers(503, {}), 'se_1'), { code: 'sync/full' });
});
