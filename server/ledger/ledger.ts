/**
 * The box's side of the ledger: collects what one turn of the event loop brings, hands it to the writer thread as one
 * batch, and answers after the commit. Nothing is acknowledged, broadcast or remembered before that.
 */
import { Worker } from 'node:worker_threads';
import type { Synchronous } from '#db/site/open.ts';
import { canonical } from '#domain/attempt/digest.ts';
import { encodeEvent } from '#domain/ledger/event.ts';
import { faultOfBody } from '#node/ledger/event-bodies.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { EventBody, EventKind } from '#protocol/events.schema.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { LocalWrite } from './local-writes.ts';
import type { FromWriter, ToWriter, WriterData } from './writer.ts';
import type { Group, GroupResult, Signing } from './writer-core.ts';

/** An event to be: the envelope's times are put in when it is queued. */
export interface NewEvent<K extends EventKind = EventKind> {
  kind: K;
  body: EventBody<K>;
  attempt?: string | undefined;
  by?: Actor | undefined;
}

export interface Committed<K extends EventKind = EventKind> extends NewEvent<K> {
  seq: number;
  at: number;
  wall: number;
}

export interface AppendOptions {
  local?: LocalWrite[];
  checkpoint?: boolean;
  /** The database file is written anew afterwards (Group.wipe). */
  wipe?: boolean;
}

/** Box time and wall time for envelopes. */
export interface EventClock {
  elapsed(): number;
  wall(): number;
}

interface Waiting {
  /** A text is a group of that one event: the hot path makes no object of it. */
  group: Group | string;
  bytes: number;
  done: (result: GroupResult) => void;
}

/** Backpressure: beyond this, appends are refused with `box/busy` and the machines send again. */
const QUEUE_EVENTS = 50_000;
const QUEUE_BYTES = 96 * 1024 * 1024;
/** Batches under way at once: the writer always finds one waiting, and more than these would only lie in memory twice. */
const IN_FLIGHT = 8;
/**
 * A batch goes as soon as it is this large, in the middle of a turn: under load the writer commits one part while the
 * next is still being read, and acknowledgements of the first let the machines go on. Smaller ones cost more syncs.
 */
const BATCH_GROUPS = 256;
export const EVENT_BYTES = 8 * 1024 * 1024;

export class Ledger {
  readonly #worker: Worker;
  readonly #clock: EventClock;
  readonly #listeners: ((events: Committed[]) => void)[] = [];
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  readonly #inFlight = new Map<number, Waiting[]>();
  #inFlightEvents = 0;
  #nextBatch = 1;
  #scheduled = false;
  #closing: (() => void) | null = null;
  #closed = false;
  #failed: BoxError | null = null;
  #size: number;
  /** The writer's projections of answers are behind, as it said last. */
  #behind = false;
  #onFailure: (error: BoxError) => void = () => {};

  private constructor(worker: Worker, clock: EventClock, size: number) {
    this.#worker = worker;
    this.#clock = clock;
    this.#size = size;
  }

