import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openFile, sealFile } from './age-file.ts';
import { AGE_KEY_FILE, ensureAgeIdentity } from './age-key-file.ts';

t.test('it is made once, for whoever asks at the same time, and opens what was sealed for it', async (t) => {
  const folder = t.testdir({});
  const path = join(folder, AGE_KEY_FILE);
  const [one, two] = await Promise.all([ensureAgeIdentity(path), ensureAgeIdentity(path)]);
  t.same(one, two);
  t.equal((await stat(path)).mode & 0o777, 0o600);
  t.equal(await readFile(path, 'utf8'), `${one.identity}\n`);
  t.same(await readdir(folder), [AGE_KEY_FILE], 'nothing else is left');
  const sealed = await sealFile(Buffer.from('plan'), one.recipient);
  await chmod(path, 0o644);
  const again = await ensureAgeIdentity(path);
  t.equal(Buffer.from(await openFile(sealed, again.identity)).toString(), 'plan');
  t.equal((await stat(path)).mode & 0o777, 0o600, 'a wide file is closed');
});

t.test('a damaged file is named and never replaced', async (t) => {
  const path = join(t.testdir({}), AGE_KEY_FILE);
  const { identity } = await ensureAgeIdentity(path);
  const damaged = identity.replace(/.$/, (last) => (last === 'Q' ? 'P' : 'Q'));
  await writeFile(path, damaged);
  await t.rejects(ensureAgeIdentity(path), { code: 'key/damaged' });
  t.equal(await readFile(path, 'utf8'), damaged);
});
