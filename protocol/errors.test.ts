import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { CODE_TABLES } from '#scripts/docs/error-tables.ts';
import { GENERATED } from '#scripts/docs/write-docs.ts';
import { ERRORS } from './errors.ts';

const ROOT = join(import.meta.dirname, '..');
const ROWS = CODE_TABLES.flatMap(({ source, rows }) => rows.map((row) => ({ ...row, source })));
/** Rows that tell people what to do; what a verification finds has one remedy for all, in the docs. */
const WITH_REMEDY = ROWS.filter(({ source }) => source !== '#node/ledger/faults.ts');

/** Statuses that fit an answer of the box or its client; any other would be a slip of the pen. */
const STATUSES = new Set([400, 401, 403, 404, 409, 410, 413, 415, 422, 423, 429, 500, 502, 503, 504, 507]);

/** Codes of the rows that break a rule. */
const offenders = <T extends { code: string }>(rows: readonly T[], fine: (row: T) => boolean): string[] =>
  rows.filter((row) => !fine(row)).map(({ code }) => code);

const HAN = /\p{Script=Han}/u;

t.test('a code stands in one table only', async (t) => {
  const codes = ROWS.map(({ code }) => code);
  t.ok(codes.length > 300, 'the tables are here');
  t.same(
    codes.filter((code, index) => codes.indexOf(code) !== index),
    [],
  );
});

t.test('spreading the catalogues together loses none', async (t) => {
  const parts = CODE_TABLES.filter(({ kind }) => kind === 'Status').flatMap(({ rows }) => rows);
  t.same(Object.keys(ERRORS).toSorted(), parts.map(({ code }) => code).toSorted());
});

t.test('codes are lower-case words with one area in front', async (t) => {
  const form = /^[a-z]+(-[a-z]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/;
  t.same(
    offenders(ROWS, ({ code }) => form.test(code)),
    [],
  );
});

t.test('words are there in both languages, each in its own', async (t) => {
  t.same(
    offenders(ROWS, ({ zh, en }) => HAN.test(zh) && /[a-z]{2}/.test(en) && !HAN.test(en)),
    [],
    'what happened',
  );
  t.same(
    // 男 and 女 are what the list itself must hold, in either language.
    offenders(
      WITH_REMEDY,
      ({ doZh, doEn }) => HAN.test(doZh) && /[a-z]{2}/.test(doEn) && !HAN.test(doEn.replace(/[男女]/g, '')),
    ),
    [],
    'what to do',
  );
});

t.test('words fit into lists and sentences of a screen', async (t) => {
  const fits = (text: string) => text === text.trim() && !/[.。]$/.test(text) && !text.includes('\n');
  t.same(
    offenders(ROWS, ({ zh, en, doZh, doEn }) => [zh, en, doZh, doEn].every(fits)),
    [],
  );
});

t.test('both languages name the same values', async (t) => {
  const values = (text: string) => [...new Set(text.match(/\{[A-Za-z]+\}/g) ?? [])].toSorted().join();
  t.same(
    offenders(ROWS, ({ zh, en, doZh, doEn }) => values(zh) === values(en) && values(doZh) === values(doEn)),
    [],
  );
});

t.test('statuses are such as an answer may have', async (t) => {
  const rows = Object.entries(ERRORS).map(([code, { status }]) => ({ code, status }));
  t.same(
    offenders(rows, ({ status }) => STATUSES.has(status)),
    [],
  );
});

t.test('generated documents are as the code is now', async (t) => {
  for (const [path, make] of GENERATED) {
    const text = await readFile(join(ROOT, path), 'utf8');
    t.ok(text === (await make()), `${path} is up to date (npm run docs writes it)`);
  }
});
