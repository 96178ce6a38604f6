/** What a reconnect comes to: one object of figures, and the same in words. */
import type { CopyRates } from './copy-rate.ts';
import type { Cast, PackedSite } from './pack.ts';
import type { Reconnected } from './reconnect.ts';
import type { Tally } from './tally.ts';
import { eventsOf, WHOLE_SESSION } from './virtual-site.ts';

export interface SitesReport {
  sites: number;
  candidates: number;
  revisions: number;
  eventsPerSite: number;
  /** How many times the events of a whole session (500 candidates, three hours) one site's events here are. */
  scaledDownBy: number;
  batches: number;
  bytesPerEvent: number;
  sentBytes: number;
  eventsSent: number;
  eventsTaken: number;
  lost: number;
  duplicates: number;
  /** Sites whose tree was worked out anew from the rows in the database. */
  sitesHashed: number;
  /** Events that headquarters had also judged when the last receipt was there: it does so beside, in its own time. */
  eventsJudged: number;
  /** In the database: table, indexes and what is stored apart. */
  diskBytesPerEvent: number;
  /** Written to the database's log of changes, everything that came with taking them in included; null: not known. */
  walBytesPerEvent: number | null;
  /** From the first offer to the last receipt. */
  seconds: number;
  eventsPerSecond: number;
  /** COPY of the same rows, one transaction a batch, on as many connections as were best; null: not measured. */
  copyEventsPerSecond: number | null;
  copy: CopyRates | null;
  /** eventsPerSecond as a part of copyEventsPerSecond. */
  share: number | null;
  /** Milliseconds of wall time a batch in the first, middle and last tenth; last divided by first. */
  msPerBatch: { first: number; middle: number; last: number };
  flatness: number;
  /** The same in processor time of replicas and database, which other programs' load does not change much. */
  cpuMsPerBatch: { first: number; middle: number; last: number };
  cpuFlatness: number;
  /** From a batch's offer to its receipt. */
  batchMs: { p50: number; p99: number };
  replicas: number;
  replicaUse: { cpuSecondsPer1000: number | null; peakMiB: number | null }[];
  databaseCpuSecondsPer1000: number | null;
  senderCpuSecondsPer1000: number;
  mishaps: Record<string, number>;
  retries: Record<string, number>;
  failedSites: number;
  database: string;
  concurrency: number;
  jitterSeconds: number;
  seed: string;
  machine: string;
  /** What went wrong, in words. */
  faults: string[];
}

export interface Played {
  cast: Cast;
  sites: readonly PackedSite[];
  reconnected: Reconnected;
  tally: Tally;
  copy: CopyRates | null;
  use: { cpuMs: number | null; peakMiB: number | null }[];
  databaseCpuMs: number | null;
  walBytes: number | null;
  /** Processor time of headquarters so far when 0, 10, 45, 55, 90 and 100 % of the batches had their receipt. */
  spentMs: readonly (number | null)[];
  senderCpuMs: number;
  database: string;
  concurrency: number;
  jitterMs: number;
  machine: string;
}

