/** What headquarters has, compared with what was sent: counted in its tables, not believed. */
import { sql } from 'drizzle-orm';
import { appendToRange, emptyRange, rootOfRange } from '#domain/ledger/compact-range.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import type { Database } from '#hq/platform/database.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import type { PackedSite } from './pack.ts';

export interface Tally {
  sent: number;
  /** Rows of events that belong to what was sent. */
  taken: number;
  /** Events of sites that headquarters does not have, or has in a history whose root is another. */
  lost: number;
  /** Rows of a site beyond its events, and batches taken twice. */
  duplicates: number;
  /** Sites whose root was worked out anew from the rows themselves. */
  sitesHashed: number;
  /** Events that headquarters had also read and judged by then. */
  judged: number;
  /** Table, indexes and what is stored apart, per event. */
  diskBytesPerEvent: number;
  /** What was found wrong, in words; the first twenty. */
  faults: string[];
}

interface BranchRow {
  branch: number;
  site: string;
  ledger: string;
  number: number;
  size: number;
  judged: number;
  range: string[];
}

const FAULTS_MOST = 20;

/** `hashed`: of how many sites the rows are read and hashed again, spread over all. */
export async function tally(db: Database, sites: readonly PackedSite[], hashed: number): Promise<Tally> {
  const branches = new Map<string, BranchRow[]>();
  const found = await db.rows<BranchRow>(
    sql`SELECT branch, site, ledger, number, size, judged, range FROM branch`,
  );
  for (const row of found) branches.set(row.site, [...(branches.get(row.site) ?? []), row]);
  const counted = await db.rows<{ branch: number; rows: number; first: number; last: number }>(
    sql`SELECT branch, count(*)::int AS rows, min(seq)::int AS first, max(seq)::int AS last FROM event GROUP BY branch`,
  );
  const rowsOf = new Map(counted.map((row) => [row.branch, row]));

  const rowsThere = counted.reduce((sum, { rows }) => sum + rows, 0);
  const [disk] = await db.rows<{ bytes: number }>(
    sql`SELECT sum(pg_total_relation_size(inhrelid))::bigint AS bytes FROM pg_inherits WHERE inhparent = 'event'::regclass`,
  );
  const result: Tally = {
    sent: 0,
    taken: 0,
    lost: 0,
    duplicates: 0,
    sitesHashed: 0,
    judged: found.reduce((sum, { judged }) => sum + judged, 0),
    diskBytesPerEvent: rowsThere > 0 ? Math.round(Number(disk?.bytes ?? 0) / rowsThere) : 0,
    faults: [],
  };
  const fault = (words: string) => {
    if (result.faults.length < FAULTS_MOST) result.faults.push(words);
  };
  const every = Math.max(1, Math.floor(sites.length / Math.max(1, hashed)));
  for (const [i, site] of sites.entries()) {
    const { events } = site;
    result.sent += events;
    const own = branches.get(site.site) ?? [];
    const rows = own.reduce((sum, { branch }) => sum + (rowsOf.get(branch)?.rows ?? 0), 0);
    const main = own.find(({ ledger, number }) => ledger === site.ledger && number === 0);
    const has = main ? rowsOf.get(main.branch) : undefined;
    const whole =
      main &&
      has &&
      main.size === events &&
      has.rows === events &&
      has.first === 0 &&
      has.last === events - 1;
    const hash = hashed > 0 && i % every === 0 && main !== undefined && whole === true;
    if (hash) result.sitesHashed += 1;
    const root = !main ? '' : hash ? await rootOfRows(db, main.branch) : rootOf(main);
    // Whole as far as it goes, or another history: then nothing of it counts.
    const part = main === undefined || main.size < events;
    const here = root === site.root || part ? Math.min(has?.rows ?? 0, events) : 0;
    result.taken += here;
    result.lost += events - here;
    if (here < events)
      fault(
        `${site.site}: ${events - here} of ${events} events are not there${part ? '' : ', or are others'}`,
      );
    else if (!whole) fault(`${site.site}: all rows are there, and the branch counts ${main?.size ?? 0}`);
    if (rows > events) {
      result.duplicates += rows - events;
      fault(`${site.site}: ${rows - events} rows too many in ${own.length} branches`);
    }
  }
  const twice = await db.rows<{ site: string; first: number; events: number }>(
    sql`SELECT site, first::int AS first, (sum(events) - max(events))::int AS events FROM batch
        WHERE state = 'taken' GROUP BY site, ledger, first, last HAVING count(*) > 1`,
  );
  for (const { site, first, events } of twice) {
    result.duplicates += events;
    fault(`${site}: the batch from ${first} was taken more than once`);
  }
  return result;
}

function rootOf({ size, range }: BranchRow): string {
  const hashes = range.map((hash) => Buffer.from(hash, 'base64'));
  return Buffer.from(rootOfRange(sha256, { size, hashes })).toString('base64');
}

/** From the rows: the texts as they are stored, and leaf hashes of what was withheld. */
async function rootOfRows(db: Database, branch: number): Promise<string> {
  const rows = await db.rows<{ bytes: string | null; leaf: string | null }>(
    sql`SELECT bytes, leaf FROM event WHERE branch = ${branch} ORDER BY seq`,
  );
  const range = emptyRange();
  for (const { bytes, leaf } of rows)
    appendToRange(
      sha256,
      range,
      bytes === null ? Buffer.from(leaf ?? '', 'base64') : leafHash(sha256, Buffer.from(bytes)),
    );
  return Buffer.from(rootOfRange(sha256, range)).toString('base64');
}
