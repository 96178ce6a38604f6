/** What the connection needs from outside and tells. */
import type { ClientMessage, SeatMap, ServerMessage } from '#protocol/socket.ts';
import type { Timers } from '../clock/timers.ts';
import type { DeviceKey } from '../journal/device-key.ts';

/** The part of `WebSocket` that is used. */
export interface SocketLike {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type Challenge = Extract<ServerMessage, { t: 'challenge' }>;
export type Welcome = Extract<ServerMessage, { t: 'welcome' }>;
export type Ok = Extract<ServerMessage, { t: 'ok' }>;
/** Messages that are not part of connecting, answering or telling the time. */
export type Told = Exclude<ServerMessage, { t: 'challenge' | 'welcome' | 'ok' | 'time' }>;

/** A request without its number. */
export type Request = ClientMessage extends infer M
  ? M extends { id: number }
    ? Omit<M, 'id'>
    : never
  : never;
/** A message that gets no answer of its own. */
export type Plain = Exclude<ClientMessage, { id: number } | { t: 'hello' | 'rev' | 'time' }>;

export interface LinkDeps {
  /** Opens a socket to the box; see `SOCKET_PATH` and `SOCKET_SUBPROTOCOL`. */
  connect(): SocketLike;
  timers: Timers;
  random(): number;
  device: DeviceKey;
  /** Origin of the page, e.g. `https://exam.local`. */
  origin: string;
  /** Version of this application, and the browser's name. */
  client: string;
  agent: string;
  /** Box time as reckoned, if it was proved in the life of this page. */
  elapsed(): number | null;
  /** Looks at who answered; a code refuses this box (the link then tries again, slowly). */
  accept(challenge: Challenge): string | null;
  welcomed(welcome: Welcome): void;
  told(message: Told): void;
  timeTold(sentAt: number, told: { elapsed: number; wall: number }): void;
  /** The connection ended; `code` where the box gave a reason. */
  lost(code: string | null): void;
}

/** A request was refused (`code` from the box), or not answered (`offline/no-answer`). */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly code: string;
  readonly detail: Record<string, string | number> | undefined;
  readonly map: SeatMap | undefined;
  constructor(code: string, detail?: Record<string, string | number>, map?: SeatMap) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.map = map;
  }
}
