/**
 * The loop that judges what was taken, in every replica: events fill the tables of sessions and people, attempts that
 * ended are verified, rebuilt and scored. What is bad is an alarm and never stops the loop.
 */
import { sql } from 'drizzle-orm';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import { isStorageFault, loggable, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { KnownEvent } from '#node/ledger/event-types.ts';
import { FaultList } from '#node/ledger/faults.ts';
import { readEvent } from '#node/ledger/read-event.ts';
import type { AttemptsService } from './attempts.service.ts';
import { GiveWay } from './give-way.ts';
import * as repo from './judging.repo.ts';
import { type Heard, SiteTables } from './site-tables.ts';

const CHUNK = 4_096;
const IDLE_MS = 2_000;
const RETRY_MS = 60_000;
const RETRY_MOST_MS = 6 * 3_600_000;
/** Kinds of events that tables are made of; the others are only read. */
const TABLED: ReadonlySet<string> = new Set([
  'SESSION_SAVED',
  'ROOM_SAVED',
  'SITTING_SAVED',
  'SITTING_REMOVED',
  'SITTING_STARTED',
  'SITTING_ENDED',
  'SEATING_DRAWN',
  'SEAT_DRAWN',
  'ROSTER_IMPORTED',
  'ROSTER_AMENDED',
  'MACHINE_ENROLLED',
  'REQUEST_MADE',
  'ATTEMPT_SUBMITTED',
  'REQUEST_DECIDED',
  'PACKAGE_TAKEN',
]);

export class JudgingService {
  readonly #deps: HqDeps;
  readonly #alarms: AlarmsService;
  readonly #attempts: AttemptsService;
  readonly #heard: Heard;
  readonly #way = new GiveWay();
  #running: Promise<void> | null = null;
  #looping = false;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(deps: HqDeps, alarms: AlarmsService, attempts: AttemptsService, heard: Heard) {
    this.#deps = deps;
    this.#alarms = alarms;
    this.#attempts = attempts;
    this.#heard = heard;
  }

  /** Judges by itself from now on. */
  start(): void {
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#way.hurry(async () => this.#running?.catch(() => undefined));
  }

  /** Something was taken: no need to wait, once the thread is free. */
  wake(): void {
    this.#way.came();
    if (this.#timer && !this.#looping) this.#plan(0);
  }

  /** Until nothing waits. Throws where the database fails; what was judged before stays judged. */
  async judge(): Promise<void> {
    await this.#way.hurry(() => this.#once());
  }

  /** One at a time: several would take the database's connections from the batches. */
  async #once(): Promise<void> {
    while (this.#running) await this.#running.catch(() => undefined);
    this.#running = this.#all();
    try {
      await this.#running;
    } finally {
      this.#running = null;
    }
  }

  #plan(ms: number): void {
    if (this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#looping = true;
      this.#once()
        .catch((error: unknown) => this.#deps.log.error({ err: loggable(error) }, 'judging failed'))
        .finally(() => {
          this.#looping = false;
          this.#plan(IDLE_MS);
        });
    }, ms);
    this.#timer.unref();
  }

  async #all(): Promise<void> {
    while (!this.#stopped) if (!(await this.#events()) && !(await this.#work())) return;
  }

  /** A piece of each branch that waits; false when there is none. */
  async #events(): Promise<boolean> {
    let did = false;
    for (const id of await repo.selectWaitingBranches(this.#deps.db)) {
      if (this.#stopped) return did;
      const began = performance.now();
      did = (await this.#deps.db.transaction((tx) => this.#piece(tx, id))) || did;
      await this.#way.after(began);
    }
    return did;
  }

  async #piece(tx: Tx, id: number): Promise<boolean> {
    const branch = await repo.lockOptionalBranch(tx, id);
    if (!branch) return false;
    const { site, ledger, number } = branch;
    const to = Math.min(branch.size, branch.judged + CHUNK);
    const faults = new FaultList();
    const tables = new SiteTables(tx, site, this.#heard);
    const attempts = new Set<string>();
    for (const row of await repo.selectEvents(tx, id, branch.judged, to)) {
      if (row.bytes === null) continue;
      const raw = {
        seq: row.seq,
        kind: row.kind,
        attemptPrev: null,
        type: 'text',
        bytes: Buffer.from(row.bytes),
      };
      // `readEvent` has checked the body against the kind's schema.
      const event = readEvent(raw, faults) as KnownEvent | null;
      if (!event) continue;
      if (row.attempt) attempts.add(row.attempt);
      if (event.kind === 'BOX_STARTED' && event.body.key !== branch.key)
        faults.add('key/changed', event.body.box, row.seq);
      if (TABLED.has(event.kind)) await this.#table(tx, tables, event, row.seq, faults);
    }
    for (const [code, found] of Map.groupBy(faults.kept, ({ code }) => code)) {
      const [{ seq = 0, detail: reason } = { detail: '' }] = found;
      const detail = {
        ledger,
        branch: number,
        seq,
        count: found.length,
        reason: repo.storable(reason).slice(0, 300),
      };
      await this.#alarms.raise(tx, { site, code, detail });
    }
    await this.#link(tx, site);
    const at = this.#deps.time.wall();
    const ended = await repo.selectEnded(tx, site, [...attempts, ...tables.named]);
    await repo.queueWork(
      tx,
      'attempt',
      ended.map((attempt) => `${site}/${attempt}`),
      at,
    );
    await repo.saveJudged(tx, id, to);
    return true;
  }

  /** What a table does not take is a fault of the event, not of the piece. */
  async #table(tx: Tx, tables: SiteTables, event: KnownEvent, seq: number, faults: FaultList): Promise<void> {
    await tx.rows(sql`SAVEPOINT event`);
    try {
      await tables.take(event);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      await tx.rows(sql`ROLLBACK TO SAVEPOINT event`);
      this.#deps.log.error(
        { err: loggable(error), kind: event.kind, seq },
        'an event was not taken into the tables',
      );
      faults.add('event/contradiction', event.kind, seq);
    }
    await tx.rows(sql`RELEASE SAVEPOINT event`);
  }

  /** A ledger that goes on from another names it in its first event. */
  async #link(tx: Tx, site: string): Promise<void> {
    for (const { branch, bytes } of await repo.selectUnlinked(tx, site)) {
      const event = readEvent(
        { seq: 0, kind: 'LEDGER_OPENED', attemptPrev: null, type: 'text', bytes: Buffer.from(bytes) },
        new FaultList(),
      ) as KnownEvent | null; // checked against its schema there
      if (event?.kind !== 'LEDGER_OPENED') continue;
      const { origin, size } = event.body.parent;
      await repo.linkParent(tx, branch, origin, size);
    }
  }

  /** One attempt or room; false when nothing is due. */
  async #work(): Promise<boolean> {
    let taken: repo.Work | null = null;
    const began = performance.now();
    try {
      return await this.#deps.db.transaction(async (tx) => {
        taken = await repo.takeOptionalWork(tx, this.#deps.time.wall());
        if (!taken) return false;
        const { kind, subject, work } = taken;
        const [site = '', of = ''] = subject.split('/');
        if (kind === 'attempt') await this.#attempts.judge(tx, site, of);
        else await this.#attempts.judgeRoom(tx, site, of);
        await repo.endWork(tx, work);
        return true;
      });
    } catch (error) {
      const { work, kind, tries, subject } = (taken ?? {}) as Partial<repo.Work>; // assigned in the callback
      if (work === undefined || tries === undefined || isStorageFault(error)) throw error;
      this.#deps.log.error({ err: loggable(error), kind, work, tries }, 'judging failed; it is tried again');
      const until = this.#deps.time.wall() + Math.min(RETRY_MS * 2 ** tries, RETRY_MOST_MS);
      const fault = error instanceof Error ? error.name : 'error';
      const [site = '', of = ''] = (subject ?? '').split('/');
      await this.#deps.db.transaction(async (tx) => {
        await repo.postponeWork(tx, work, until, fault);
        await this.#alarms.raise(tx, { site, code: 'hq/judging', detail: { [kind ?? 'work']: of, fault } });
      });
      return true;
    } finally {
      await this.#way.after(began);
    }
  }
}
