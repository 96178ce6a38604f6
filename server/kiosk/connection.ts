/** One machine's socket: sends, counts, remembers who is behind it. Rules are in the services. */
import type { WebSocket } from 'ws';
import type { ErrorCode } from '#protocol/errors.ts';
import { PING_EVERY_MS, type SeatMap, type ServerMessage, SILENCE_MS } from '#protocol/socket.ts';

export interface ConnectedMachine {
  machine: string;
  key: string;
  room: string;
  seat: string;
}

/** More unread bytes than this on the way to a machine: it is gone or stuck, and is cut. */
const UNREAD_BYTES = 16 * 1024 * 1024;
/** Frames a machine may send in ten seconds; a candidate's journal replay sends some hundred. */
const FRAMES_PER_WINDOW = 2_000;
const WINDOW_MS = 10_000;

export class Connection {
  readonly address: string;
  readonly nonce: string;
  readonly openedWall: number;
  agent = '';
  client = '';
  /** Device key once `hello` proved it. */
  key: string | null = null;
  machine: ConnectedMachine | null = null;
  attempt: string | null = null;
  /** Its own clock's word of box time is from this boot of its page, checked against ours. */
  proved = false;
  roundTripMs: number | null = null;
  /** Address it comes from is not the machine's own: waits for approval. */
  refusal: ErrorCode | null = null;
  readonly #socket: WebSocket;
  #lastHeard: number;
  #pingAt = 0;
  #windowFrom = 0;
  #frames = 0;
  readonly #now: () => number;

  constructor(socket: WebSocket, of: { address: string; nonce: string; wall: number; now: () => number }) {
    this.#socket = socket;
    this.address = of.address;
    this.nonce = of.nonce;
    this.openedWall = of.wall;
    this.#now = of.now;
    this.#lastHeard = of.now();
    socket.on('pong', () => {
      this.roundTripMs = this.#now() - this.#pingAt;
      this.#lastHeard = this.#now();
    });
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (!this.open) return;
    if (this.#socket.bufferedAmount > UNREAD_BYTES) return this.#socket.terminate();
    this.#socket.send(text);
  }

  ok(id: number, more: Omit<Extract<ServerMessage, { t: 'ok' }>, 't' | 'id'> = {}): void {
    this.send({ t: 'ok', id, ...more });
  }

  error(id: number | null, code: ErrorCode, detail?: Record<string, string | number>, map?: SeatMap): void {
    this.send({ t: 'error', id, code, ...(detail ? { detail } : {}), ...(map ? { map } : {}) });
  }

  close(code: number, reason: ErrorCode): void {
    this.error(null, reason);
    this.#socket.close(code, reason);
  }

  /** A frame arrived. False when there are too many of them. */
  heard(): boolean {
    const now = this.#now();
    this.#lastHeard = now;
    if (now - this.#windowFrom > WINDOW_MS) {
      this.#windowFrom = now;
      this.#frames = 0;
    }
    this.#frames += 1;
    return this.#frames <= FRAMES_PER_WINDOW;
  }

  /** Pings, and cuts a machine that has been silent too long. */
  tick(): void {
    const now = this.#now();
    if (now - this.#lastHeard > SILENCE_MS) return this.#socket.terminate();
    if (now - this.#pingAt >= PING_EVERY_MS) {
      this.#pingAt = now;
      if (this.open) this.#socket.ping();
    }
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
