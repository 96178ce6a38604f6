/**
 * The one WebSocket to the box: challenge → hello → welcome, then requests and messages; it comes back by itself after
 * anything. Liveness is judged by answers to `time`, for a page can't see the box's pings.
 */
import { socketText } from '#domain/attempt/digest.ts';
import { PING_EVERY_MS, type ServerMessage, SILENCE_MS } from '#protocol/socket.ts';
import { createBackoff } from './backoff.ts';
import {
  type Challenge,
  type LinkDeps,
  LinkError,
  type Ok,
  type Plain,
  type Request,
  type SocketLike,
} from './link.types.ts';

const FIRST_MS = 250;
const MOST_MS = 5_000;
/** Until challenge and welcome have come. */
const OPEN_MS = 10_000;
const ANSWER_MS = 10_000;
/** Refused by the box itself: it may be put right at the desk, so keep asking, but not often. */
const REFUSED_MS = 15_000;
/** Time is asked more often at first, to find a short round trip. */
const BURST = 4;
const BURST_MS = 400;
const SILENT_TICKS = SILENCE_MS / PING_EVERY_MS;
const CODE = /^[a-z]+\/[a-z-]+$/;

interface Waiting {
  resolve(ok: Ok): void;
  reject(error: LinkError): void;
  cancel(): void;
}

/** One connection, from opening to its end. */
interface Connection {
  socket: SocketLike;
  state: 'opening' | 'greeted' | 'ready';
  waiting: Map<number, Waiting>;
  cancel: (() => void)[];
  /** Ticks since anything was heard. */
  silent: number;
  /** Code that came before the end. */
  code: string | null;
}

