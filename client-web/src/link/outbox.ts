/**
 * Sends a stream's entries over the connection and keeps account of what the box has. Entries flow in a window, so that
 * a reconnect with thousands of them neither floods the socket nor waits for each answer. What the box has may go down
 * (a box restored from an older copy): then it is sent again from there.
 */
import { encodeFrame } from '#domain/attempt/revision.ts';
import { REVISION_LIMITS } from '#protocol/revision.ts';
import { FRAME_BYTES } from '#protocol/socket.ts';
import type { Timers } from '../clock/timers.ts';
import { toUtf8 } from '../journal/bytes.ts';
import type { Journal, JournalEntry } from '../journal/journal.ts';

/** Entries on their way without an acknowledgement. */
const WINDOW = 512;
/** `{"e":[` … `],"t":"rev"}` and the commas. */
const FRAME_OVERHEAD = 32;
/** No progress for so long although the connection lives: something was dropped, send again. */
const STALL_FIRST_MS = 4_000;
const STALL_MOST_MS = 60_000;

export class Outbox {
  readonly #journal: Journal;
  readonly #send: (frame: string) => boolean;
  readonly #timers: Timers;
  /** Highest rev the box has on this connection or had on the last one, contiguous, refused ones counted in. */
  acked = 0;
  /** Highest rev that both boxes have. */
  ackedBoth = 0;
  /** Box wall time of the last acknowledgement. */
  wall: number | null = null;
  #sent = 0;
  #attached = false;
  /** Refused on this connection and not yet passed by an acknowledgement. */
  #refused = new Set<number>();
  #stallMs = STALL_FIRST_MS;
  #cancelStall: (() => void) | null = null;
  #cancelPause: (() => void) | null = null;

  constructor(journal: Journal, deps: { send: (frame: string) => boolean; timers: Timers }) {
    this.#journal = journal;
    this.#send = deps.send;
    this.#timers = deps.timers;
    this.acked = journal.base.rev;
    this.#sent = this.acked;
  }

  /** The box holds everything up to `rev`; sending begins after it. */
  attach(rev: number): void {
    this.#attached = true;
    this.acked = rev;
    this.ackedBoth = Math.min(this.ackedBoth, rev);
    this.#sent = rev;
    this.#refused.clear();
    this.#stallMs = STALL_FIRST_MS;
    this.pump();
  }

  detach(): void {
    this.#attached = false;
    this.#unstall();
    this.#cancelPause?.();
    this.#cancelPause = null;
  }

  get attached(): boolean {
    return this.#attached;
  }

  /** Everything of the journal is on the box. */
  get done(): boolean {
    return this.#attached && this.acked >= this.#journal.head.rev;
  }

  acknowledge(rev: number, level: 1 | 2, wall: number): void {
    const known = Math.min(rev, this.#journal.head.rev);
    if (level === 2) this.ackedBoth = Math.max(this.ackedBoth, known);
    this.wall = wall;
    this.#advance(known);
  }

  /** The box took note of `rev` but not of its content: the stream goes on. */
  refused(rev: number): void {
    this.#refused.add(rev);
    this.#advance(this.acked);
  }

  /** The box asks for everything from `from` again. */
  rewind(from: number): void {
    this.#sent = Math.max(this.#journal.base.rev, from - 1);
    this.acked = Math.min(this.acked, this.#sent);
    this.pump();
  }

  /** Waits before sending on from what is acknowledged (the box is busy, or takes nothing yet). */
  pause(ms: number): void {
    this.#cancelPause?.();
    this.#unstall();
    this.#cancelPause = this.#timers.after(ms, () => {
      this.#cancelPause = null;
      this.#sent = Math.min(this.#sent, this.acked);
      this.pump();
    });
  }

  /** Sends what the window has room for. */
  pump(): void {
    if (!this.#attached || this.#cancelPause) return;
    const last = Math.min(this.#journal.sendable, this.acked + WINDOW);
    while (this.#sent < last) {
      const frame = fitting(
        this.#journal.range(this.#sent + 1, Math.min(last, this.#sent + REVISION_LIMITS.perFrame)),
      );
      if (frame.length === 0 || !this.#send(encodeFrame(frame.map((entry) => entry.text)))) break;
      this.#sent += frame.length;
    }
    if (this.#sent > this.acked)
      this.#cancelStall ??= this.#timers.after(this.#stallMs, () => this.#stalled());
  }

  #advance(to: number): void {
    let acked = Math.max(this.acked, to);
    while (this.#refused.delete(acked + 1)) acked += 1;
    if (acked > this.acked) {
      this.acked = acked;
      this.#sent = Math.max(this.#sent, acked);
      this.#stallMs = STALL_FIRST_MS;
      this.#unstall();
    }
    this.pump();
  }

  #stalled(): void {
    this.#cancelStall = null;
    this.#stallMs = Math.min(STALL_MOST_MS, this.#stallMs * 2);
    this.#sent = this.acked;
    this.pump();
  }

  #unstall(): void {
    this.#cancelStall?.();
    this.#cancelStall = null;
  }
}

/** The first entries that fit into one frame together; a single one always fits. */
function fitting(entries: JournalEntry[]): JournalEntry[] {
  let bytes = FRAME_OVERHEAD;
  let count = 0;
  for (const entry of entries) {
    bytes += toUtf8(entry.text).length + 1;
    if (bytes > FRAME_BYTES && count > 0) break;
    count += 1;
  }
  return entries.slice(0, count);
}
