/**
 * A real PostgreSQL for tests: one of our own (initdb in a folder of its own, a free port of this computer, ended by its
 * process id), or a schema of its own in the database that HQ_DATABASE_URL names.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

export interface TestPostgres {
  url: string;
  stop(): Promise<void>;
}

/** Why there is none here, for the skip of a test; false where there is. */
export function noPostgres(): false | string {
  if (process.env.HQ_DATABASE_URL || (programOf('initdb') && programOf('postgres'))) return false;
  return 'neither HQ_DATABASE_URL nor initdb and postgres in PATH';
}

/** Null where there is no PostgreSQL. */
export async function startPostgres(): Promise<TestPostgres | null> {
  const given = process.env.HQ_DATABASE_URL;
  if (given) return schemaOf(given);
  const initdb = programOf('initdb');
  const postgres = programOf('postgres');
  return initdb && postgres ? ownServer(initdb, postgres) : null;
}

async function schemaOf(url: string): Promise<TestPostgres> {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`CREATE SCHEMA ${schema}`);
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${schema}`);
  return { url: own.href, stop: () => run(`DROP SCHEMA ${schema} CASCADE`) };
}

async function ownServer(initdb: string, postgres: string): Promise<TestPostgres | null> {
  // The server will not run as root.
  const root = process.getuid?.() === 0;
  const who = root ? otherUser() : null;
  if (root && !who) return null;
  const folder = mkdtempSync(join(tmpdir(), 'hq-postgres-'));
  if (who) chownSync(folder, who.uid, who.gid);
  const data = join(folder, 'data');
  const env = { PATH: process.env.PATH, LC_ALL: 'C', HOME: folder };
  const options = { ...(who ?? {}), env, cwd: folder };
  execFileSync(initdb, ['-D', data, '-U', 'hq', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'], {
    ...options,
    stdio: 'ignore',
  });
  const port = await freePort();
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    unix_socket_directories: '',
    port: String(port),
  };
  const server = spawn(
    postgres,
    [
      '-D',
      data,
      '-h',
      '127.0.0.1',
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    { ...options, stdio: 'ignore' },
  );
  const stop = async () => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `postgresql://hq@127.0.0.1:${port}/postgres`;
  try {
    await ready(url, server);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('postgres did not start');
}

/** SIGINT: a fast shutdown. */
function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const hard = setTimeout(() => server.kill('SIGKILL'), 10_000);
    server.once('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    server.kill('SIGINT');
  });
}

function otherUser(): { uid: number; gid: number } | null {
  for (const name of ['postgres', 'nobody'])
    try {
      const number = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: number('-u'), gid: number('-g') };
    } catch {
      // No such user: the next.
    }
  return null;
}

/** Debian keeps the server's programs outside PATH. */
function programOf(name: string): string | null {
  const debian = '/usr/lib/postgresql';
  let versions: string[] = [];
  try {
    versions = readdirSync(debian).map((version) => join(debian, version, 'bin'));
  } catch {
    // Not there: PATH alone.
  }
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...versions])
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not here.
    }
  return null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
