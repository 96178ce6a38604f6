/**
 * A PostgreSQL of our own for as long as a run lasts: its own folder, a free port of 127.0.0.1, a password nobody else
 * knows. With fsync and the defaults for durability: what it takes in has reached the disk.
 */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import type { Leftovers } from './leftovers.ts';

export interface PostgresServer {
  /** Of an empty database. */
  url: string;
  /** The postmaster; null where the server is not ours. */
  pid: number | null;
  version: string;
}

const READY_MS = 30_000;
const USER = 'gongyuan';
/** What differs from the defaults, and would on any server for this: room for memory and for the log of changes. */
const SETTINGS = {
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
  max_connections: '60',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
};

/** Starts one; null where PostgreSQL is not installed. */
export async function startPostgres(leftovers: Leftovers): Promise<PostgresServer | null> {
  const bin = findPrograms();
  if (bin === null) return null;
  const owner = process.getuid?.() === 0 ? unprivileged() : null;
  if (process.getuid?.() === 0 && owner === null) return null;
  const as: SpawnOptions = { cwd: '/', ...(owner ? { uid: owner.uid, gid: owner.gid } : {}) };

  const folder = mkdtempSync(join(tmpdir(), 'gongyuan-postgres-'));
  leftovers.add(() => rmSync(folder, { recursive: true, force: true }));
  const password = randomBytes(18).toString('base64url');
  const secret = join(folder, 'password');
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  if (owner) for (const path of [folder, secret]) chownSync(path, owner.uid, owner.gid);
  chmodSync(folder, 0o700);

  const data = join(folder, 'data');
  const how = ['--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--locale=C'];
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', USER, ...how], { ...as, stdio: 'pipe' });
  const port = await freePort();
  const options = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
    ...as,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C goes to a whole group of processes: this one is ended by us, last.
    detached: true,
  });
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  const ended = once(server, 'exit');
  leftovers.add(async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    // Fast shutdown: whoever is still connected is cut off.
    server.kill('SIGINT');
    await ended;
  });
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
  const until = performance.now() + READY_MS;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended at once: ${said}`);
    try {
      return { url, pid: server.pid ?? null, version: await versionOf(url) };
    } catch (error) {
      if (performance.now() > until) throw new Error(`PostgreSQL does not answer: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A new, empty database on the server of `url`; its address. */
export async function newDatabase(url: string, name: string): Promise<string> {
  await ask(url, `CREATE DATABASE "${name}"`);
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

export async function dropDatabase(url: string, name: string): Promise<void> {
  await ask(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
}

/** What was changed in memory goes to the disk now, so that it does not fall into what is measured. */
export async function settle(url: string): Promise<void> {
  await ask(url, 'CHECKPOINT');
}

/** Bytes of the server's log of changes so far; null where the account may not ask. */
export async function walBytes(url: string): Promise<number | null> {
  try {
    const [row] = await ask<{ bytes: string }>(url, "SELECT (pg_current_wal_lsn() - '0/0')::text AS bytes");
    return Number(row?.bytes);
  } catch {
    return null;
  }
}

export async function versionOf(url: string): Promise<string> {
  const [row] = await ask<{ server_version: string }>(url, 'SHOW server_version');
  return `PostgreSQL ${row?.server_version.split(' ')[0] ?? ''}`.trim();
}

async function ask<T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

function findPrograms(): string | null {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? readdirSync(packaged).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(packaged, version, 'bin')),
  ];
  return (
    places.find((place) => ['initdb', 'postgres'].every((name) => existsSync(join(place, name)))) ?? null
  );
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | null {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
