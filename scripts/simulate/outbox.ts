/**
 * Sends a journal over the connection in a window and keeps account of what the box has acknowledged. What the box has
 * may also be less than it once said (a box restored from an older copy): it is sent again from there.
 */
import { encodeFrame } from '#domain/attempt/revision.ts';
import { REVISION_LIMITS } from '#protocol/revision.ts';
import { FRAME_BYTES } from '#protocol/socket.ts';
import type { Journal } from './journal.ts';
import type { Metrics } from './report.ts';

/** Entries under way without an acknowledgement. */
const WINDOW = 256;
/** Room for `{"e":[`, `],"t":"rev"}` and commas. */
const FRAME_OVERHEAD = 100;
/** The connection lives and nothing is acknowledged: send again. */
const STALL_MS = 6_000;

export class Outbox {
  readonly #journal: Journal;
  readonly #metrics: Metrics;
  readonly #send: (frame: string) => boolean;
  /** When rev n was sent on this connection: at n; undefined when it was not. */
  #sentAt: number[] = [];
  #sent = 0;
  /** Sent at least once, on whatever connection. */
  #everSent = 0;
  #attached = false;
  #pausedUntil = 0;
  #lastProgress = 0;
  /** Contiguous revs that the box has now. */
  acked = 0;
  /** Most that was ever acknowledged: a promise. */
  promised = 0;

  constructor(journal: Journal, metrics: Metrics, send: (frame: string) => boolean) {
    this.#journal = journal;
    this.#metrics = metrics;
    this.#send = send;
  }

  get done(): boolean {
    return this.acked >= this.#journal.rev;
  }

  /** The box has everything up to `rev`. */
  attach(rev: number): void {
    this.#attached = true;
    this.acked = rev;
    this.#promise(rev);
    this.#rewind(rev);
  }

  detach(): void {
    this.#attached = false;
  }

  acknowledge(rev: number, now: number): void {
    if (rev <= this.acked) return;
    for (let one = this.acked + 1; one <= rev; one++) {
      const at = this.#sentAt[one];
      if (at !== undefined) this.#metrics.ackMs.push(now - at);
    }
    this.acked = rev;
    this.#lastProgress = now;
    this.#promise(rev);
    this.pump();
  }

  /** The box asks for everything from `from`. */
  resend(from: number): void {
    this.acked = Math.min(this.acked, from - 1);
    this.#rewind(from - 1);
  }

  /** The box is busy: wait, then send on from what is acknowledged. */
  pause(ms: number): void {
    this.#pausedUntil = performance.now() + ms;
  }

  tick(now: number): void {
    const stalled = this.#sent > this.acked && now - this.#lastProgress > STALL_MS;
    if (stalled || (this.#pausedUntil > 0 && now >= this.#pausedUntil)) {
      this.#pausedUntil = 0;
      this.#rewind(this.acked);
    }
  }

  pump(): void {
    if (!this.#attached || this.#pausedUntil > 0) return;
    const last = Math.min(this.#journal.rev, this.acked + WINDOW);
    const now = performance.now();
    if (this.#sent === this.acked) this.#lastProgress = now;
    while (this.#sent < last) {
      const entries = fitting(
        this.#journal.range(this.#sent + 1, Math.min(last, this.#sent + REVISION_LIMITS.perFrame)),
      );
      if (entries.length === 0 || !this.#send(encodeFrame(entries))) return;
      for (let one = this.#sent + 1; one <= this.#sent + entries.length; one++) this.#sentAt[one] = now;
      this.#sent += entries.length;
      const fresh = Math.max(0, this.#sent - this.#everSent);
      this.#metrics.sent += fresh;
      this.#metrics.resent += entries.length - fresh;
      this.#everSent = Math.max(this.#everSent, this.#sent);
    }
  }

  #rewind(rev: number): void {
    this.#sent = rev;
    this.#sentAt = [];
    this.#lastProgress = performance.now();
    this.pump();
  }

  #promise(rev: number): void {
    if (rev <= this.promised) return;
    this.#metrics.acked += rev - this.promised;
    this.promised = rev;
  }
}

/** The first entries that fit into one frame together. */
function fitting(entries: string[]): string[] {
  let bytes = FRAME_OVERHEAD;
  let count = 0;
  for (const entry of entries) {
    bytes += Buffer.byteLength(entry) + 1;
    if (bytes > FRAME_BYTES && count > 0) break;
    count += 1;
  }
  return entries.slice(0, count);
}