export function reportOf(played: Played): SitesReport {
  const { cast, sites, reconnected, tally, copy, use } = played;
  const { delivered, faults, failedSites, retries } = reconnected;
  const events = sites.reduce((sum, site) => sum + site.events, 0);
  const batches = sites.flatMap((site) => site.batches);
  const seconds = spanMs(delivered) / 1_000;
  const perSecond = seconds > 0 ? delivered.reduce((sum, { batch }) => sum + batch.events, 0) / seconds : 0;
  const best = copy ? Math.max(...copy.perBatch.map(({ eventsPerSecond }) => eventsPerSecond)) : null;
  const per1000 = (ms: number | null) => (ms === null || events === 0 ? null : round(ms / events, 4));
  const msPerBatch = tenths(delivered);
  const cpuMsPerBatch = tenthsSpent(played.spentMs, Math.floor(batches.length / 10));
  const took = delivered.map(({ startedMs, endedMs }) => endedMs - startedMs).sort((a, b) => a - b);
  const mishaps: Record<string, number> = {};
  for (const { mishap } of delivered) mishaps[mishap] = (mishaps[mishap] ?? 0) + 1;
  const eventsPerSite = Math.round(events / Math.max(1, sites.length));
  return {
    sites: sites.length,
    candidates: cast.candidates,
    revisions: cast.revisions,
    eventsPerSite,
    scaledDownBy: Math.round(eventsOf(WHOLE_SESSION) / Math.max(1, eventsPerSite)),
    batches: batches.length,
    bytesPerEvent: Math.round(
      batches.reduce((sum, { plainBytes }) => sum + plainBytes, 0) / Math.max(1, events),
    ),
    sentBytes: batches.reduce((sum, { offer }) => sum + offer.bytes, 0),
    eventsSent: tally.sent,
    eventsTaken: tally.taken,
    lost: tally.lost,
    duplicates: tally.duplicates,
    sitesHashed: tally.sitesHashed,
    eventsJudged: tally.judged,
    diskBytesPerEvent: tally.diskBytesPerEvent,
    walBytesPerEvent: played.walBytes === null || events === 0 ? null : Math.round(played.walBytes / events),
    seconds: round(seconds, 1),
    eventsPerSecond: Math.round(perSecond),
    copyEventsPerSecond: best,
    copy,
    share: best ? round(perSecond / best, 3) : null,
    msPerBatch,
    flatness: msPerBatch.first > 0 ? round(msPerBatch.last / msPerBatch.first, 2) : 0,
    cpuMsPerBatch,
    cpuFlatness: cpuMsPerBatch.first > 0 ? round(cpuMsPerBatch.last / cpuMsPerBatch.first, 2) : 0,
    batchMs: { p50: at(took, 0.5), p99: at(took, 0.99) },
    replicas: use.length,
    replicaUse: use.map(({ cpuMs, peakMiB }) => ({ cpuSecondsPer1000: per1000(cpuMs), peakMiB })),
    databaseCpuSecondsPer1000: per1000(played.databaseCpuMs),
    senderCpuSecondsPer1000: per1000(played.senderCpuMs) ?? 0,
    mishaps,
    retries,
    failedSites,
    database: played.database,
    concurrency: played.concurrency,
    jitterSeconds: played.jitterMs / 1_000,
    seed: cast.seed,
    machine: played.machine,
    faults: [...faults, ...tally.faults],
  };
}

export function isClean(report: SitesReport): boolean {
  return (
    report.lost === 0 &&
    report.duplicates === 0 &&
    report.failedSites === 0 &&
    report.eventsTaken === report.eventsSent
  );
}

type Delivered = Reconnected['delivered'];

function spanMs(delivered: Delivered): number {
  if (delivered.length === 0) return 0;
  // Not by spreading: there may be more of them than a call takes arguments.
  const from = delivered.reduce(
    (least, { startedMs }) => Math.min(least, startedMs),
    Number.POSITIVE_INFINITY,
  );
  return delivered.reduce((most, { endedMs }) => Math.max(most, endedMs), 0) - from;
}

/** What one more batch cost when a tenth, half and all of them were there: wall time between receipts. */
function tenths(delivered: Delivered): SitesReport['msPerBatch'] {
  const ends = delivered.map(({ endedMs }) => endedMs).sort((a, b) => a - b);
  const began = delivered.reduce((least, { startedMs }) => Math.min(least, startedMs), ends[0] ?? 0);
  const tenth = Math.floor(ends.length / 10);
  if (tenth === 0) return { first: 0, middle: 0, last: 0 };
  const cost = (from: number) =>
    round(((ends[from + tenth - 1] ?? 0) - (from === 0 ? began : (ends[from - 1] ?? 0))) / tenth, 2);
  return {
    first: cost(0),
    middle: cost(Math.floor((ends.length - tenth) / 2)),
    last: cost(ends.length - tenth),
  };
}

