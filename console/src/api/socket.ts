/**
 * The live socket: keeps itself connected, watches one session, says when the line is lost. Wire format:
 * protocol/console.ts, ConsoleMessage and ConsolePush.
 */
import { CONSOLE_SOCKET_PATH, type ConsoleMessage, type ConsolePush } from '#protocol/console.ts';

export interface LiveHandlers {
  push(message: ConsolePush): void;
  line(up: boolean): void;
  /** The box answered but would not open the line: most likely the sign-in is over. */
  refused(): void;
}

/** Waits before the next try: short at first, for a pulled cable is back soon; never longer than 5 s. */
export function retryDelayMs(failures: number, random: () => number): number {
  const base = Math.min(5_000, 300 * 2 ** Math.min(failures, 10));
  return Math.round(base * (0.7 + 0.6 * random()));
}

/**
 * A pulled cable tells the browser nothing for minutes, and pings are invisible to a page: after this silence the box is
 * asked over HTTP, and a socket whose box does not answer is given up.
 */
const SILENCE_MS = 8_000;
/** The box closes so when the sign-in behind a line is over. */
const SIGNED_OUT = 4401;
const PROBE_PATIENCE_MS = 4_000;

export class LiveSocket {
  readonly #handlers: LiveHandlers;
  #socket: WebSocket | null = null;
  #session: string | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #heard = performance.now();
  readonly #watchdog = setInterval(() => void this.#probe(), SILENCE_MS / 2);

  constructor(handlers: LiveHandlers) {
    this.#handlers = handlers;
    this.#connect();
    addEventListener('online', this.#wake);
  }

  /** Watches this session from now on, and again after every reconnect. */
  watch(session: string | null): void {
    this.#session = session;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#send({ t: 'watch', session });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#watchdog);
    removeEventListener('online', this.#wake);
    this.#socket?.close();
  }

  #wake = () => {
    if (this.#socket === null) {
      clearTimeout(this.#retry);
      this.#connect();
    }
  };

  async #probe(): Promise<void> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || performance.now() - this.#heard < SILENCE_MS) return;
    try {
      const signal = AbortSignal.timeout(PROBE_PATIENCE_MS);
      await fetch('/api/v1/health', { cache: 'no-store', signal });
      this.#heard = performance.now();
    } catch {
      if (this.#socket === socket) this.#lost(socket);
    }
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    socket.close();
    if (this.#closed) return;
    this.#handlers.line(false);
    this.#retry = setTimeout(() => this.#connect(), retryDelayMs(this.#failures++, Math.random));
  }

  #send(message: ConsoleMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #connect(): void {
    if (this.#closed) return;
    const url = new URL(CONSOLE_SOCKET_PATH, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#failures = 0;
      this.#heard = performance.now();
      this.#handlers.line(true);
      if (this.#session) this.#send({ t: 'watch', session: this.#session });
    };
    socket.onmessage = ({ data }) => {
      this.#heard = performance.now();
      const message = readPush(data);
      if (message) this.#handlers.push(message);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket && !this.#closed && (!opened || code === SIGNED_OUT))
        this.#handlers.refused();
      this.#lost(socket);
    };
  }
}

const KINDS: readonly string[] = ['map', 'seats', 'machines', 'notice', 'error'] satisfies ConsolePush['t'][];

/** A push of a kind that this version knows; newer ones are passed over. */
export function readPush(data: unknown): ConsolePush | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null || !('t' in value)) return null;
    return KINDS.includes(String(value.t)) ? (value as ConsolePush) : null; // of a known kind, made by the box
  } catch {
    return null;
  }
}
