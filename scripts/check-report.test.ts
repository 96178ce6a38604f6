/** The command as an operator runs it, beside a box that runs. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { REPORT, signedPaper, siteSigner } from '#node/signing/signed-paper.testing.ts';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';

const SCRIPT = join(import.meta.dirname, 'check-report.ts');

function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [SCRIPT, ...args],
      { env: { ...process.env, GONGYUAN_DATA: '' } },
      (error, out, err) =>
        resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
}

t.test('genuine, changed, unknown, wrong use', { timeout: 60_000 }, async (t) => {
  const folder = t.testdir();
  const box = await build(t);
  const { root, keys } = box.deps.folder;
  const by = await siteSigner(keys);
  const paper = Buffer.from(await signedPaper(by));
  const made = {
    report: REPORT,
    kind: 'minutes' as const,
    lang: 'en' as const,
    title: 'Minutes',
    session: newId('session'),
    room: null,
    attempt: null,
    incident: null,
    copy: 1,
    purpose: '',
    requester: 'A',
    pages: 2,
    bytes: paper.length,
    sha256: createHash('sha256').update(paper).digest('hex'),
    digest: createHash('sha256').update('x').digest('base64url'),
  };
  await box.deps.ledger.append([{ kind: 'REPORT_MADE', body: made }]);
  const flipped = Buffer.from(paper);
  flipped[200] = (flipped[200] ?? 0) ^ 1;
  const files = {
    genuine: paper,
    flipped,
    other: Buffer.from(await signedPaper(by, { report: 'rp_zzzzzzzzzzzzzzzz' })),
    text: Buffer.from('no PDF'),
  };
  const at = (name: keyof typeof files) => {
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, files[name]);
    return file;
  };
  const json = async (name: keyof typeof files) => {
    const { status, out } = await run(at(name), '--data', root, '--json');
    t.equal(out.trim().split('\n').length, 1, 'one line');
    return { status, answer: JSON.parse(out) as unknown };
  };
  t.match(await json('genuine'), {
    status: 0,
    answer: { verdict: 'genuine', code: null, report: { report: REPORT, copy: 1 }, signature: 'valid' },
  });
  t.match(await json('flipped'), {
    status: 1,
    answer: { verdict: 'changed', code: 'check/signature', report: { report: REPORT }, signature: 'broken' },
  });
  t.match(await json('other'), { status: 1, answer: { verdict: 'unknown', code: 'check/not-recorded' } });
  t.match(await json('text'), { status: 1, answer: { verdict: 'unknown', code: 'check/no-pdf' } });
  const words = await run(at('flipped'), '--data', root);
  t.match(words.out, /^已被改动 changed · check\/signature .* rp_0123456789abcdef minutes #1/);
  for (const args of [
    [],
    [at('genuine')],
    [at('genuine'), at('text'), '--data', root],
    [at('genuine'), '--data', join(folder, 'nowhere')],
    [join(folder, 'none.pdf'), '--data', root],
    [at('genuine'), '--data', root, '--loud'],
  ]) {
    const { status, out, err } = await run(...args);
    t.match([status, out], [2, ''], args.join(' '));
    t.match(err, /usage: npm run check-report/);
  }
});
