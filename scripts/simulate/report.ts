/** What a simulation counts, and how it is said: one JSON object, or a page for people. */

/** Figures of a run; times in milliseconds, null where nothing was measured. */
export interface SimulationReport {
  seed: string;
  url: string;
  candidates: number;
  minutes: number;
  loggedIn: number;
  /** Candidates who have read the opened paper. */
  sawPaper: number;
  /** Different revisions sent at least once, and sent again after a lost line. */
  revisionsSent: number;
  revisionsResent: number;
  /** Different revisions that the box acknowledged. */
  revisionsAcked: number;
  /** Acknowledged revisions, or answers under a receipt, that the box does not have: must be 0. */
  lost: number;
  /** Revisions that never reached the box. */
  undelivered: number;
  /** From sending a frame to its acknowledgement. */
  ackMsP50: number | null;
  ackMsP99: number | null;
  ackMsMax: number | null;
  /** From the first sign-in to the last candidate at a desk. */
  loginMs: number | null;
  loginMsP50: number | null;
  loginMsP99: number | null;
  /** From the chief's start to the paper open, slowest candidate and median. */
  paperSeenMs: number | null;
  paperSeenMsP50: number | null;
  /** Time that opening the sealed paper took once (each real machine does it by itself). */
  paperOpenMs: number | null;
  reconnects: number;
  /** Lines that the simulation cut on purpose. */
  drops: number;
  uploads: number;
  headsSigned: number;
  submitted: number;
  receiptsVerified: number;
  /** Error codes that the box answered, with how often. */
  refusals: Record<string, number>;
  /** Broken promises in words, the first fifty. */
  errors: string[];
  seconds: number;
}

const ERRORS_MOST = 50;

export class Metrics {
  readonly ackMs: number[] = [];
  readonly loginMs: number[] = [];
  readonly paperSeenMs: number[] = [];
  readonly refusals = new Map<string, number>();
  readonly errors: string[] = [];
  paperOpenMs: number | null = null;
  loginFrom: number | null = null;
  loginTo: number | null = null;
  loggedIn = 0;
  sawPaper = 0;
  sent = 0;
  resent = 0;
  acked = 0;
  lost = 0;
  undelivered = 0;
  reconnects = 0;
  drops = 0;
  uploads = 0;
  headsSigned = 0;
  submitted = 0;
  receiptsVerified = 0;
  failed = 0;

  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  broken(what: string): void {
    if (this.errors.length < ERRORS_MOST) this.errors.push(what);
  }

  report(of: {
    seed: string;
    url: string;
    candidates: number;
    minutes: number;
    seconds: number;
  }): SimulationReport {
    const ack = sorted(this.ackMs);
    const login = sorted(this.loginMs);
    const seen = sorted(this.paperSeenMs);
    return {
      ...of,
      loggedIn: this.loggedIn,
      sawPaper: this.sawPaper,
      revisionsSent: this.sent,
      revisionsResent: this.resent,
      revisionsAcked: this.acked,
      lost: this.lost,
      undelivered: this.undelivered,
      ackMsP50: quantile(ack, 0.5),
      ackMsP99: quantile(ack, 0.99),
      ackMsMax: quantile(ack, 1),
      loginMs: this.loginFrom === null || this.loginTo === null ? null : round(this.loginTo - this.loginFrom),
      loginMsP50: quantile(login, 0.5),
      loginMsP99: quantile(login, 0.99),
      paperSeenMs: quantile(seen, 1),
      paperSeenMsP50: quantile(seen, 0.5),
      paperOpenMs: this.paperOpenMs === null ? null : round(this.paperOpenMs),
      reconnects: this.reconnects,
      drops: this.drops,
      uploads: this.uploads,
      headsSigned: this.headsSigned,
      submitted: this.submitted,
      receiptsVerified: this.receiptsVerified,
      refusals: Object.fromEntries([...this.refusals].sort(([a], [b]) => (a < b ? -1 : 1))),
      errors: this.errors,
    };
  }
}

/** Value at `share` (0 to 1) of sorted numbers, nearest rank; null of none. */
export function quantile(ascending: readonly number[] | Float64Array, share: number): number | null {
  const at = Math.min(ascending.length - 1, Math.max(0, Math.ceil(share * ascending.length) - 1));
  const value = ascending[at];
  return value === undefined ? null : round(value);
}

export function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** Nothing that was promised is missing, nobody got stuck. */
export function isClean(report: SimulationReport, submits: boolean): boolean {
  return (
    report.lost === 0 &&
    report.undelivered === 0 &&
    report.errors.length === 0 &&
    report.loggedIn === report.candidates &&
    (!submits || report.receiptsVerified === report.candidates)
  );
}

/** One line while it runs. */
export function liveLine(
  metrics: Metrics,
  of: { phase: string; connected: number; seconds: number },
): string {
  const ms = metrics.ackMs.length > 0 ? quantile(sorted(metrics.ackMs.slice(-2_000)), 0.99) : null;
  return [
    `${String(Math.round(of.seconds)).padStart(5)} s`,
    of.phase.padEnd(9),
    `connected ${of.connected}`,
    `at desks ${metrics.loggedIn}`,
    `saved ${metrics.acked}/${metrics.sent}`,
    `p99 ${ms ?? '–'} ms`,
    `drops ${metrics.drops}`,
    `handed in ${metrics.submitted}`,
    ...(metrics.lost > 0 ? [`LOST ${metrics.lost}`] : []),
  ].join('  ');
}

/** The page for people. */
export function summary(r: SimulationReport): string {
  const ms = (value: number | null) => (value === null ? '–' : `${value} ms`);
  const rows: [string, string][] = [
    ['candidates / 考生', `${r.candidates}, signed in ${r.loggedIn}, saw the paper ${r.sawPaper}`],
    ['sign-in / 登录', `all in ${ms(r.loginMs)}; each p50 ${ms(r.loginMsP50)}, p99 ${ms(r.loginMsP99)}`],
    [
      'start → paper / 开考到见卷',
      `slowest ${ms(r.paperSeenMs)}, p50 ${ms(r.paperSeenMsP50)} (opening once: ${ms(r.paperOpenMs)})`,
    ],
    [
      'saved / 已保存',
      `${r.revisionsAcked} of ${r.revisionsSent} revisions, ${r.revisionsResent} sent again`,
    ],
    ['acknowledged in / 确认用时', `p50 ${ms(r.ackMsP50)}, p99 ${ms(r.ackMsP99)}, most ${ms(r.ackMsMax)}`],
    ['lost lines / 断线', `${r.drops} cut on purpose, ${r.reconnects} reconnects`],
    ['files, signed heads', `${r.uploads}, ${r.headsSigned}`],
    ['handed in / 交卷', `${r.submitted}, receipts verified ${r.receiptsVerified}`],
    ['lost / 丢失', `${r.lost}${r.undelivered > 0 ? `, not delivered ${r.undelivered}` : ''}`],
    [
      'refusals / 拒绝',
      Object.entries(r.refusals)
        .map(([code, n]) => `${code} × ${n}`)
        .join(', ') || 'none',
    ],
  ];
  const wide = Math.max(...rows.map(([name]) => width(name)));
  const lines = rows.map(([name, value]) => `  ${name}${' '.repeat(wide - width(name))}  ${value}`);
  return [...lines, ...r.errors.map((error) => `  ! ${error}`), ''].join('\n');
}

/** Columns on a terminal: Han characters take two. */
function width(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
}
