import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pino from 'pino';
import t from 'tap';
import { readHqConfig } from '#hq/platform/config.ts';
import { openDatabase } from '#hq/platform/open-database.ts';

const PROGRAM = join(import.meta.dirname, '../hq.ts');

t.test('the process says when it is ready, serves, and ends when it is told to', async (t) => {
  const data = t.testdir();
  const flags = ['--json', '--port', '0', '--log', 'silent', '--data', data];
  const env = { PATH: process.env.PATH };
  const child = spawn(process.execPath, [PROGRAM, ...flags], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString());
  t.match(ready, { ready: true, pid: child.pid, database: 'pglite', setupCode: /^[0-9A-Z]{4}-[0-9A-Z]{4}$/ });
  const identity = (await (await fetch(`${ready.url}/api/v1/hq`)).json()) as {
    key: string;
    recipients: string[];
  };
  t.same([identity.key, identity.recipients], [ready.key, ready.recipients]);
  const log = pino({ level: 'silent' });
  await t.rejects(openDatabase('', data, log), { code: 'hq/data-in-use' }, 'one process at a time');
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
});

t.test('settings that cannot be meant are named', async (t) => {
  const refused = (...flags: string[]) =>
    t.throws(() => readHqConfig(flags, {}), { code: 'hq/config' }, flags.join(' '));
  refused('--host', '0.0.0.0');
  refused('--cert', 'cert.pem');
  refused('--database', 'mysql://db');
  refused('--port', '70000');
  refused('--nothing');
  t.match(readHqConfig(['--json', '--port=0'], { HQ_DATABASE_URL: 'postgresql://db/hq', HQ_NAME: '总部' }), {
    json: true,
    port: 0,
    database: 'postgresql://db/hq',
    name: '总部',
    host: '127.0.0.1',
  });
});
