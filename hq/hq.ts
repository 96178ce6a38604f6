/** Runs the headquarters service as a process: settings, log, signals, clear words when it cannot start. `npm run hq`. */
import pino, { type Logger } from 'pino';
import { VERSION } from '#node/version/version.ts';
import { ERRORS } from '#protocol/errors.ts';
import { buildHq, type Hq } from './app.ts';
import { type LogLevel, readHqConfig } from './platform/config.ts';
import { loggable } from './platform/database.ts';
import { codedError } from './platform/http.ts';

/** JSON lines on standard error; bodies, names and answers never. */
export function createHqLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['password', '*.password', 'token'], remove: true },
    },
    pino.destination(2),
  );
}

async function run(): Promise<void> {
  const config = readHqConfig(process.argv.slice(2), process.env);
  const log = createHqLog(config.log);
  const hq = await buildHq({ config, log });
  let url: string;
  try {
    url = await hq.listen();
  } catch (error) {
    await hq.stop();
    throw error;
  }
  stopOnSignals(hq, log);
  const setupCode = await hq.services.officers.setupCode();
  const { keys, db } = hq.deps;
  const { key, recipients } = { key: keys.key.publicKey, recipients: keys.recipients };
  if (config.json) {
    const port = Number(new URL(url).port);
    const ready = { ready: true, url, port, pid: process.pid, key, recipients, database: db.kind, setupCode };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    return;
  }
  const store =
    db.kind === 'postgres' ? 'PostgreSQL' : `${config.data} (内置数据库，仅供试用 / embedded, to try it)`;
  process.stdout.write(
    `Gongyuan ${VERSION} 总部服务 / headquarters\n  地址 address   ${url}/\n  数据 database  ${store}\n  公钥 key       ${key}\n`,
  );
  if (setupCode !== null)
    process.stdout.write(
      `\n  初始设置 / First-run set-up: 打开上面的地址并输入设置码 / open the address and enter this code: ${setupCode}\n`,
    );
}

function stopOnSignals(hq: Hq, log: Logger): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      // A peer that will not go must not keep the service from stopping.
      setTimeout(() => process.exit(0), 10_000).unref();
      hq.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: loggable(error) }, 'stopping failed');
          process.exit(1);
        },
      );
    });
}

/** What went wrong and what to do, in both languages, on standard error. */
function explain(error: unknown): void {
  const coded = codedError(error);
  const { zh, en, doZh, doEn } = ERRORS[coded.code];
  const detail = coded.detail ? ` ${JSON.stringify(coded.detail)}` : '';
  process.stderr.write(`\n${coded.code}${detail}\n  ${en}. ${doEn}.\n  ${zh}。${doZh}。\n`);
  if (coded.cause !== undefined) process.stderr.write(`${JSON.stringify(loggable(coded.cause))}\n`);
}

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    explain(error);
    process.exit(1);
  }
}
