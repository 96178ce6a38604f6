/**
 * The loop: an exchange every minute or so and on demand, never two at once, with growing and scattered waits after
 * failures. What it knows is told to the console. Nothing of the exam waits for it.
 */
import { createHash } from 'node:crypto';
import { setTimeout as setTimer } from 'node:timers/promises';
import cron, { type ScheduledTask } from 'node-cron';
import { backOffMs } from '#domain/sync/back-off.ts';
import type { BatchRow, HqState } from '#protocol/delivery.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { codedError } from '#server/platform/http.ts';
import { Statements } from '#server/platform/statements.ts';
import type { ConnectionService } from './connection.service.ts';
import { Exchange, type Seen, type StatusHook } from './exchange.ts';
import { ledgerOrigin } from './ledger-origin.ts';
import type { MediaSender } from './media.ts';
import type { Outbox } from './outbox.ts';
import type { Packer } from './packer.ts';
import { selectBatchRows, selectMediaCounts } from './sync.repo.ts';

/** Timers and chance, in the test's hand. */
export interface SyncMeans {
  /** Calls once after so many milliseconds; the answer calls it off. */
  later: (work: () => void, ms: number) => () => void;
  random: () => number;
  /** Between batches, while answers are being written; the last one took so many milliseconds. */
  pause: (tookMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * While an exam runs, sending has a quarter of the time at most: a backlog of 100,000 events still goes within a minute,
 * and acknowledgements are as fast as without (`npm run bench:sync`).
 */
const PAUSE = { leastMs: 150, share: 3, mostMs: 5_000 } as const;
export const systemMeans: SyncMeans = {
  later(work, ms) {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
  pause(tookMs, signal) {
    const ms = Math.min(Math.max(PAUSE.leastMs, tookMs * PAUSE.share), PAUSE.mostMs);
    // Broken off, it is over: who paused looks at the signal.
    return setTimer(ms, undefined, { signal }).catch(() => undefined);
  },
};

/** Boxes ask at different seconds of the minute, each always at its own. */
const SPREAD_MS = 30_000;
const ROWS_MOST = 500;

export interface SyncParts {
  connection: ConnectionService;
  outbox: Outbox;
  packer: Packer;
  media: MediaSender;
}

export class SyncService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #parts: SyncParts;
  readonly #means: SyncMeans;
  readonly #hooks: StatusHook[] = [];
  #task: ScheduledTask | null = null;
  #callOff: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #abort = new AbortController();
  #again = false;
  #stopped = false;
  #failures = 0;
  /** Box time before which the loop does not try by itself. */
  #notBefore = 0;
  #seen: Seen = { standing: null, agrees: null, gaps: [], forked: null };
  #lastTry: number | null = null;
  #lastSuccess: number | null = null;
  #nextTry: number | null = null;
  #fault: HqState['fault'] = null;

  constructor(deps: Deps, parts: SyncParts, means: SyncMeans = systemMeans) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#parts = parts;
    this.#means = means;
    parts.connection.onChange = () => this.#changed();
  }

  /** What else is done with headquarters' status in each exchange, in order; told before the batches go. */
  onStatus(hook: StatusHook): void {
    this.#hooks.push(hook);
  }

  /** The outbox is in order by then. */
  start(): void {
    const expression = this.#deps.config.sync;
    if (expression === 'off') return;
    this.#task = cron.schedule(expression, () => this.#due(), {
      name: 'sync',
      noOverlap: true,
      unref: true,
      // A minute that was missed is made up for by the next.
      suppressMissedWarning: true,
    });
    this.#tellNext();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOff?.();
    await this.#task?.destroy();
    this.#abort.abort();
    // Whatever still waits for headquarters, a download of a package among it, ends with its connections.
    this.#parts.connection.close();
    await this.#running;
    await this.#parts.packer.stop();
  }

  /** Begins an exchange now; when one is under way, another follows it. Throws `sync/no-connection`. */
  now(): void {
    this.#parts.connection.require();
    if (this.#running) this.#again = true;
    else void this.exchange();
  }

  /** One exchange from beginning to end, or the one that is under way. Never rejects: the state tells. */
  exchange(): Promise<void> {
    this.#running ??= this.#exchange().finally(() => {
      this.#running = null;
      if (!this.#again || this.#stopped) return;
      this.#again = false;
      void this.exchange();
    });
    return this.#running;
  }

  async state(): Promise<HqState> {
    const { outbox, packer, connection } = this.#parts;
    const ledger = this.#ledger();
    const own = await packer.root();
    return {
      connection: connection.state(),
      ledger,
      ...own,
      ...outbox.coverage(ledger),
      standing: this.#seen.standing,
      agrees: this.#seen.agrees,
      gaps: this.#seen.gaps,
      media: selectMediaCounts(this.#s),
      lastTry: this.#lastTry,
      lastSuccess: this.#lastSuccess,
      nextTry: connection.state() ? this.#nextTry : null,
      fault: this.#fault,
      syncing: this.#running !== null,
    };
  }

  batches(): BatchRow[] {
    return selectBatchRows(this.#s, ROWS_MOST);
  }

  async #exchange(): Promise<void> {
    const { connection, outbox, packer, media } = this.#parts;
    const hq = connection.stored();
    if (!hq || this.#stopped) return;
    this.#callOff?.();
    this.#callOff = null;
    this.#lastTry = this.#deps.clock.wall();
    const { signal } = this.#abort;
    try {
      const client = connection.client();
      const { pause } = this.#means;
      const parts = { outbox, packer, media, hooks: this.#hooks, pause };
      const seen = (seen: Seen) => {
        if (!signal.aborted) this.#seen = seen;
      };
      const of = { hq, ledger: this.#ledger(), client, signal, seen };
      await new Exchange(this.#deps, parts, of).run();
      this.#succeeded();
    } catch (error) {
      // Broken off by us: the box stops, or belongs to another headquarters now.
      if (!signal.aborted) this.#failed(codedError(error));
    }
    this.#tellNext();
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#lastSuccess = this.#deps.clock.wall();
    const { forked } = this.#seen;
    if (forked) this.#deps.log.error({ forked }, 'headquarters holds another continuation of this ledger');
    this.#fault = forked ? { code: 'sync/forked', detail: detailText(forked) } : null;
  }

  #failed(error: BoxError): void {
    this.#failures += 1;
    this.#fault = { code: error.code satisfies ErrorCode, detail: detailText(error.detail ?? {}) };
    const ms = backOffMs(this.#failures, this.#means.random());
    this.#notBefore = this.#deps.clock.elapsed() + ms;
    this.#deps.log.warn({ code: error.code, detail: error.detail, ms }, 'the exchange failed');
    this.#callOff = this.#means.later(() => void this.exchange(), ms);
  }

  /** The minute has come; after a failure the loop waits longer. */
  #due(): void {
    if (!this.#parts.connection.stored() || this.#deps.clock.elapsed() < this.#notBefore) return;
    this.#callOff?.();
    this.#callOff = this.#means.later(() => void this.exchange(), this.#spreadMs());
  }

  #tellNext(): void {
    if (this.#failures > 0) {
      this.#nextTry = this.#deps.clock.wall() + Math.max(0, this.#notBefore - this.#deps.clock.elapsed());
      return;
    }
    const next = this.#task?.getNextRun() ?? null;
    this.#nextTry = next ? next.getTime() + this.#spreadMs() : null;
  }

  #spreadMs(): number {
    return createHash('sha256').update(this.#deps.box.box).digest().readUInt32BE(0) % SPREAD_MS;
  }

  /** Another headquarters, or none: what the former said is void. */
  #changed(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#seen = { standing: null, agrees: null, gaps: [], forked: null };
    this.#fault = null;
    this.#failures = 0;
    this.#notBefore = 0;
    this.#lastTry = null;
    this.#lastSuccess = null;
  }

  #ledger(): string {
    return ledgerOrigin(this.#deps, this.#s);
  }
}

/** A fault's particulars in one line, for the technician and for headquarters. */
function detailText(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ')
    .slice(0, 500);
}
