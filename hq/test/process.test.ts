import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { testFolder } from './harness.ts';

const PROGRAM = join(import.meta.dirname, '../hq.ts');

/** The service as `npm run hq` starts it; ended with the test. */
function start(t: Test, ...flags: string[]): ChildProcess {
  const env = { PATH: process.env.PATH };
  const child = spawn(process.execPath, [PROGRAM, ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  return child;
}

t.test('the process says when it is ready, serves, and ends when it is told to', async (t) => {
  const data = testFolder(t);
  const child = start(t, '--json', '--port', '0', '--log', 'silent', '--data', data);
  // It is piped, as asked for above.
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString());
  t.match(ready, { ready: true, pid: child.pid, database: 'pglite', setupCode: /^[0-9A-Z]{4}-[0-9A-Z]{4}$/ });
  const identity = (await (await fetch(`${ready.url}/api/v1/hq`)).json()) as {
    key: string;
    recipients: string[];
  };
  t.same([identity.key, identity.recipients], [ready.key, ready.recipients]);
  const second = start(t, '--port', '0', '--data', data);
  const said = second.stderr ? text(second.stderr) : '';
  t.same(await once(second, 'exit'), [1, null]);
  t.match(await said, /hq\/data-in-use/, 'the embedded database belongs to one process');
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
});

t.test('what it cannot start with is said in both languages', async (t) => {
  const child = start(t, '--host', '0.0.0.0', '--data', testFolder(t));
  const said = child.stderr ? text(child.stderr) : '';
  t.same(await once(child, 'exit'), [1, null]);
  t.match(
    await said,
    /hq\/config[\s\S]*--cert[\s\S]*not valid[\s\S]*配置有错误/,
    'plain HTTP is for this computer alone',
  );
});
