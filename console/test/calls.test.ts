/** The typed calls are those of the contract's routes: a slip in a path shows here, not at the candidate's site. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { ROUTES } from '#protocol/routes.ts';

const PROTOCOL = path.resolve(import.meta.dirname, '../../protocol');
/** Resumable uploads have a protocol of their own (tus), and no typed call. */
const UPLOADS = '/api/v1/console/uploads';

t.test('every console route has its call, and every call its route', async (t) => {
  const files = ['console.calls.ts', 'evidence.calls.ts', 'delivery.calls.ts'];
  const text = (await Promise.all(files.map((file) => readFile(path.join(PROTOCOL, file), 'utf8')))).join(
    '\n',
  );
  const calls = [...text.matchAll(/^ {2}'((?:GET|POST|PUT|DELETE) [^']+)'/gm)].map(([, key]) => key ?? '');
  const routes = ROUTES.map(({ method, path: at }) => `${method} ${at}`);
  t.same(
    calls.filter((key) => !routes.includes(key)),
    [],
  );
  const console = routes.filter(
    (key) => key.includes('/api/v1/console/') && !key.endsWith('/socket') && !key.includes(UPLOADS),
  );
  t.same(
    console.filter((key) => !calls.includes(key)),
    [],
  );
});
