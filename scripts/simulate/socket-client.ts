/**
 * One connection of a candidate's machine: TLS, subprotocol, challenge and hello, then requests with answers and
 * messages as they come. It does not come back by itself: the candidate decides when.
 */
import { WebSocket } from 'ws';
import { socketText } from '#domain/attempt/digest.ts';
import {
  type ClientMessage,
  type ServerMessage,
  SILENCE_MS,
  SOCKET_PATH,
  SOCKET_SUBPROTOCOL,
} from '#protocol/socket.ts';
import type { BoxAccess } from './box-access.ts';
import type { Device } from './device.ts';

export type Of<T extends ServerMessage['t']> = Extract<ServerMessage, { t: T }>;
type Plain = Extract<ClientMessage, { t: 'time' | 'sign' }>;
type Asking = Exclude<ClientMessage, Plain | { t: 'hello' | 'rev' }>;
type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;
export type Request = WithoutId<Asking>;

/** The box said no; `code` is of the catalogue, `offline/no-answer` when the line was lost. */
export class Refusal extends Error {
  readonly code: string;
  readonly detail: Record<string, string | number> | undefined;
  constructor(code: string, detail?: Record<string, string | number>) {
    super(detail ? `${code} ${JSON.stringify(detail)}` : code);
    this.code = code;
    this.detail = detail;
  }
}

export interface SocketOf {
  box: BoxAccess;
  device: Device;
  client: string;
  agent: string;
  /** Source address on loopback. */
  address?: string | undefined;
  /** Box time as this machine has counted it, null when it never heard it. */
  elapsed: () => number | null;
  /** Null to go on, or why this box is not spoken to. */
  accept: (challenge: Of<'challenge'>) => string | null;
  heard: (message: ServerMessage) => void;
  closed: (code: number, reason: string) => void;
}

const ANSWER_MS = 20_000;
const OPEN_MS = 20_000;

interface Waiting {
  resolve: (ok: Of<'ok'>) => void;
  reject: (refusal: Refusal) => void;
  since: number;
}

export class BoxSocket {
  readonly #of: SocketOf;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #lastHeard: number;
  #ended = false;
  /** `hello` has been sent: the box may be spoken to. */
  #greeted = false;
  nonce = '';

  constructor(of: SocketOf) {
    this.#of = of;
    this.#lastHeard = performance.now();
    const url = new URL(SOCKET_PATH, of.box.url);
    url.protocol = 'wss:';
    this.#socket = new WebSocket(url, SOCKET_SUBPROTOCOL, {
      ...of.box.connection(of.address),
      origin: of.box.origin,
      perMessageDeflate: false,
      handshakeTimeout: OPEN_MS,
    });
    this.#socket.on('message', (data: Buffer) => this.#message(data.toString()));
    this.#socket.on('ping', () => {
      this.#lastHeard = performance.now();
    });
    // `close` follows an error.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', (code: number, reason: Buffer) => this.#end(code, reason.toString()));
  }

  get ready(): boolean {
    return this.#greeted && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Bytes that wait to be sent. */
  get unsent(): number {
    return this.#socket.bufferedAmount;
  }

  /** Asks and waits for the answer. Rejects with `Refusal`. */
  request(ask: Request): Promise<Of<'ok'>> {
    if (!this.ready) return Promise.reject(new Refusal('offline/no-answer'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, since: performance.now() });
      this.#socket.send(JSON.stringify({ ...ask, id }));
    });
  }

  send(message: Plain): boolean {
    return this.sendText(JSON.stringify(message));
  }

  sendText(text: string): boolean {
    if (!this.ready) return false;
    this.#socket.send(text);
    return true;
  }

  /** The cable is pulled: no farewell. */
  drop(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** To be called every second or so: ends a silent connection and requests that nobody answers. */
  tick(now: number): void {
    if (this.#ended) return;
    if (now - this.#lastHeard > SILENCE_MS) return this.drop();
    for (const [id, { reject, since }] of this.#waiting) {
      if (now - since < ANSWER_MS) break;
      this.#waiting.delete(id);
      reject(new Refusal('offline/no-answer'));
    }
  }

  #message(text: string): void {
    if (this.#ended) return;
    this.#lastHeard = performance.now();
    const message = JSON.parse(text) as ServerMessage;
    switch (message.t) {
      case 'challenge':
        return this.#greet(message);
      case 'ok':
        this.#taken(message.id)?.resolve(message);
        return;
      case 'error':
        if (message.id === null) return this.#of.heard(message);
        this.#taken(message.id)?.reject(new Refusal(message.code, message.detail));
        return;
      default:
        this.#of.heard(message);
    }
  }

  #taken(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #greet(challenge: Of<'challenge'>): void {
    const { device, client, agent, elapsed, box, accept, heard } = this.#of;
    const refused = accept(challenge);
    if (refused !== null) return this.#end(1000, refused);
    // The clock that is told is the machine's own count, from before this challenge.
    const counted = elapsed();
    heard(challenge);
    const { box: id, boxEpoch, nonce } = challenge;
    this.nonce = nonce;
    const sig = device.sign(socketText({ box: id, boxEpoch, nonce, origin: box.origin }));
    const told = counted === null ? {} : { elapsed: Math.max(0, Math.round(counted)) };
    this.#greeted = true;
    this.#socket.send(
      JSON.stringify({
        t: 'hello',
        v: 1,
        key: device.publicKey,
        sig,
        client,
        agent,
        ...told,
        origin: box.origin,
      }),
    );
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Refusal('offline/no-answer'));
    this.#waiting.clear();
    this.#of.closed(code, reason);
  }
}
