import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { BoxError } from './box-error.ts';
import { takeDataFolder } from './data-folder.ts';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BoxError) return error.code;
    throw error;
  }
  return 'none';
}

t.test('a folder serves one process; the lock goes with the process, however it ends', async (t) => {
  const root = join(t.testdir(), 'data');
  const program = `import('${join(import.meta.dirname, 'data-folder.ts')}').then((m) => {
    // Held, as a server holds it: a lock that nothing refers to goes with the next garbage collection.
    globalThis.folder = m.takeDataFolder(process.argv[1]);
    console.log('taken');
    setInterval(() => {}, 1e6);
  });`;
  const child = spawn(process.execPath, ['-e', program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  t.equal(
    refusal(() => takeDataFolder(root)),
    'box/data-in-use',
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  const folder = takeDataFolder(root);
  t.equal(
    refusal(() => takeDataFolder(root)),
    'box/data-in-use',
    'not twice in one process either',
  );
  t.equal(statSync(folder.keys).mode & 0o777, 0o700, 'keys are for the server alone');
  folder.release();
  takeDataFolder(root).release();
});

t.test('a place that is no folder is refused with a code', async (t) => {
  const file = join(t.testdir(), 'file');
  writeFileSync(file, '');
  t.equal(
    refusal(() => takeDataFolder(file)),
    'box/data-unwritable',
  );
});