function tenthsSpent(spent: Played['spentMs'], tenth: number): SitesReport['cpuMsPerBatch'] {
  const [none, first, before, middle, most, all] = spent;
  const cost = (from: number | null | undefined, to: number | null | undefined) =>
    typeof from === 'number' && typeof to === 'number' && tenth > 0 ? round((to - from) / tenth, 1) : 0;
  return { first: cost(none, first), middle: cost(before, middle), last: cost(most, all) };
}

function at(ascending: readonly number[], share: number): number {
  return round(ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0, 1);
}

function round(value: number, places: number): number {
  const unit = 10 ** places;
  return Math.round(value * unit) / unit;
}

/** The page for people. */
export function summaryOf(r: SitesReport): string {
  const n = (value: number) => value.toLocaleString('en');
  const cpu = (value: number | null) => (value === null ? '?' : `${value} s`);
  const rows: [string, string][] = [
    ['sites', `${n(r.sites)}, ${r.candidates} candidates each with ${r.revisions} revisions or a few more`],
    [
      'scaled down',
      `${n(r.eventsPerSite)} events a site; a session of ${WHOLE_SESSION.candidates} candidates over three hours has ${n(eventsOf(WHOLE_SESSION))}, ${n(r.scaledDownBy)} times as many`,
    ],
    [
      'sent',
      `${n(r.eventsSent)} events in ${n(r.batches)} batches, ${n(Math.round(r.sentBytes / 1e6))} MB; ${r.bytesPerEvent} bytes an event before packing`,
    ],
    [
      'taken in',
      `${n(r.eventsTaken)} in ${r.seconds} s: ${n(r.eventsPerSecond)} a second (${r.database}, ${r.replicas} replica${r.replicas === 1 ? '' : 's'})`,
    ],
    ['lost', `${n(r.lost)}`],
    ['doubled', `${n(r.duplicates)}`],
    [
      'proved',
      `roots of ${n(r.sitesHashed)} sites worked out anew from the rows; all others from the branches' ranges`,
    ],
    [
      'judged by then',
      `${n(r.eventsJudged)}; ${r.diskBytesPerEvent} bytes an event in the database, ${r.walBytesPerEvent ?? '?'} in its log of changes`,
    ],
    [
      'COPY alone',
      r.copy
        ? `${r.copy.perBatch.map((one) => `${n(one.eventsPerSecond)} a second on ${one.connections} connection${one.connections === 1 ? '' : 's'}`).join(', ')}, one transaction a batch; all at once ${n(r.copy.atOnce)}; ${cpu(r.copy.cpuSecondsPer1000)} of processor per 1,000 events with its client`
        : 'not measured',
    ],
    ['share of COPY', r.share === null ? '–' : `${Math.round(r.share * 100)} %`],
    [
      'a batch',
      `${r.msPerBatch.first} ms of wall time in the first tenth, ${r.msPerBatch.middle} in the middle, ${r.msPerBatch.last} in the last (last/first ${r.flatness}); of processor ${r.cpuMsPerBatch.first}, ${r.cpuMsPerBatch.middle} and ${r.cpuMsPerBatch.last} ms (${r.cpuFlatness}); offer to receipt p50 ${r.batchMs.p50} ms, p99 ${r.batchMs.p99} ms`,
    ],
    ...r.replicaUse.map(({ cpuSecondsPer1000, peakMiB }, i): [string, string] => [
      `replica ${i + 1}`,
      `${cpu(cpuSecondsPer1000)} of processor per 1,000 events of all, at most ${peakMiB ?? '?'} MiB`,
    ]),
    [
      'beside them',
      `database ${cpu(r.databaseCpuSecondsPer1000)}, the sites themselves ${cpu(r.senderCpuSecondsPer1000)} per 1,000 events`,
    ],
    ['mishaps', list(r.mishaps)],
    ['tried again', list(r.retries)],
    ['machine', r.machine],
  ];
  const wide = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(wide)}  ${value}`);
  return [...lines, ...r.faults.map((fault) => `  ! ${fault}`), ''].join('\n');
}

function list(counts: Record<string, number>): string {
  return (
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} × ${count}`)
      .join(', ') || 'none'
  );
}
