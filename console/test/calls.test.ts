/** The typed calls are those of the contract's routes: a slip in a path shows here, not at the candidate's site. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { ROUTES } from '#protocol/routes.ts';

const CALLS = path.resolve(import.meta.dirname, '../../protocol/console.calls.ts');

t.test('every console route has its call, and every call its route', async (t) => {
  const text = await readFile(CALLS, 'utf8');
  const calls = [...text.matchAll(/^ {2}'((?:GET|POST|PUT|DELETE) [^']+)'/gm)].map(([, key]) => key ?? '');
  const routes = ROUTES.map(({ method, path: at }) => `${method} ${at}`);
  t.same(
    calls.filter((key) => !routes.includes(key)),
    [],
  );
  const console = routes.filter((key) => key.includes('/api/v1/console/') && !key.endsWith('/socket'));
  t.same(
    console.filter((key) => !calls.includes(key)),
    [],
  );
});
