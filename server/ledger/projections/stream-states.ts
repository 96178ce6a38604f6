/**
 * Streams in the writer's memory, written out once a batch, or once for several batches under load (deferral.ts): many
 * revisions of one stream cost one row, not many. Dropped whole when a batch fails, so memory never runs ahead of the
 * ledger.
 */
import { type AttemptContent, emptyContent, setAnswer } from '#domain/attempt/merge.ts';
import type { ResponseValue } from '#protocol/paper.ts';
import { ProjectionError } from './projection-error.ts';

export interface StreamState {
  attempt: string;
  epoch: number;
  rev: number;
  hash: string;
  lastWall: number | null;
  content: AttemptContent;
  dirty: boolean;
  /** Responses changed since the last flush: item → names. */
  changed: Map<string, Set<string>>;
  placeChanged: boolean;
  /** Times touched since the last flush. */
  touched: number;
}

interface StreamRow {
  rev: number;
  hash: string;
  last_wall: number | null;
  item: string | null;
  marks: string;
  seen: string;
  plays: string;
}

/** The writer's tables, as a ProjectionContext gives them. */
interface Tables {
  get<T>(sql: string, ...values: (string | number | null)[]): T | undefined;
  all<T>(sql: string, ...values: (string | number | null)[]): T[];
  run(sql: string, ...values: (string | number | null)[]): number;
}

/** Streams kept; a room of 2,000 with a machine change each fits. */
const MOST = 5_000;

export class StreamStates {
  readonly #states = new Map<string, StreamState>();
  readonly #dirty = new Set<StreamState>();
  readonly #to: Tables;
  #mostTouched = 0;

  constructor(to: Tables) {
    this.#to = to;
  }

  /** The stream as of the last event projected. Throws when it was never opened. */
  get(attempt: string, epoch: number): StreamState {
    const key = `${attempt}.${epoch}`;
    const known = this.#states.get(key);
    if (known) return known;
    const row = this.#to.get<StreamRow>(
      'SELECT rev, hash, last_wall, item, marks, seen, plays FROM stream WHERE attempt = ? AND epoch = ?',
      attempt,
      epoch,
    );
    if (!row) throw new ProjectionError(`stream ${key} was never opened`);
    const content = emptyContent();
    content.item = row.item;
    content.marks = new Set(JSON.parse(row.marks) as string[]);
    content.seen = new Set(JSON.parse(row.seen) as string[]);
    content.plays = JSON.parse(row.plays) as AttemptContent['plays'];
    const answers = this.#to.all<{ item: string; resp: string; value: string }>(
      'SELECT item, resp, value FROM answer WHERE attempt = ? AND epoch = ?',
      attempt,
      epoch,
    );
    for (const { item, resp, value } of answers)
      setAnswer(content.answers, item, resp, JSON.parse(value) as ResponseValue);
    const state: StreamState = {
      attempt,
      epoch,
      rev: row.rev,
      hash: row.hash,
      lastWall: row.last_wall,
      content,
      dirty: false,
      changed: new Map(),
      placeChanged: false,
      touched: 0,
    };
    if (this.#states.size >= MOST) this.#dropClean();
    this.#states.set(key, state);
    return state;
  }

  touch(state: StreamState): void {
    state.dirty = true;
    state.touched += 1;
    if (state.touched > this.#mostTouched) this.#mostTouched = state.touched;
    this.#dirty.add(state);
  }

  /** How often the busiest stream was touched since the last flush. */
  get mostTouched(): number {
    return this.#mostTouched;
  }

  /** Writes what changed; to be called inside the transaction. */
  flush(): void {
    for (const s of this.#dirty) {
      if (s.placeChanged)
        this.#to.run(
          'UPDATE stream SET rev = ?, hash = ?, last_wall = ?, item = ?, marks = ?, seen = ?, plays = ? WHERE attempt = ? AND epoch = ?',
          s.rev,
          s.hash,
          s.lastWall,
          s.content.item,
          JSON.stringify([...s.content.marks]),
          JSON.stringify([...s.content.seen]),
          JSON.stringify(s.content.plays),
          s.attempt,
          s.epoch,
        );
      else
        this.#to.run(
          'UPDATE stream SET rev = ?, hash = ?, last_wall = ? WHERE attempt = ? AND epoch = ?',
          s.rev,
          s.hash,
          s.lastWall,
          s.attempt,
          s.epoch,
        );
      for (const [item, names] of s.changed)
        for (const resp of names)
          this.#to.run(
            'INSERT INTO answer (attempt, epoch, item, resp, value) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
            s.attempt,
            s.epoch,
            item,
            resp,
            JSON.stringify(s.content.answers[item]?.[resp] ?? null),
          );
      s.changed.clear();
      s.placeChanged = false;
      s.dirty = false;
      s.touched = 0;
    }
    this.#dirty.clear();
    this.#mostTouched = 0;
  }

  /** Forgets the streams of an attempt, with what was not written yet. */
  forget(attempt: string): void {
    for (const [key, state] of this.#states) {
      if (state.attempt !== attempt) continue;
      this.#states.delete(key);
      this.#dirty.delete(state);
    }
  }

  /** Forgets everything: after a rollback, memory starts again from the database and the deferred events. */
  reset(): void {
    this.#states.clear();
    this.#dirty.clear();
    this.#mostTouched = 0;
  }

  #dropClean(): void {
    for (const [key, state] of this.#states) {
      if (!state.dirty) this.#states.delete(key);
      if (this.#states.size < MOST / 2) break;
    }
  }
}