export class Link {
  readonly #deps: LinkDeps;
  readonly #backoff;
  #connection: Connection | null = null;
  #running = false;
  #cancelRetry: () => void = () => undefined;
  #nextId = 1;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#backoff = createBackoff({ firstMs: FIRST_MS, mostMs: MOST_MS, random: deps.random });
  }

  get ready(): boolean {
    return this.#connection?.state === 'ready';
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  stop(): void {
    this.#running = false;
    this.#cancelRetry();
    const connection = this.#connection;
    if (connection) this.#end(connection, null);
  }

  /** Tries again now (the network came back, the page was shown again); asks for the time if it is connected. */
  poke(): void {
    if (!this.#running) return;
    if (this.#connection) {
      if (this.ready) this.#askTime(this.#connection);
      return;
    }
    this.#cancelRetry();
    this.#backoff.reset();
    this.#open();
  }

  /** Greets the box anew: what it says of this machine in its welcome settles a doubt. */
  restart(): void {
    const connection = this.#connection;
    if (!connection) return;
    connection.code = null;
    this.#end(connection, null);
  }

  /** Sends a request; rejects with `LinkError`. It may have been carried out although no answer came. */
  request(request: Request): Promise<Ok> {
    const connection = this.#connection;
    if (connection?.state !== 'ready') return Promise.reject(new LinkError('offline/no-answer'));
    const id = this.#nextId;
    this.#nextId = id >= 2_147_483_647 ? 1 : id + 1;
    return new Promise((resolve, reject) => {
      const cancel = this.#deps.timers.after(ANSWER_MS, () => {
        connection.waiting.delete(id);
        reject(new LinkError('offline/no-answer'));
      });
      connection.waiting.set(id, { resolve, reject, cancel });
      this.#send(connection, JSON.stringify({ ...request, id }));
    });
  }

  /** Sends a message without an answer; false when there is no connection. */
  send(message: Plain): boolean {
    return this.sendText(JSON.stringify(message));
  }

  /** Sends a ready frame. */
  sendText(text: string): boolean {
    const connection = this.#connection;
    if (connection?.state !== 'ready') return false;
    this.#send(connection, text);
    return true;
  }

  #open(): void {
    const { timers } = this.#deps;
    let socket: SocketLike;
    try {
      socket = this.#deps.connect();
    } catch {
      this.#retry(this.#backoff.next());
      return;
    }
    const connection: Connection = {
      socket,
      state: 'opening',
      waiting: new Map(),
      cancel: [],
      silent: 0,
      code: null,
    };
    this.#connection = connection;
    connection.cancel.push(
      timers.after(OPEN_MS, () => {
        if (connection.state !== 'ready') this.#end(connection, null);
      }),
    );
    socket.onmessage = (event) => {
      if (this.#connection !== connection || typeof event.data !== 'string') return;
      connection.silent = 0;
      this.#heard(connection, event.data);
    };
    socket.onclose = (event) => this.#end(connection, CODE.test(event.reason) ? event.reason : null);
    // `close` follows an error.
    socket.onerror = () => undefined;
  }

  #heard(connection: Connection, data: string): void {
    const message = parse(data);
    if (!message) return;
    switch (message.t) {
      case 'challenge':
        if (connection.state === 'opening') void this.#greet(connection, message);
        return;
      case 'welcome':
        // The box greets again whenever it says something new of this machine (seat, address, attempt).
        if (connection.state === 'ready') return this.#deps.welcomed(message);
        if (connection.state !== 'greeted') return;
        connection.state = 'ready';
        this.#backoff.reset();
        this.#deps.welcomed(message);
        this.#tick(connection, 0);
        return;
      case 'time':
        this.#deps.timeTold(message.c, message);
        return;
      case 'ok':
        this.#answered(connection, message.id)?.resolve(message);
        return;
      case 'error': {
        const { id, code, detail, map } = message;
        if (id !== null) {
          this.#answered(connection, id)?.reject(new LinkError(code, detail, map));
          return;
        }
        connection.code = code;
        this.#deps.told(message);
        return;
      }
      default:
        this.#deps.told(message);
    }
  }

  async #greet(connection: Connection, challenge: Challenge): Promise<void> {
    const deps = this.#deps;
    const refused = deps.accept(challenge);
    if (refused) {
      this.#end(connection, refused);
      return;
    }
    connection.state = 'greeted';
    const { box, boxEpoch, nonce } = challenge;
    const { origin, client, agent, device } = deps;
    try {
      const sig = await device.sign(socketText({ box, boxEpoch, nonce, origin }));
      if (this.#connection !== connection) return;
      const elapsed = deps.elapsed();
      const told = elapsed === null ? {} : { elapsed: Math.max(0, Math.round(elapsed)) };
      const hello = {
        t: 'hello',
        v: 1,
        key: device.publicKey,
        sig,
        client,
        agent: agent.slice(0, 400),
        ...told,
        origin,
      };
      this.#send(connection, JSON.stringify(hello));
    } catch {
      this.#end(connection, null);
    }
  }

  #answered(connection: Connection, id: number): Waiting | undefined {
    const waiting = connection.waiting.get(id);
    connection.waiting.delete(id);
    waiting?.cancel();
    return waiting;
  }

  /**
   * Asks for the time and counts the silence. Ticks are counted, not milliseconds: a machine that slept, or a page that
   * was throttled, must not take its own pause for the box's.
   */
  #tick(connection: Connection, ticks: number): void {
    if (this.#connection !== connection) return;
    const burst = ticks < BURST;
    if (!burst) connection.silent += 1;
    if (connection.silent >= SILENT_TICKS) {
      this.#end(connection, null);
      return;
    }
    this.#askTime(connection);
    connection.cancel.push(
      this.#deps.timers.after(burst ? BURST_MS : PING_EVERY_MS, () => {
        connection.cancel.length = 0;
        this.#tick(connection, ticks + 1);
      }),
    );
  }

  #askTime(connection: Connection): void {
    this.#send(connection, JSON.stringify({ t: 'time', c: this.#deps.timers.now() }));
  }

  #send(connection: Connection, text: string): void {
    try {
      connection.socket.send(text);
    } catch {
      this.#end(connection, null);
    }
  }

  #end(connection: Connection, code: string | null): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    for (const cancel of connection.cancel) cancel();
    const { socket, waiting } = connection;
    socket.onmessage = null;
    socket.onclose = null;
    try {
      socket.close();
    } catch {
      // It was not open yet: there is nothing to close.
    }
    for (const one of waiting.values()) {
      one.cancel();
      one.reject(new LinkError('offline/no-answer'));
    }
    const reason = code ?? connection.code;
    this.#deps.lost(reason);
    // Another window took this machine's place: two that connect again by themselves would take it from each other for
    // ever. A person who comes back to this page tries again (`poke`).
    if (!this.#running || reason === 'socket/replaced') return;
    this.#retry(isRefusal(reason) ? REFUSED_MS : this.#backoff.next());
  }

  #retry(ms: number): void {
    this.#cancelRetry = this.#deps.timers.after(ms, () => this.#open());
  }
}

/** Codes with which the box turns a machine away: the next try would end the same, until somebody does something. */
function isRefusal(code: string | null): boolean {
  return code !== null && (code.startsWith('socket/') || code.startsWith('machine/'));
}

function parse(data: string): ServerMessage | null {
  try {
    const message: unknown = JSON.parse(data);
    // The box is ours and proved itself by TLS; unknown types of a newer one fall through unheard.
    return typeof message === 'object' && message !== null && 't' in message
      ? (message as ServerMessage)
      : null;
  } catch {
    return null;
  }
}
