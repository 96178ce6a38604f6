/**
 * One exchange with headquarters, from its status to the last file. It believes nothing that is not signed by the pinned
 * key or borne out by the own tree, deletes nothing without a receipt, and breaks off at the first fault: the next one
 * goes on from there.
 */
import { setImmediate } from 'node:timers/promises';
import { lacking, type Range } from '#domain/sync/ranges.ts';
import { judgeStandings } from '#domain/sync/standing.ts';
import { ERRORS } from '#protocol/errors.ts';
import type { BatchState, LedgerStanding, SiteStatus } from '#protocol/hq.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { HqClient } from './hq-client.ts';
import type { MediaSender } from './media.ts';
import { knownCode, type Outbox } from './outbox.ts';
import type { Packer } from './packer.ts';
import { siteReport } from './site-report.ts';
import type { StoredBatch, StoredHq } from './sync.repo.ts';

/** What a status is good for besides: packages, releases, requests. Faults of theirs stop no batch. */
export type StatusHook = (status: SiteStatus, client: HqClient) => Promise<void>;

/** What headquarters said, as far as it is borne out. */
export interface Seen {
  standing: LedgerStanding | null;
  agrees: boolean | null;
  gaps: Range[];
  /** Another continuation of this ledger is at headquarters. */
  forked: { branches: number; common: number } | null;
}

export interface ExchangeParts {
  outbox: Outbox;
  packer: Packer;
  media: MediaSender;
  hooks: readonly StatusHook[];
  /** Waits between batches while answers are being written; the last one took so many milliseconds. */
  pause: (tookMs: number, signal: AbortSignal) => Promise<void>;
}

export interface ExchangeOf {
  hq: StoredHq;
  /** Origin of the ledger. */
  ledger: string;
  client: HqClient;
  signal: AbortSignal;
  /** Called whenever something is known anew. */
  seen: (seen: Seen) => void;
}

/** At 64 kbit/s a part takes a quarter of a minute: what a cut line costs at most. */
const PART_BYTES = 128 * 1024;
/** Answers to parts of one batch that do not move on: more would be a game. */
const STANDSTILL = 3;
/** Between files, and between the parts of one, answers are looked after this often. */
const ANSWERS_WAIT_MS = 20_000;

export class Exchange {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #parts: ExchangeParts;
  readonly #of: ExchangeOf;
  #writtenAt: number;
  /** Events that were there when batches were last made, and box time when those had gone. */
  #offered = 0;
  #offeredAt = 0;

