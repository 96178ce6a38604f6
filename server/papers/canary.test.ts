/** S1: before the opening no disk, log or memory of the box holds a word of a paper. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { bytesOf, choice3, manifest } from '#node/papers/package.testing.ts';
import type { PaperImport } from '#protocol/console.ts';
import { writeZip } from '#scripts/zip/write-zip.ts';
import { COOKIE } from '#server/staff/auth.service.ts';
import { findInFiles, findInMemory, forms } from './process-memory.testing.ts';

const CANARY = '落霞与孤鹜齐飞-canary-4b1d';
const TAIL = '秋水共长天一色-canary-9e72';
const LATIN = 'zealous-yellow-canary-77aa';
const SCRIPT = fileURLToPath(new URL('./canary-box.testing.ts', import.meta.url));

/** Stored, not deflated: the words stand in the package as they are, early, in the middle and at its very end. */
function packageWithCanary(): Promise<Buffer> {
  const filler = Array.from({ length: 60 }, (_, i): [string, string] => [
    `q${i + 2}.xml`,
    choice3(`q${i + 2}`, `题目 ${i} `.repeat(300)),
  ]);
  const files = Object.fromEntries([
    ['q1.xml', choice3('q1', `${CANARY} ${LATIN}`)],
    ...filler,
    ['qz.xml', choice3('qz', TAIL)],
  ]);
  const all = [...bytesOf({ 'imsmanifest.xml': manifest(files), ...files })];
  return writeZip(all.map(([name, data]) => ({ name, data, compress: false })));
}

function send(url: URL, token: string, body: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      cookie: `${COOKIE}=${token}`,
    };
    const sent = request(url, { method: 'POST', headers, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

t.test('a canary is nowhere before the release', async (t) => {
  const data = t.testdir({});
  const marker = `marker-${process.pid}-${Date.now()}`;
  const box = spawn(process.execPath, [SCRIPT, data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], MARKER: marker },
  });
  t.teardown(async () => {
    box.kill('SIGTERM');
    if (box.exitCode === null) await once(box, 'exit');
  });
  let log = '';
  box.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const [line] = (await once(createInterface(box.stdout), 'line')) as [string];
  const { origin, exam, token } = JSON.parse(line) as { origin: string; exam: string; token: string };

  const url = new URL(`/api/v1/console/exams/${exam}/papers?subject=0101&label=A&file=a.zip`, origin);
  const zip = await packageWithCanary();
  t.ok(zip.includes(CANARY) && zip.includes(TAIL) && zip.includes(LATIN), 'the package holds it in the open');
  const { status, text } = await send(url, token, zip);
  t.equal(status, 200, text.slice(0, 500));
  const { paper, faults } = JSON.parse(text) as PaperImport;
  t.ok(paper?.intact, JSON.stringify(faults).slice(0, 500));
  const refused = await send(new URL(url.href.replace('label=A', 'label=')), token, zip);
  t.equal(refused.status, 400, 'a second one is refused unread');
  await pause(300);

  const needles = [CANARY, TAIL, LATIN].flatMap(forms);
  t.same(findInFiles(data, needles), [], 'no file');
  t.notOk(
    needles.some((needle) => Buffer.from(log).includes(needle)),
    'no line of the log',
  );
  t.ok(log.length > 0, 'there is a log to look at');
  t.notOk(log.includes('may still be in memory'), 'the wipe went through');

  if (process.platform !== 'linux') return t.pass('memory is looked into on Linux only');
  let found: string[];
  try {
    // First that we can see anything at all: its environment holds a word of ours.
    t.ok(findInMemory(box.pid ?? 0, forms(marker)).length > 0, 'its memory can be read');
    found = findInMemory(box.pid ?? 0, needles);
  } catch (error) {
    return t.pass(`this system does not let a process look into its child: ${String(error)}`);
  }
  t.same(found, [], 'no memory of the server');
});
