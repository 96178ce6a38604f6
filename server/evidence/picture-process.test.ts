/** The process that decodes what came from outside: what it does to the box when it breaks, and what bounds it. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { fields } from '#node/photos/pictures.testing.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { PhotoJob } from './picture-jobs.ts';
import { PictureProcess } from './picture-process.ts';

/** All that it takes of the box is the log. */
const deps = { log: pino({ level: 'silent' }) } as Deps;

function job(t: Test, picture: Buffer, more: Partial<PhotoJob> = {}): PhotoJob {
  const folder = t.testdir();
  const blobs = join(folder, 'blobs');
  mkdirSync(blobs);
  const path = join(folder, 'picture');
  writeFileSync(path, picture);
  const stamp = { title: '考点', tag: '', facts: [], note: '', peopleLabel: '', people: [] };
  return {
    t: 'photo',
    path,
    blobs,
    timeZone: 'Asia/Shanghai',
    stamp,
    takenLabel: 'taken',
    takenUnknown: '-',
    hashLabel: 'hash',
    marks: [],
    ...more,
  };
}

t.test('the largest picture that is taken fits into its bounds', async (t) => {
  const process = new PictureProcess(deps);
  t.teardown(() => process.stop());
  const [made] = await process.run(job(t, await fields('jpeg', 8_660, 5_772)));
  t.match(made, { t: 'photo', width: 8_660, height: 5_772 });
});

t.test('pictures take turns: those behind a bad one are made all the same', async (t) => {
  const process = new PictureProcess(deps);
  t.teardown(() => process.stop());
  const good = await fields('jpeg', 64, 48);
  const jobs = [job(t, good), { ...job(t, good), path: '/nowhere' }, job(t, good)];
  const outcomes = await Promise.allSettled(jobs.map((one) => process.run(one)));
  t.same(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  t.match(outcomes[1], { reason: { code: 'photo/unreadable' } });
});

t.test('a box that stops waits for no picture', async (t) => {
  const process = new PictureProcess(deps);
  const one = job(t, await fields('jpeg', 4_000, 3_000));
  const running = process.run(one);
  const waiting = process.run(one);
  process.stop();
  await t.rejects(running, { code: 'box/stopping' });
  await t.rejects(waiting, { code: 'box/stopping' });
  t.same(readdirSync(one.blobs), []);
});

t.test('a picture that takes too long is refused, and the next has its turn', async (t) => {
  const good = await fields('jpeg', 64, 48);
  const hasty = new PictureProcess(deps, { photo: 1, material: 1, registered: 1 });
  t.teardown(() => hasty.stop());
  for (let i = 0; i < 2; i++) await t.rejects(hasty.run(job(t, good)), { code: 'photo/unreadable' });
});

t.test('no more wait than there are people to send them', async (t) => {
  const process = new PictureProcess(deps);
  t.teardown(() => process.stop());
  const one = job(t, await fields('jpeg', 64, 48));
  const outcomes = Array.from({ length: 41 }, () => process.run(one).catch((error: unknown) => error));
  t.match(await outcomes[40], { code: 'upload/busy' });
  process.stop();
  await Promise.all(outcomes);
});
