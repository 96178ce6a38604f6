/** The documents speak of things that exist: links, paths, commands, codes, events, rights. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { EVENTS } from '#protocol/events.schema.ts';
import { extent, RIGHTS, type Right, ROLES } from '#protocol/rights.ts';
import { CODE_TABLES } from '#scripts/docs/error-tables.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
].map((path) => ({ path, text: read(path) }));
/** Text without blocks of code. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '');
/** What stands in backticks. */
const quoted = (text: string) => [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, inner = '']) => inner);

/** All codes of all tables. */
const CODES = new Set(CODE_TABLES.flatMap(({ rows }) => rows.map(({ code }) => code)));

/** Anchors of a page's headings, made as code hosts make them. */
function anchors(text: string): Set<string> {
  const slugs = [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
  return new Set(slugs);
}

t.test('links lead somewhere', async (t) => {
  const dead: string[] = [];
  for (const { path, text } of PAGES)
    for (const [, target = ''] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, full))) dead.push(`${path}: ${target}`);
      else if (anchor !== undefined && !anchors(read(full)).has(decodeURIComponent(anchor)))
        dead.push(`${path}: ${target} (no such heading)`);
    }
  t.same(dead, []);
});

t.test('files and folders that are named exist', async (t) => {
  const rooms = 'protocol|domain|node|web|db|server|client-web|console|scripts|docs|\\.ci';
  const form = new RegExp(`^(${rooms})/[A-Za-z0-9_./()+\\[\\]-]*$`);
  const gone: string[] = [];
  for (const { path, text } of PAGES)
    for (const word of quoted(text))
      if (form.test(word) && !CODES.has(word) && !existsSync(join(ROOT, word.replace(/:\d+$/, ''))))
        gone.push(`${path}: ${word}`);
  t.same(gone, []);
});

t.test('commands that are named exist', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const missing: string[] = [];
  for (const { path, text } of PAGES)
    for (const [, name = ''] of text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g))
      if (scripts[name] === undefined) missing.push(`${path}: npm run ${name}`);
  t.same([...new Set(missing)], []);
});

t.test('codes that are named exist', async (t) => {
  const areas = new Set([...CODES].map((code) => code.split('/')[0]));
  const unknown: string[] = [];
  // ledger.md also lists the codes of the verifier in another language, which shares none of our code.
  for (const { path, text } of PAGES.filter(({ path }) => path !== 'docs/ledger.md'))
    for (const word of quoted(text)) {
      const area = /^([a-z]+(?:-[a-z]+)*)\/[a-z0-9-]+$/.exec(word)?.[1];
      if (area !== undefined && areas.has(area) && !CODES.has(word) && !existsSync(join(ROOT, word)))
        unknown.push(`${path}: ${word}`);
    }
  t.same(unknown, []);
});

t.test('events that are named exist', async (t) => {
  const kinds = new Set(Object.keys(EVENTS));
  const unknown: string[] = [];
  for (const { path, text } of PAGES.filter(({ path }) => path.startsWith('docs/flows/')))
    for (const word of quoted(text))
      if (/^[A-Z]+(_[A-Z]+)+$/.test(word) && !kinds.has(word)) unknown.push(`${path}: ${word}`);
  t.same(unknown, []);
});

t.test('the guides’ table of rights is that of the contract', async (t) => {
  const rows: Right[][] = [
    ['prepare.write'],
    ['paper.preview'],
    ['staff.write', 'staff.read'],
    ['machine.write'],
    ['machine.approve'],
    ['seat.draw'],
    ['entry.open', 'exam.start', 'exam.pause', 'exam.end', 'time.credit', 'clock.confirm'],
    ['notice.send'],
    ['room.watch'],
    ['log.read'],
    ['evidence.read'],
    ['evidence.write'],
    ['evidence.close'],
    ['report.print'],
    ['evidence.print'],
    ['printer.write'],
    ['hq.read'],
    ['hq.write'],
    ['package.take'],
    ['release.code'],
    ['request.ask'],
    ['request.decide'],
    ['data.purge'],
  ];
  t.same(
    Object.keys(RIGHTS).filter((right) => right !== 'site.read' && !rows.flat().includes(right as Right)),
    [],
    'every right has its row',
  );
  for (const [page, heading, own, see] of [
    ['docs/guide.en.md', '## Who may do what', 'own rooms', 'see'],
    ['docs/guide.zh-CN.md', '## 各岗位权限', '本考场', '只看'],
  ] as const) {
    const [, section = ''] = read(page).split(`${heading}\n`);
    const table = section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(2, -1)
          .map((text) => text.trim()),
      );
    const expected = rows.map((rights) =>
      ROLES.map((role) => {
        const [first, ...others] = rights.map((right) => extent(role, right));
        if (first === 'all') return '●';
        if (first === 'own') return own;
        return rights[0] === 'staff.write' && others.includes('all') ? see : '';
      }),
    );
    t.same(table, expected, page);
  }
});
