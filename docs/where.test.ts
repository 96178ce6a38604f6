/** docs/WHERE.md is right: paths exist; routes and messages stand there, each with the file that handles it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROUTES } from '#protocol/routes.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const WHERE = read('docs/WHERE.md');

interface Row {
  what: string;
  code: string[];
  tests: string[];
}

const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner);

/** Rows of the tables below a heading of the second level; `code` and `tests` are their last two cells. */
function rowsOf(heading: string): Row[] {
  const section = WHERE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `') || /^\| [^|]*\S/.test(line))
    .map((line) => line.split('|').slice(1, -1))
    .filter((cells) => cells.length >= 3 && cells.some((cell) => cell.includes('`')))
    .map((cells) => ({
      what: cells.at(-3)?.trim() ?? '',
      code: quoted(cells.at(-2) ?? ''),
      tests: quoted(cells.at(-1) ?? ''),
    }));
}

const SECTIONS = [...WHERE.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);

t.test('paths exist, and what stands as a test is one', async (t) => {
  const wrong: string[] = [];
  let rows = 0;
  for (const section of SECTIONS)
    for (const { what, code, tests } of rowsOf(section)) {
      rows += 1;
      if (code.length === 0) wrong.push(`${what}: no code`);
      for (const path of [...code, ...tests])
        if (!existsSync(join(ROOT, path))) wrong.push(`${what}: ${path} is not there`);
      for (const path of tests) if (!path.endsWith('.test.ts')) wrong.push(`${what}: ${path} is no test`);
      for (const path of code) if (path.endsWith('.test.ts')) wrong.push(`${what}: ${path} is a test`);
    }
  t.same(wrong, []);
  t.ok(rows > 150, `${rows} rows`);
});

/** Whether a file of the box registers a route: the path as it stands there, whole or after the prefix of the console. */
function registers(file: string, method: string, path: string): boolean {
  const text = read(file);
  const prefix = '/api/v1/console';
  const forms = [`'${path}'`, ...(path.startsWith(prefix) ? [`\`\${C}${path.slice(prefix.length)}\``] : [])];
  if (path.endsWith('/socket')) return text.includes('SOCKET_PATH');
  // The call may stand apart from its path, which several calls share.
  return forms.some((form) => text.includes(form)) && new RegExp(`\\.${method.toLowerCase()}[(<]`).test(text);
}

t.test('every route of the contract, with the file that registers it', async (t) => {
  const rows = rowsOf('Routes');
  t.same(
    rows.map(({ what }) => quoted(what)[0]).toSorted(),
    ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted(),
    'the routes, no more and no less',
  );
  t.same(
    rows
      .filter(({ what, code: [file = ''] }) => {
        const [method = '', path = ''] = (quoted(what)[0] ?? '').split(' ');
        return !existsSync(join(ROOT, file)) || !registers(file, method, path);
      })
      .map(({ what, code }) => `${what} is not in ${code}`),
    [],
  );
});

/** The `t` of every member of a union of messages. */
function typesOf(file: string, union: string): string[] {
  const [, after = ''] = read(file).split(`export type ${union} =`);
  const body = after.split(/\n(?:export|\/\*\*)/)[0] ?? '';
  return [...body.matchAll(/\bt: '([a-z-]+)'/g)].map(([, type = '']) => type);
}

t.test('every message of both sockets, with the file that handles it', async (t) => {
  const unions = ['ClientMessage', 'ServerMessage'].map((union) => typesOf('protocol/socket.ts', union));
  unions.push(...['ConsoleMessage', 'ConsolePush'].map((union) => typesOf('protocol/console.ts', union)));
  t.ok(
    unions.every((types) => types.length > 0),
    'the unions were found',
  );
  const rows = rowsOf('Messages');
  t.same(rows.map(({ what }) => quoted(what)[0]).toSorted(), unions.flat().toSorted());
  t.same(
    rows
      .filter(
        ({ what, code: [file = ''] }) =>
          !existsSync(join(ROOT, file)) || !read(file).includes(`'${quoted(what)[0]}'`),
      )
      .map(({ what, code }) => `${what} is not in ${code}`),
    [],
  );
});
