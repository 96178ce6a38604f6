/** What `npm run check` adds to the tools of others. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { leftoversOf } from './leftovers.ts';
import { lockFileFaults } from './lock-file.ts';
import { type Outcome, ROOT, runAll, runStep, type Step } from './step.ts';
import { PREPARE, STEPS } from './steps.ts';

const HASH = `sha512-${'A'.repeat(86)}==`;
const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } });

t.test('the lock file', async (t) => {
  t.same(lockFileFaults(lock({ 'node_modules/a': { version: '1.0.0', integrity: HASH } })), []);
  t.match(
    lockFileFaults(
      lock({ 'node_modules/a': { integrity: HASH, resolved: 'https://registry.invalid/a.tgz' } }),
    ),
    [/names an address/],
  );
  t.match(lockFileFaults(lock({ 'node_modules/a': { version: '1.0.0' } })), [/has no SHA-512/]);
  t.match(lockFileFaults(lock({ 'node_modules/a': { integrity: 'sha1-x' } })), [/has no SHA-512/]);
  const tool = { version: '1.0.0', dev: true, optional: true };
  t.same(lockFileFaults(lock({ 'node_modules/a': { ...tool, os: ['darwin'], cpu: ['x64'] } })), []);
  t.match(lockFileFaults(lock({ 'node_modules/a': { ...tool, os: ['linux'], cpu: ['x64'] } })), [
    /has no SHA-512/,
  ]);
  t.match(lockFileFaults(lock({ 'node_modules/a': { ...tool, dev: false, os: ['darwin'] } })), [
    /has no SHA-512/,
  ]);
  t.match(lockFileFaults(lock({ 'node_modules/a': { link: true } })), [/not a package of a registry/]);
  t.match(lockFileFaults('{"lockfileVersion":2}'), [/not 3/]);
  t.same(lockFileFaults(await readFile(join(ROOT, 'package-lock.json'), 'utf8')), [], 'ours');
});

t.test('leftovers are named by line', async (t) => {
  const unfinished = ['TO', 'DO'].join('');
  t.match(leftoversOf('server/a.ts', `const a = 1;\n// ${unfinished}: more\n`), [
    /^server\/a\.ts:2: unfinished/,
  ]);
  t.match(leftoversOf('x.test.ts', ['t.on', "ly('this', () => {});"].join('')), [/runs alone/]);
  t.match(leftoversOf('server/a.ts', '  console.log(answer);'), [/logger/]);
  t.same(leftoversOf('scripts/a.ts', 'console.log(answer);'), [], 'a script may print');
  t.match(leftoversOf('server/a.ts', '// @ts-expect-error'), [/reason/]);
  t.same(leftoversOf('server/a.ts', '// @ts-expect-error the library forgets this field'), []);
  t.match(leftoversOf('README.md', `${'<'.repeat(7)} HEAD`), [/merge/]);
  t.same(leftoversOf('docs/a.md', `the word ${unfinished} in prose`), [], 'prose may speak of it');
});

t.test('steps run side by side, all of them, and are told as they end', async (t) => {
  const steps: Step[] = ['a', 'b', 'c', 'd'].map((name) => ({ name, why: '', program: 'x', args: [] }));
  const told: string[] = [];
  let running = 0;
  let most = 0;
  const outcomes = await runAll(
    steps,
    2,
    ({ step }) => told.push(step.name),
    async (step): Promise<Outcome> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { step, ok: step.name !== 'b', output: '', ms: 0 };
    },
  );
  t.equal(most, 2);
  t.same(told.toSorted(), ['a', 'b', 'c', 'd']);
  t.same(
    outcomes.map(({ step, ok }) => [step.name, ok]),
    [
      ['a', true],
      ['b', false],
      ['c', true],
      ['d', true],
    ],
    'a failure stops nothing and keeps its place',
  );
});

t.test('a step tells what its program said and how it ended', async (t) => {
  const good = await runStep({ name: 'good', why: '', program: 'scripts/check/lock-file.ts', args: [] });
  t.match(good, { ok: true, output: '' });
  const bad = await runStep({ name: 'bad', why: '', program: 'tsc', args: ['--no-such-flag'] });
  t.match(bad, { ok: false, output: /no-such-flag/ });
  const gone = await runStep({ name: 'gone', why: '', program: 'no-such-program', args: [] });
  t.equal(gone.ok, false);
});

t.test('every part has a name of its own and a reason', async (t) => {
  const names = [...PREPARE, ...STEPS].map(({ name }) => name);
  t.equal(new Set(names).size, names.length);
  t.ok([...PREPARE, ...STEPS].every(({ why }) => why.length > 20));
});
