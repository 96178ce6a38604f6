/**
 * `npm run demo`: a whole exam site on this computer. The same command again goes on with the same data.
 * For programs: `npm run demo -- --json --port 0 --data DIR --no-candidates` prints one line of JSON when ready.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { DemoAnswer } from '#protocol/console.ts';
import type { App } from '#server/app.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Config } from '#server/platform/config.ts';
import { Statements } from '#server/platform/statements.ts';
import { explain, runServer } from '#server/server.ts';
import { ensureBuilt } from '../build.ts';
import { fillDemo } from './demo-site.ts';
import { type DemoState, readDemoState } from './sign-ins.ts';

const HELP = `npm run demo -- [--port 8443] [--data demo-data] [--no-candidates] [--waiting] [--json] [--log warn]
  --no-candidates  nobody simulated sits the exam
  --waiting        the first session is not started: the chief starts it in the console
  --json           one line of JSON when ready, for programs`;
const SIMULATED = 12;
const MINUTES = 110;

interface Options {
  json: boolean;
  candidates: boolean;
  waiting: boolean;
  config: Config;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      port: { type: 'string', default: '8443' },
      data: { type: 'string', default: 'demo-data' },
      log: { type: 'string', default: 'warn' },
      'no-candidates': { type: 'boolean', default: false },
      waiting: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    throw new BoxError('box/config', { setting: 'port', value: values.port, accepts: '0 to 65535' });
  const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
  const log = levels.find((level) => level === values.log);
  if (!log)
    throw new BoxError('box/config', { setting: 'log', value: values.log, accepts: levels.join(', ') });
  return {
    json: values.json,
    candidates: !values['no-candidates'],
    waiting: values.waiting,
    config: {
      data: resolve(values.data),
      port,
      host: '127.0.0.1',
      name: 'localhost',
      names: [],
      sync: '* * * * *',
      retention: 180,
      log,
    },
  };
}

async function main(): Promise<void> {
  const options = readOptions();
  const { config, json } = options;
  const say = (text: string) => (json ? undefined : process.stdout.write(`${text}\n`));
  say('Building the pages and filling the site; the first time takes a minute …');
  await ensureBuilt();
  let state: DemoState | null = readDemoState(config.data);
  const app = await runServer({
    config,
    demo: () => (state ? demoAnswer(app, state) : null),
    prepare: async (built) => {
      const isDemo = new Statements(built.deps.db).get<{ demo: number }>('SELECT demo FROM site');
      if (isDemo && (isDemo.demo !== 1 || !state?.complete))
        throw new BoxError('box/config', {
          setting: 'data',
          value: config.data,
          accepts: 'an empty folder, or one that the demo has filled',
        });
      state ??= await fillDemo(built, config.data);
      if (!isDemo) await start(built, state, options);
    },
  });
  if (!state) throw new BoxError('box/internal');
  followWalk(app, state);
  const { origin } = app.deps.box;
  const simulator = options.candidates ? simulate(origin, json) : null;
  process.once('exit', () => simulator?.kill());
  if (json) process.stdout.write(`${JSON.stringify(summary(app, state))}\n`);
  else say(welcome(origin, config, state));
}

/** Starts the first session, unless the chief is to do it. */
async function start(app: App, state: DemoState, { waiting }: Options): Promise<void> {
  if (waiting) return;
  await app.services.run.start(state.session, {}, {});
}

/** When the visitors' seats of one room are taken, the walk goes on in the next visitor's room. */
function followWalk(app: App, state: DemoState): void {
  const s = new Statements(app.deps.db);
  let busy = false;
  app.deps.bus.on('machines', () => {
    if (busy) return;
    const next = state.visitors.find(
      ({ room, seat }) =>
        !s.get('SELECT 1 FROM machine WHERE room = ? AND seat = ? AND retired IS NULL', room, seat),
    );
    const walk = s.get<{ room: string }>('SELECT room FROM walk WHERE open = 1');
    if (!next || !walk || walk.room === next.room) return;
    busy = true;
    app.services.machines
      .endWalk({})
      .then(() => app.services.machines.startWalk(next.room, next.seat, {}))
      .catch((error: unknown) => app.deps.log.warn({ err: error }, 'the walk did not go on'))
      .finally(() => {
        busy = false;
      });
  });
}

/** Everybody but the visitors, for the simulator. */
function demoAnswer(app: App, state: DemoState): DemoAnswer {
  const s = new Statements(app.deps.db);
  const taken = new Set(state.visitors.map(({ number }) => number));
  const candidates = s.all<DemoAnswer['candidates'][0] & { session: string }>(
    `SELECT ticket AS number, candidate.name AS name, seating.room AS room, room.name AS roomName, seat, session
     FROM seating JOIN entry USING (entry) JOIN candidate USING (candidate) JOIN room USING (room)
     ORDER BY session = ? DESC, room.name, seat`,
    state.session,
  );
  return {
    session: state.session,
    staff: state.staff,
    candidates: candidates.filter(({ number }) => !taken.has(number)),
  };
}

function summary(app: App, state: DemoState): Record<string, unknown> {
  const { origin } = app.deps.box;
  return {
    console: `${origin}/console/`,
    kiosk: `${origin}/`,
    ca: join(app.deps.folder.keys, 'authority.crt'),
    data: app.deps.folder.root,
    staff: state.staff,
    candidates: state.visitors,
    session: state.session,
    spki: app.certificate.spkiHashBase64,
  };
}

function simulate(origin: string, quiet: boolean): ChildProcess {
  const script = join(import.meta.dirname, '../simulate/simulate.ts');
  const args = [
    script,
    '--url',
    origin,
    '--candidates',
    String(SIMULATED),
    '--minutes',
    String(MINUTES),
    '--no-start',
    '--json',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', quiet ? 'ignore' : 'inherit'] });
  child.on('error', (error) =>
    process.stderr.write(`The simulated candidates could not be started: ${error.message}\n`),
  );
  return child;
}

function welcome(origin: string, config: Config, state: DemoState): string {
  const staff = state.staff.map(
    ({ role, login, password }) => `    ${role.padEnd(14)} ${login.padEnd(14)} ${password}`,
  );
  const visitors = state.visitors.map(
    ({ number, name, roomName, seat, state: s }, i) =>
      `    ${i + 1}. ${number}  ${name}  ${roomName} · ${seat}  ${s === 'running' ? 'exam is running / 正在考试' : 'waits for the chief’s start / 等待主考开考'}`,
  );
  return `
Gongyuan demo is ready / 演示考点已就绪

  Console / 控制台   ${origin}/console/
${staff.join('\n')}

  Candidate’s seat / 考生座位   ${origin}/
    Open it in a browser window, press Enter on the seat page: the window becomes the next free seat below.
    在浏览器窗口中打开，按回车键：该窗口即成为下面的下一个座位。
    One seat a browser profile: for the next seat use another browser or a private window.
    每个浏览器（或隐身窗口）对应一个座位。
${visitors.join('\n')}

  Certificate / 证书   ${join(config.data, 'keys', 'authority.crt')}
    The browser warns once: the site is its own authority. Trust this file, or go on.

  Pull the plug / 断电试验: press Ctrl+C here while a candidate writes; writing goes on in the browser.
    Start again with the same command: everything is there. Hand in, and check the receipt at ${origin}/verify
`;
}

// Whoever started us may be gone; the box goes on.
process.stdout.on('error', () => undefined);

main().catch((error: unknown) => {
  explain(error);
  process.exit(1);
});