  /** Starts the writer thread; rejects with a `BoxError` when the database must not be served from. */
  static open(file: string, clock: EventClock, synchronous?: Synchronous): Promise<Ledger> {
    const data: WriterData = synchronous ? { file, synchronous } : { file };
    const worker = new Worker(new URL('./writer.ts', import.meta.url), {
      workerData: data,
      name: 'ledger writer',
    });
    return new Promise((resolve, reject) => {
      const refuse = (code: ErrorCode, message: string) => {
        void worker.terminate();
        reject(new BoxError(code, { message }));
      };
      worker.once('error', (error) => refuse('box/storage', String(error)));
      worker.once('message', (message: FromWriter) => {
        if (message.t === 'failed') return refuse(message.code, message.message);
        if (message.t !== 'ready') return refuse('box/internal', `unexpected ${message.t}`);
        worker.removeAllListeners('error');
        const ledger = new Ledger(worker, clock, message.size);
        worker.on('message', (m: FromWriter) => ledger.#received(m));
        worker.on('error', (error) => ledger.#fail(new BoxError('box/storage', { message: String(error) })));
        // Whatever ended the writer, nobody waits for it for ever.
        worker.on('exit', () => ledger.#ended());
        resolve(ledger);
      });
    });
  }

  /** Events in the ledger. */
  get size(): number {
    return this.#size;
  }

  /** Events queued or under way. */
  get backlog(): number {
    return this.#queue.length + this.#inFlightEvents;
  }

  /** Called once when the storage fails; the process must stop then. */
  onFailure(handler: (error: BoxError) => void): void {
    this.#onFailure = handler;
  }

  /** Called after each commit with the events that were appended by `append`, in ledger order. */
  onCommit(listener: (events: Committed[]) => void): void {
    this.#listeners.push(listener);
  }

  sign(signing: Signing): void {
    this.#post({ t: 'sign', signing });
  }

  /**
   * Appends events that belong together. Resolves after the commit; rejects with a coded `BoxError` and nothing is
   * kept. A body that its schema refuses is a fault of ours (`box/internal`): once in the ledger it would stay for ever.
   */
  append(events: readonly NewEvent[], options: AppendOptions = {}): Promise<Committed[]> {
    const at = this.#clock.elapsed();
    const wall = this.#clock.wall();
    const texts: string[] = [];
    for (const { kind, body, attempt, by } of events) {
      const fault = faultOfBody(kind, body);
      if (fault !== null) return Promise.reject(new BoxError('box/internal', { kind, fault }));
      try {
        texts.push(encodeEvent({ at, attempt, body: canonical(body), by, kind, wall }));
      } catch (error) {
        // Half a character: it came from outside, and has no canonical form.
        return Promise.reject(new BoxError('request/invalid', { kind, problem: String(error) }, error));
      }
    }
    return new Promise((resolve, reject) => {
      const group: Group = { events: texts };
      if (options.local) group.local = options.local;
      if (options.checkpoint) group.checkpoint = true;
      if (options.wipe) group.wipe = true;
      this.#enqueue(group, (result) => {
        if (!result.ok) return reject(new BoxError(result.code, { message: result.message }));
        const committed = events.map(
          (event, i): Committed => ({ ...event, seq: result.first + i, at, wall }),
        );
        for (const listener of this.#listeners) listener(committed);
        resolve(committed);
      });
    });
  }

  /**
   * Resolves when the projections hold everything that was appended before: who reads answers or heads of streams from
   * the tables waits for it. At an exam's common pace that is at once.
   */
  async settled(): Promise<void> {
    if (!this.#behind && this.backlog === 0) return;
    const refused = await new Promise<GroupResult>((resolve) =>
      this.#enqueue({ events: [], settle: true }, resolve),
    );
    if (!refused.ok) throw new BoxError(refused.code, { message: refused.message });
  }

  /** Writes to `local_*` tables without an event. */
  async local(writes: LocalWrite[]): Promise<void> {
    await this.append([], { local: writes });
  }

  /**
   * The hot path: one event whose body is canonical text already. `done` is called after the commit, or with a refusal;
   * it must not throw.
   */
  appendText(
    kind: EventKind,
    attempt: string,
    body: string,
    done: (result: GroupResult, wall: number) => void,
  ): void {
    const wall = this.#clock.wall();
    const text = encodeEvent({ at: this.#clock.elapsed(), attempt, body, kind, wall });
    this.#enqueue(text, (result) => done(result, wall));
  }

  /** Commits what is queued, then closes the database. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#failed) return resolve();
      this.#closing = resolve;
      this.#flush(true);
      this.#post({ t: 'close' });
    });
  }

  #enqueue(group: Group | string, done: (result: GroupResult) => void): void {
    const bytes =
      typeof group === 'string' ? group.length : group.events.reduce((sum, text) => sum + text.length, 0);
    const refusal = this.#refusal(group, bytes);
    if (refusal) {
      done(refusal);
      return;
    }
    this.#queue.push({ group, bytes, done });
    this.#queuedBytes += bytes;
    if (this.#queue.length >= BATCH_GROUPS) this.#flush(false);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the turn's input was read: everything that came in it commits together.
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush(false);
    });
  }

  /** Why the group is not even queued; null when it may be. */
  #refusal(group: Group | string, bytes: number): GroupResult | null {
    if (this.#failed) return { ok: false, code: 'box/storage', message: this.#failed.message };
    if (this.#closing) return { ok: false, code: 'box/stopping', message: 'the ledger is closing' };
    const tooLarge =
      bytes > EVENT_BYTES &&
      (typeof group === 'string' || group.events.some((text) => text.length > EVENT_BYTES));
    if (tooLarge) return { ok: false, code: 'request/too-large', message: 'event too large' };
    if (this.backlog >= QUEUE_EVENTS || this.#queuedBytes + bytes > QUEUE_BYTES)
      return { ok: false, code: 'box/busy', message: 'the queue is full' };
    return null;
  }

  #flush(force: boolean): void {
    if (this.#queue.length === 0 || (!force && this.#inFlight.size >= IN_FLIGHT)) return;
    const batch = this.#queue;
    this.#queue = [];
    const id = this.#nextBatch++;
    this.#inFlight.set(id, batch);
    this.#inFlightEvents += batch.length;
    this.#post({ t: 'batch', id, groups: batch.map(({ group }) => group) });
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #received(message: FromWriter): void {
    if (message.t === 'done') {
      const batch = this.#inFlight.get(message.id) ?? [];
      this.#inFlight.delete(message.id);
      this.#inFlightEvents -= batch.length;
      this.#size = Math.max(this.#size, message.size);
      this.#behind = message.behind;
      const groups = 'groups' in message ? message.groups : null;
      let first = 'first' in message ? message.first : 0;
      batch.forEach(({ group, done, bytes }, i) => {
        this.#queuedBytes -= bytes;
        const told = groups ? groups[i] : { ok: true as const, first };
        done(told ?? { ok: false, code: 'box/internal', message: 'no result' });
        first += typeof group === 'string' ? 1 : group.events.length;
      });
      this.#flush(false);
    } else if (message.t === 'closed') {
      this.#closed = true;
      this.#closing?.();
    } else if (message.t === 'failed') {
      this.#fail(new BoxError(message.code, { message: message.message }));
    }
  }

  #ended(): void {
    if (!this.#closed) this.#fail(new BoxError('box/storage', { message: 'the writer thread ended' }));
  }

  #fail(error: BoxError): void {
    if (this.#failed) return;
    this.#failed = error;
    const waiting = [...[...this.#inFlight.values()].flat(), ...this.#queue];
    this.#inFlight.clear();
    this.#queue = [];
    for (const { done } of waiting) done({ ok: false, code: 'box/storage', message: error.message });
    this.#closing?.();
    this.#onFailure(error);
  }
}
