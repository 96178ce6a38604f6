/**
 * The measure: PostgreSQL's own COPY of the very rows that were taken in, into the same table (partitions, indexes) of
 * an empty database on the same server. Rows are laid out in COPY's text form beforehand; only COPY and commit count.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { openDatabase } from '#hq/platform/open-database.ts';
import { quiet } from './headquarters.ts';
import { dropDatabase, newDatabase, settle } from './postgres-server.ts';

export interface CopyRates {
  /** Events a second, one transaction a batch: of one connection, and of as many as there are cores. */
  perBatch: { connections: number; eventsPerSecond: number }[];
  /** Processor seconds per 1,000 events, of the database and of whoever feeds it; null where the server is not ours. */
  cpuSecondsPer1000: number | null;
  /** All rows in one transaction on one connection. */
  atOnce: number;
  events: number;
}

interface Chunk {
  from: number;
  bytes: number;
  events: number;
}

const COLUMNS = 'branch, seq, kind, attempt, wall, bytes, leaf';
const DATABASE = 'gongyuan_copy';

/** `taken`: database with the rows. The rows' text is laid into `folder`, once their size again. */
export async function measureCopy(
  server: string,
  taken: string,
  folder: string,
  connections: readonly number[],
  /** Processor time of everybody concerned so far, milliseconds. */
  cpuMs: () => number | null,
  signal: AbortSignal,
): Promise<CopyRates> {
  const file = join(folder, 'rows.copy');
  const chunks = await layOut(taken, file);
  const events = chunks.reduce((sum, chunk) => sum + chunk.events, 0);
  const rate = (seconds: number) => Math.round(events / seconds);
  const perBatch: CopyRates['perBatch'] = [];
  let cpu: number | null = 0;
  for (const count of connections) {
    signal.throwIfAborted();
    const seconds = await inEmpty(server, async (url) => {
      const before = cpuMs();
      const took = await copyBatches(url, file, chunks, count);
      const after = cpuMs();
      cpu = cpu === null || before === null || after === null ? null : cpu + after - before;
      return took;
    });
    perBatch.push({ connections: count, eventsPerSecond: rate(seconds) });
  }
  const whole = { from: 0, bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0), events };
  const atOnce = rate(await inEmpty(server, (url) => copyBatches(url, file, [whole], 1)));
  const cpuSecondsPer1000 = cpu === null ? null : Math.round((cpu / events / connections.length) * 1e4) / 1e4;
  return { perBatch, cpuSecondsPer1000, atOnce, events };
}

/** One chunk for each batch, in the order in which they were taken. */
async function layOut(url: string, file: string): Promise<Chunk[]> {
  const client = await connect(url);
  const out = createWriteStream(file);
  const chunks: Chunk[] = [];
  let at = 0;
  try {
    const { rows } = await client.query<{ branch: number; first: string; last: string }>(
      "SELECT branch, first, last FROM batch WHERE state = 'taken' ORDER BY taken, branch, first",
    );
    for (const { branch, first, last } of rows) {
      // Numbers of our own table: nothing to escape.
      const which = `branch = ${Number(branch)} AND seq BETWEEN ${Number(first)} AND ${Number(last)}`;
      const source = client.query(
        copyTo(`COPY (SELECT ${COLUMNS} FROM event WHERE ${which} ORDER BY seq) TO STDOUT`),
      );
      const from = at;
      for await (const part of source as AsyncIterable<Buffer>) {
        at += part.length;
        if (!out.write(part)) await once(out, 'drain');
      }
      chunks.push({ from, bytes: at - from, events: Number(last) - Number(first) + 1 });
    }
  } finally {
    out.end();
    await finished(out);
    await client.end();
  }
  return chunks;
}

async function inEmpty(server: string, work: (url: string) => Promise<number>): Promise<number> {
  await dropDatabase(server, DATABASE);
  const url = await newDatabase(server, DATABASE);
  try {
    await (await openDatabase(url, null, quiet)).close();
    await settle(server);
    return await work(url);
  } finally {
    await dropDatabase(server, DATABASE);
  }
}

/** Seconds from the first COPY to the last commit. */
async function copyBatches(
  url: string,
  file: string,
  chunks: readonly Chunk[],
  count: number,
): Promise<number> {
  const clients = await Promise.all(Array.from({ length: count }, () => connect(url)));
  try {
    const began = performance.now();
    let next = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let chunk = chunks[next++]; chunk; chunk = chunks[next++]) {
          const { from, bytes } = chunk;
          await client.query('BEGIN');
          const source = createReadStream(file, {
            start: from,
            end: from + bytes - 1,
            highWaterMark: 1024 * 1024,
          });
          await pipeline(source, client.query(copyFrom(`COPY event (${COLUMNS}) FROM STDIN`)));
          await client.query('COMMIT');
        }
      }),
    );
    return (performance.now() - began) / 1_000;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
