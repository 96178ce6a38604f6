/** Runs the box as a process: settings, log, signals, clear words when it cannot start. */
import pino, { type Logger } from 'pino';
import type { DemoAnswer } from '#protocol/console.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';
import { type App, buildApp } from './app.ts';
import type { Config } from './platform/config.ts';
import { codedError } from './platform/http.ts';

export interface RunOptions {
  config: Config;
  demo?: () => DemoAnswer | null;
  /** Called with the app built and before it listens: the demo fills in its data here. */
  prepare?: (app: App) => Promise<void>;
}

/** JSON lines on standard error; bodies, names and answers never. */
export function createLog(level: Config['log']): Logger {
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

/** Starts the box and stops it on SIGTERM or SIGINT. Ends the process with a coded message when it cannot start. */
export async function runServer({ config, demo, prepare }: RunOptions): Promise<App> {
  const log = createLog(config.log);
  // Where the database is written anew (retention), SQLite's own temporary file lies on the disk of the data, not in a
  // shared folder that may be small. It has no name there, and ends with the work.
  process.env['SQLITE_TMPDIR'] ??= config.data;
  let app: App;
  try {
    app = await buildApp({ config, log, ...(demo ? { demo } : {}) });
    try {
      await prepare?.(app);
      await app.listen();
    } catch (error) {
      await app.stop('start failed');
      throw error;
    }
  } catch (error) {
    explain(error);
    process.exit(1);
  }
  let stopping = false;
  const stop = (reason: string, status: number) => {
    if (stopping) return;
    stopping = true;
    // A peer that will not go must not keep the box from stopping.
    setTimeout(() => process.exit(status), 10_000).unref();
    app.stop(reason).then(
      () => process.exit(status),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal, 0));
  app.onFailure((error) => {
    explain(error);
    process.exit(1);
  });
  return app;
}

/** What went wrong and what to do, in both languages, on standard error. */
export function explain(error: unknown): void {
  const coded = codedError(error);
  const { zh, en, doZh, doEn } = ERRORS[coded.code as ErrorCode];
  const detail = coded.detail ? ` ${JSON.stringify(coded.detail)}` : '';
  process.stderr.write(`\n${coded.code}${detail}\n  ${en}. ${doEn}.\n  ${zh}。${doZh}。\n`);
  if (coded.code === 'box/internal')
    process.stderr.write(`${String(coded.cause instanceof Error ? coded.cause.stack : coded.cause)}\n`);
}