  constructor(deps: Deps, parts: ExchangeParts, of: ExchangeOf) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#parts = parts;
    this.#of = of;
    this.#writtenAt = deps.ledger.size;
  }

  /** Throws the first fault, `sync/*`, `box/disk-full`. */
  async run(): Promise<void> {
    const { hq, ledger, client, signal } = this.#of;
    const { outbox, media } = this.#parts;
    const first = await this.#status();
    const faultOfHook = await this.#tellHooks(first.status);
    let sent = await outbox.packLacking(hq, ledger, first.seen.gaps);
    sent += await this.#batches();
    if (sent > 0) {
      const { seen } = await this.#status();
      // Everything it lacked was sent anew and signed for just now: what it says cannot be true.
      if (seen.gaps.length > 0)
        throw new BoxError('sync/lying', {
          problem: 'lacks what it signed for',
          gaps: seen.gaps.slice(0, 3),
        });
    }
    while (!(await media.send(client, signal, () => this.#answersWait()))) await this.#batches();
    if (faultOfHook) throw faultOfHook;
  }

  async #status(): Promise<{ status: SiteStatus; seen: Seen }> {
    const { ledger, client, signal } = this.#of;
    const { outbox, packer } = this.#parts;
    const { acknowledged } = outbox.coverage(ledger);
    const own = await packer.root();
    const report = siteReport(this.#deps, this.#s, { ledger, ...own, acknowledged });
    const status = await client.status(report, signal);
    const roots = new Map<number, string>();
    for (const { ledger: of, size } of status.standings)
      if (of === ledger && size <= own.size && !roots.has(size))
        roots.set(size, (await packer.root(size)).root);
    const judged = judgeStandings(status.standings, ledger, (size) => roots.get(size) ?? null);
    const seen: Seen = {
      standing: judged.standing,
      agrees: judged.agrees,
      // What is lacking in another continuation is no gap of ours.
      gaps: judged.foreign.length > 0 ? [] : lacking(judged.standing, acknowledged),
      forked: judged.foreign.length > 0 ? { branches: judged.foreign.length, common: acknowledged } : null,
    };
    this.#of.seen(seen);
    return { status, seen };
  }

  async #tellHooks(status: SiteStatus): Promise<BoxError | null> {
    let fault: BoxError | null = null;
    for (const hook of this.#parts.hooks)
      try {
        await hook(status, this.#of.client);
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'a part of the exchange failed');
        if (error instanceof BoxError && error.code.startsWith('sync/')) fault ??= error;
      }
    return fault;
  }

  /** Sends what waits, then packs and sends what was written up to now. How many batches went. */
  async #batches(): Promise<number> {
    const { hq, ledger } = this.#of;
    const { outbox } = this.#parts;
    const size = this.#deps.ledger.size;
    this.#offered = size;
    let sent = 0;
    let from = performance.now();
    for (const row of outbox.waiting(ledger)) {
      // Refused once: the same bytes would be refused again.
      if (row.state === 'refused') await outbox.packAgain(hq, row);
      sent += await this.#one(row.batch, from);
      from = performance.now();
    }
    for (;;) {
      const row = await outbox.packNext(hq, ledger, size);
      if (!row) break;
      sent += await this.#one(row.batch, from);
      from = performance.now();
    }
    this.#offeredAt = this.#deps.clock.elapsed();
    return sent;
  }

  /** `from`: when its packing began. */
  async #one(batch: string, from: number): Promise<number> {
    const { outbox, pause } = this.#parts;
    const row = outbox.waiting(this.#of.ledger).find((one) => one.batch === batch);
    if (!row) return 0;
    await this.#send(row);
    await (this.#answersComeIn() ? pause(performance.now() - from, this.#of.signal) : setImmediate());
    if (this.#of.signal.aborted) throw new BoxError('sync/interrupted');
    return 1;
  }

  async #send(row: StoredBatch): Promise<void> {
    const { hq, client, signal } = this.#of;
    const { outbox } = this.#parts;
    const file = await outbox.file(row);
    if (!file) return;
    let state = await client.offer(outbox.offer(hq, row), signal);
    let furthest = -1;
    let standstill = 0;
    while (state.state === 'receiving') {
      const { offset } = this.#own(row, state);
      if (offset >= file.byteLength)
        throw new BoxError('sync/lying', { batch: row.batch, problem: 'has all of it and gives no receipt' });
      standstill = offset > furthest ? 0 : standstill + 1;
      if (standstill >= STANDSTILL)
        throw new BoxError('sync/lying', { batch: row.batch, problem: 'does not move on' });
      furthest = Math.max(furthest, offset);
      state = await client.part(row.batch, offset, file.subarray(offset, offset + PART_BYTES), signal);
    }
    this.#own(row, state);
    if (state.state === 'refused') {
      await outbox.refused(row, state.code);
      throw new BoxError('sync/batch-refused', {
        first: row.first,
        last: row.last,
        refused: knownCode(state.code, ERRORS) ?? 'unknown',
      });
    }
    if (!(await outbox.take(hq, row, state.receipt)))
      throw new BoxError('sync/lying', { batch: row.batch, problem: 'the receipt does not hold' });
  }

  #own<S extends BatchState>(row: StoredBatch, state: S): S {
    if (state.batch !== row.batch)
      throw new BoxError('sync/lying', { problem: 'answers about another batch' });
    return state;
  }

  #answersComeIn(): boolean {
    const before = this.#writtenAt;
    this.#writtenAt = this.#deps.ledger.size;
    return this.#writtenAt > before || this.#deps.ledger.backlog > 0;
  }

  /** A large file must not hold up answers on a slow line. */
  #answersWait(): boolean {
    const { clock, ledger } = this.#deps;
    return ledger.size > this.#offered && clock.elapsed() - this.#offeredAt >= ANSWERS_WAIT_MS;
  }
}
