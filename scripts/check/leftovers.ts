/** Marks of unfinished work in files that git keeps. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './step.ts';

const run = promisify(execFile);

interface Mark {
  pattern: RegExp;
  says: string;
  /** Files it is looked for in; all where absent. */
  files?: RegExp;
}

const CODE = /\.(ts|js|mjs|cjs|svelte)$/;
const PRODUCT =
  /^(protocol|domain|node|db|server|hq|web|client-web\/src|console\/src|hq-web\/src)\/(?!.*\.(test|testing)\.ts$).*\.(ts|svelte)$/;
// Written apart so that this file does not hold them itself.
const MARKS: readonly Mark[] = [
  {
    pattern: new RegExp(
      `\\b(${['TO', 'FIX', 'HA', 'XX'].map((head, i) => head + ['DO', 'ME', 'CK', 'X'][i]).join('|')})\\b`,
    ),
    says: 'unfinished work is done or reported, not marked',
    files: CODE,
  },
  {
    pattern: /\bt\.only\(|\bt\.test\([^\n]*\{ ?only: true/,
    says: 'a test that runs alone keeps the others from running',
    files: CODE,
  },
  { pattern: /^\s*debugger\b/, says: 'a debugger statement', files: CODE },
  {
    pattern: /\bconsole\.(log|debug|trace)\(/,
    says: 'the box logs through its logger, the screens say nothing there',
    files: PRODUCT,
  },
  {
    pattern: /@ts-(ignore|nocheck)\b/,
    says: 'use @ts-expect-error with its reason, so that it goes when it is not needed',
    files: CODE,
  },
  {
    pattern: /@ts-expect-error\s*(\*\/)?\s*$/,
    says: 'a suppression needs its reason beside it',
    files: CODE,
  },
  { pattern: /^(<{7}|>{7}) /, says: 'an unresolved merge' },
];
const TEXT =
  /\.(ts|js|mjs|cjs|svelte|css|html|json|md|sql|xml|svg|csv|py|sh|ya?ml|txt)$|^\.[a-z]+rc$|^\.ci\//;

/** Leftovers of one file, as `path:line: what`. */
export function leftoversOf(path: string, text: string): string[] {
  const marks = MARKS.filter(({ files }) => files === undefined || files.test(path));
  return text
    .split('\n')
    .flatMap((line, index) =>
      marks.filter(({ pattern }) => pattern.test(line)).map(({ says }) => `${path}:${index + 1}: ${says}`),
    );
}

if (import.meta.main) {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  const found: string[] = [];
  for (const path of stdout.split('\0').filter((path) => TEXT.test(path))) {
    // A file that is listed and gone was deleted and not committed yet.
    const text = await readFile(join(ROOT, path), 'utf8').catch(() => '');
    found.push(...leftoversOf(path, text));
  }
  for (const line of found) process.stdout.write(`${line}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
