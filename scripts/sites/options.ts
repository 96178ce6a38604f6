/** The command line of a national reconnect. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { eventsOf } from './virtual-site.ts';

export interface SitesOptions {
  sites: number;
  /** At each site, and revisions of each. */
  candidates: number;
  revisions: number;
  replicas: number;
  /** null: PostgreSQL where there is one, else the embedded one. */
  database: 'postgres' | 'pglite' | null;
  concurrency: number;
  jitterMs: number;
  mishaps: boolean;
  /** Also measure COPY of the same rows. */
  copy: boolean;
  seed: string;
  /** The sending is given up after this time. */
  mostMs: number;
  /** Folder where keys and batches are kept for the next run; null: a temporary one. */
  keep: string | null;
  /** Folder for a profile of each replica. */
  profile: string | null;
  json: boolean;
}

/** Events a second that the figures are chosen for; how fast it is, the run tells. */
const ASSUMED = { postgres: 16_000, pglite: 3_000 };
/** How many times the intended time it may take. */
const PATIENCE = 8;
const CANDIDATES = 20;

export const USAGE = `npm run simulate:sites -- --sites 2000

  --sites N              how many come back (default 2000)
  --candidates N         at each site (default ${CANDIDATES})
  --revisions N          of each candidate (default: as many as are taken in in --seconds)
  --seconds S            how long taking them in should last, about (default 240)
  --replicas 1|2         processes of headquarters (default 1)
  --database WHICH       postgres or pglite (default: PostgreSQL where it is installed or HQ_DATABASE_URL names one)
  --concurrency N        sites that send at the same time (default 32)
  --jitter SECONDS       sites come back within this time (default 5)
  --seed TEXT            who they are and what befalls them (default 1)
  --no-mishaps           no lines that break, no batch sent twice
  --no-copy              do not measure COPY of the same rows
  --keep DIR             keep keys and batches there, and use those of an earlier run with the same figures
  --profile DIR          a processor profile of each replica
  --json                 one line of JSON, nothing else
`;

/** Throws with words for people when an option is wrong; null for `--help`. */
export function readSitesOptions(argv: readonly string[]): SitesOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      sites: { type: 'string', default: '2000' },
      candidates: { type: 'string', default: String(CANDIDATES) },
      revisions: { type: 'string' },
      seconds: { type: 'string', default: '240' },
      replicas: { type: 'string', default: '1' },
      database: { type: 'string' },
      concurrency: { type: 'string', default: '32' },
      jitter: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      mishaps: { type: 'boolean', default: true },
      copy: { type: 'boolean', default: true },
      keep: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { database = null } = values;
  if (database !== null && database !== 'postgres' && database !== 'pglite')
    throw new Error('--database is postgres or pglite');
  const sites = whole('--sites', values.sites, 1, 99_999);
  const candidates = whole('--candidates', values.candidates, 1, 2_000);
  const seconds = whole('--seconds', values.seconds, 1, 86_400);
  const replicas = whole('--replicas', values.replicas, 1, 16);
  if (database === 'pglite' && replicas > 1) throw new Error('--replicas: the embedded database has one');
  const events = (seconds * ASSUMED[database ?? 'postgres']) / sites;
  return {
    ...{ sites, candidates, replicas, database },
    revisions:
      values.revisions === undefined
        ? revisionsFor(events, candidates)
        : whole('--revisions', values.revisions, 1, 20_000),
    concurrency: whole('--concurrency', values.concurrency, 1, 5_000),
    jitterMs: whole('--jitter', values.jitter, 0, 86_400) * 1_000,
    mishaps: values.mishaps,
    copy: values.copy,
    seed: values.seed,
    mostMs: seconds * PATIENCE * 1_000,
    keep: values.keep ?? null,
    profile: values.profile ?? null,
    json: values.json,
  };
}

/** Processes that make batches: they are done before the clock starts. */
export const packers = (): number => Math.max(1, Math.min(8, availableParallelism()));

function revisionsFor(events: number, candidates: number): number {
  let revisions = 2;
  while (revisions < 2_160 && eventsOf({ candidates, revisions: revisions + 2 }) <= events) revisions += 2;
  return revisions;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Error(`${name} ${text}: a whole number from ${least} to ${most}`);
  return value;
}
