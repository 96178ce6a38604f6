/** A stranger's client, in Python from docs/protocol.md, sits an exam on the real server beside ours. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { buildApp } from '#server/app.ts';
import { createLog } from '#server/server.ts';
import { fillBenchSite } from '../bench/bench-site.ts';

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const lacking = !works('python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 9))')
  ? 'python3 (3.9 or newer) is not installed here'
  : !works('openssl', 'version')
    ? 'the openssl command is not installed here'
    : false;

t.test('a client that shares no code with the server', { skip: lacking }, async (t) => {
  const data = t.testdir();
  const config = {
    data,
    port: 0,
    host: '127.0.0.1',
    name: 'localhost',
    names: [],
    sync: 'off',
    retention: 180,
    log: 'silent' as const,
  };
  const app = await buildApp({ config, log: createLog('silent') });
  t.teardown(() => app.stop('test'));
  const site = await fillBenchSite(app, { candidates: 2, open: true });
  await app.listen();
  const [candidate] = site.candidates;
  if (!candidate) return t.fail('the site has no candidate');

  const ca = join(data, 'keys', 'authority.crt');
  const args = ['--url', app.deps.box.origin, '--ca', ca, '--number', candidate.number];
  const child = spawn('python3', [join(import.meta.dirname, 'candidate_client.py'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill());
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said: Record<string, unknown>[] = [];
  for await (const line of createInterface(child.stdout)) {
    const message = JSON.parse(line) as Record<string, unknown>;
    said.push(message);
    if (message['t'] === 'pending')
      await app.services.machines.seat(String(message['pending']), candidate.room, candidate.seat, {});
    if (message['t'] === 'waiting') await app.services.run.start(site.session, {}, {});
  }
  t.equal(await ended, 0, JSON.stringify(said));
  t.same(
    said.map((message) => message['t']),
    ['pending', 'waiting', 'writing', 'receipt'],
  );
  t.same(said.at(-1)?.['faults'], []);

  const submitted = app.deps.db
    .prepare("SELECT bytes FROM ledger_event WHERE kind = 'ATTEMPT_SUBMITTED'")
    .all() as { bytes: string }[];
  t.equal(submitted.length, 1);
  const { body } = JSON.parse(submitted[0]?.bytes ?? '{}') as { body: { agrees: boolean; rev: number } };
  t.equal(body.agrees, true, 'both count the same answers');
  t.equal(body.rev, said.at(-1)?.['revisions']);
  const essay = app.deps.db.prepare("SELECT value FROM answer WHERE item = 'Q3'").get() as { value: string };
  t.equal(JSON.parse(essay.value), '𠮷野"家"\n from Python');
  t.ok(app.deps.db.prepare("SELECT 1 FROM ledger_event WHERE kind = 'HEAD_SIGNED'").get());
});
