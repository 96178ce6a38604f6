/** The candidates' WebSocket: frames in, validated and handed to the services; greetings and refusals out. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { ErrorCode } from '#protocol/errors.ts';
import { CLIENT_MESSAGES } from '#protocol/socket.schema.ts';
import { CLOSE, type ClientMessage, FRAME_BYTES, SOCKET_PATH } from '#protocol/socket.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { codedError } from '#server/platform/http.ts';
import { addressOf } from '#server/staff/auth.service.ts';
import { Connection } from './connection.ts';
import { WrongSeat } from './entry.service.ts';
import type { KioskService } from './kiosk.service.ts';

const VALIDATORS = new Map(Object.entries(CLIENT_MESSAGES).map(([type, schema]) => [type, Compile(schema)]));
const INTRODUCE_MS = 10_000;

export function kioskSocket(app: FastifyInstance, deps: Deps, kiosk: KioskService): void {
  app.get(SOCKET_PATH, { websocket: true }, (socket, request) => {
    accept(socket, addressOf(request.ip), deps, kiosk);
  });
}

function accept(socket: WebSocket, address: string, deps: Deps, kiosk: KioskService): void {
  const { clock, log } = deps;
  const connection = new Connection(socket, {
    address,
    nonce: randomBytes(32).toString('base64url'),
    wall: clock.wall(),
    now: () => performance.now(),
  });
  kiosk.opened(connection);
  const introduce = setTimeout(
    () => connection.close(CLOSE.notIntroduced, 'socket/hello-first'),
    INTRODUCE_MS,
  );
  const introduced = () => clearTimeout(introduce);
  /** Frames of one connection are worked off in order: what is under way, where something is. */
  let last: Promise<void> | null = null;
  const follow = (running: Promise<void>) => {
    last = running;
    void running.then(() => {
      if (last === running) last = null;
    });
  };

  socket.on('message', (data, binary) => {
    if (!connection.heard()) return connection.close(CLOSE.tooMany, 'frame/too-many');
    if (binary) return connection.error(null, 'frame/not-json');
    const text = data.toString();
    if (last === null) {
      const waits = handle(connection, text, kiosk, introduced);
      if (waits) follow(waits);
    } else follow(last.then(() => handle(connection, text, kiosk, introduced) ?? undefined));
  });
  socket.on('close', () => {
    clearTimeout(introduce);
    kiosk.closed(connection);
  });
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
      connection.error(null, 'frame/too-large', { most: FRAME_BYTES });
    log.debug({ err: error, address }, 'socket error');
  });
}

/** Works off one frame; null when it is done already, as with nearly every revision. Refusals are sent, never thrown. */
function handle(
  connection: Connection,
  text: string,
  kiosk: KioskService,
  introduced: () => void,
): Promise<void> | null {
  const refused = (error: unknown) => refuse(connection, null, error, kiosk.log);
  try {
    return dispatch(connection, text, kiosk, introduced)?.catch(refused) ?? null;
  } catch (error) {
    refused(error);
    return null;
  }
}

function dispatch(
  connection: Connection,
  text: string,
  kiosk: KioskService,
  introduced: () => void,
): Promise<void> | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BoxError('frame/not-json');
  }
  const type =
    typeof parsed === 'object' && parsed !== null && 't' in parsed && typeof parsed.t === 'string'
      ? parsed.t
      : '';
  // The hot path checks revisions by hand and by comparing bytes, faster than a schema.
  if (type === 'rev') {
    if (connection.key === null) throw new BoxError('socket/hello-first');
    return kiosk.answers.revise(connection, text, (parsed as { e?: unknown }).e);
  }
  return handleOther(connection, type, parsed, kiosk, introduced);
}

async function handleOther(
  connection: Connection,
  type: string,
  parsed: unknown,
  kiosk: KioskService,
  introduced: () => void,
): Promise<void> {
  const validator = VALIDATORS.get(type);
  if (!validator) throw new BoxError('frame/unknown-type', { type: type.slice(0, 40) });
  if (!validator.Check(parsed)) {
    const [first] = validator.Errors(parsed);
    const id = requestId(parsed);
    return connection.error(id, 'frame/invalid', {
      where: first?.instancePath ?? '',
      problem: first?.message ?? '',
    });
  }
  const message = parsed as Exclude<ClientMessage, { t: 'rev' }>;
  if (message.t === 'hello') {
    await kiosk.hello(connection, message);
    return introduced();
  }
  if (connection.key === null) throw new BoxError('socket/hello-first');
  try {
    await kiosk.handle(connection, message);
  } catch (error) {
    refuse(connection, requestId(message), error, kiosk.log);
  }
}

function requestId(message: unknown): number | null {
  return typeof message === 'object' && message !== null && 'id' in message && typeof message.id === 'number'
    ? message.id
    : null;
}

function refuse(connection: Connection, id: number | null, error: unknown, log: Deps['log']): void {
  const coded = codedError(error);
  if (coded.status >= 500) log.error({ err: error, code: coded.code }, 'a message failed');
  const map = error instanceof WrongSeat ? (error.map ?? undefined) : undefined;
  connection.error(id, coded.code as ErrorCode, plain(coded.detail), map);
  if (coded.code === 'socket/origin' || coded.code === 'socket/bad-signature')
    connection.close(CLOSE.refused, coded.code);
}

/** Details that travel: short texts and numbers only. */
function plain(detail: Record<string, unknown> | undefined): Record<string, string | number> | undefined {
  if (!detail) return undefined;
  const kept = Object.entries(detail).filter(
    (pair): pair is [string, string | number] => typeof pair[1] === 'string' || typeof pair[1] === 'number',
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, 300) : value]),
  );
}
