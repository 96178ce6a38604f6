/** `npm run report` on a stopped folder and beside a running box; its words and its ends. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import t from 'tap';
import { openReader } from '#db/site/open.ts';
import { readPdf } from '#node/pdf/read-pdf.testing.ts';
import type { ReportRow } from '#protocol/reports.ts';
import { openBox } from '#server/open-box.ts';
import { systemTime } from '#server/platform/box-clock.ts';
import { readConfig } from '#server/platform/config.ts';
import { ReportsService } from '#server/reports/reports.service.ts';
import { type RunSession, runSession } from '#server/reports/reports.testing.ts';

const root = t.testdir({ data: {}, out: {} });
const data = join(root, 'data');
const out = join(root, 'out', 'report.pdf');
const ORIGIN = 'https://exam.local:8443';
const open = () => openBox(readConfig(['--data', data], {}), ORIGIN, systemTime(), pino({ level: 'silent' }));

const run: RunSession = await (async () => {
  const box = await open();
  const made = await runSession(box.deps);
  await box.close('test');
  return made;
})();

function report(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'report.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

const ask = (kind: string, ...more: string[]) =>
  report('--data', data, '--session', run.site.session, '--kind', kind, '--out', out, ...more);

function rows(): Pick<ReportRow, 'report' | 'kind' | 'copy' | 'requester' | 'prints' | 'sha256'>[] {
  const db = openReader(join(data, 'site.db'));
  try {
    return db
      .prepare('SELECT report, kind, copy, requester, prints, sha256 FROM report ORDER BY copy, kind')
      .all() as ReturnType<typeof rows>; // the columns named
  } finally {
    db.close();
  }
}

t.test('lists', async (t) => {
  const kinds = await report('--kind', 'list');
  t.equal(kinds.status, 0);
  t.match(kinds.stdout, /room-report .*考场报告单/);
  const sessions = await report('--data', data, '--session', 'list');
  t.equal(sessions.status, 0);
  t.match(sessions.stdout, run.site.session);
  t.match(sessions.stdout, '上午场');
});

t.test('wrong use ends with 2, nothing to print with 1', async (t) => {
  const wrong = async (words: RegExp, ...args: string[]) => {
    const { status, stderr } = await report(...args);
    t.equal(status, 2, args.join(' '));
    t.match(stderr, words);
  };
  const folder = ['--data', data, '--session', run.site.session];
  await wrong(/--data is missing/);
  await wrong(/usage: npm run report/, '--nothing', 'x');
  await wrong(/--out is missing/, ...folder, '--kind', 'minutes');
  await wrong(/--kind is missing/, ...folder, '--out', out);
  await wrong(/--kind: /, ...folder, '--kind', 'poem', '--out', out);
  await wrong(/--lang: /, ...folder, '--kind', 'minutes', '--out', out, '--lang', 'fr');
  await wrong(/report\/purpose/, ...folder, '--kind', 'evidence', '--out', out);
  await wrong(/report\/size/, ...folder, '--kind', 'minutes', '--size', 'A3', '--out', out);
  await wrong(/report\/scope/, ...folder, '--kind', 'answers', '--purpose', 'x', '--out', out);
  const empty = await report('--data', data, '--session', run.empty, '--kind', 'minutes', '--out', out);
  t.equal(empty.status, 1);
  t.match(empty.stderr, /report\/no-data[\s\S]*没有可打印的内容/);
  const nowhere = await report('--data', join(root, 'nowhere'), '--session', 'list');
  t.equal(nowhere.status, 1);
  t.notOk(existsSync(join(root, 'nowhere')), 'and no folder is made');
  t.same(rows(), []);
  t.notOk(existsSync(out));
});

t.test('of a stopped box: signed, kept, recorded at once', async (t) => {
  const { status, stderr, stdout } = await ask(
    'room-report',
    '--room',
    run.rooms[0],
    '--requester',
    '技术员',
  );
  t.equal(status, 0, stderr);
  t.match(stdout, /recorded/);
  const bytes = readFileSync(out);
  t.match(bytes.toString('latin1'), /ETSI\.CAdES\.detached/);
  t.match((await readPdf(new Uint8Array(bytes)))[0]?.text, run.people.moved.name);
  const [row] = rows();
  t.match(row, { kind: 'room-report', copy: 1, requester: '技术员', prints: 1 });
  t.same(readFileSync(join(data, 'reports', `${row?.report}.pdf`)), bytes);
});

t.test('beside a running box: left in the spool, taken up within seconds', async (t) => {
  const box = await open();
  const reports = new ReportsService(box.deps);
  t.teardown(async () => {
    await reports.stop();
    await box.close('test');
  });
  const first = await ask('room-report', '--room', run.rooms[0], '--lang', 'en', '--requester', 'Zhao');
  t.equal(first.status, 0, first.stderr);
  t.match(first.stdout, /within seconds/);
  const second = await ask('room-report', '--room', run.rooms[0], '--requester', 'Qian');
  t.equal(second.status, 0, second.stderr);
  t.equal(rows().length, 1, 'nothing is recorded before the box takes it up');
  await reports.start();
  t.match(
    rows().map(({ copy, requester, prints }) => [copy, requester, prints]),
    [
      [1, '技术员', 1],
      [2, 'Zhao', 1],
      [3, 'Qian', 1],
    ],
    'copies count on, also over those that waited together',
  );
  const third = await ask('minutes');
  t.equal(third.status, 0, third.stderr);
  for (let i = 0; rows().length < 4 && i < 1_000; i++) await pause(50);
  const row = rows().find(({ kind }) => kind === 'minutes');
  t.same(readFileSync(join(data, 'reports', `${row?.report}.pdf`)), readFileSync(out));
  const none = await report('--data', data, '--session', run.empty, '--kind', 'minutes', '--out', out);
  t.equal(none.status, 1);
  t.match(none.stderr, /report\/no-data/);
});
