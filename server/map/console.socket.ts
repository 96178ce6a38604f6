/** The console's live socket: after `watch` the whole map, then only the seats that changed, at most twice a second. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import { CONSOLE_SOCKET_PATH, type ConsolePush } from '#protocol/console.ts';
import { extent } from '#protocol/rights.ts';
import { id, strict } from '#protocol/shapes.schema.ts';
import type { Deps } from '#server/platform/deps.ts';
import { codedError } from '#server/platform/http.ts';
import { callerOf } from '#server/staff/auth.routes.ts';
import type { AuthService, Caller } from '#server/staff/auth.service.ts';
import type { MapService } from './map.service.ts';

const Watch = Compile(
  strict({ t: Type.Literal('watch'), session: Type.Union([id('session'), Type.Null()]) }),
);
const PUSH_EVERY_MS = 500;
/** A person who was signed out, or whose rooms changed, is noticed within this time. */
const RECHECK_MS = 15_000;

export class ConsoleSockets {
  readonly #deps: Deps;
  readonly #map: MapService;
  readonly #watchers = new Set<Watcher>();

  constructor(deps: Deps, map: MapService) {
    this.#deps = deps;
    this.#map = map;
    deps.bus.on('seat', ({ room, label }) => {
      for (const watcher of this.#watchers) watcher.seat(room, label);
    });
    deps.bus.on('session', ({ session }) => {
      for (const watcher of this.#watchers) if (watcher.session === session) watcher.whole();
    });
    deps.bus.on('notice', ({ notice, text, wall }) => {
      for (const watcher of this.#watchers) watcher.send({ t: 'notice', notice, text, wall });
    });
  }

  register(app: FastifyInstance, auth: AuthService): void {
    app.get(CONSOLE_SOCKET_PATH, { websocket: true }, (socket, request) => {
      const watcher = new Watcher(socket, callerOf(request), this.#deps, this.#map);
      this.#watchers.add(watcher);
      const recheck = setInterval(() => {
        try {
          watcher.caller = auth.caller(request);
        } catch {
          socket.close(4401, 'auth/expired');
        }
      }, RECHECK_MS);
      socket.on('message', (data) => watcher.message(data.toString()));
      socket.on('close', () => {
        clearInterval(recheck);
        watcher.stop();
        this.#watchers.delete(watcher);
      });
      socket.on('error', () => socket.terminate());
    });
  }
}

class Watcher {
  session: string | null = null;
  caller: Caller;
  readonly #socket: WebSocket;
  readonly #deps: Deps;
  readonly #map: MapService;
  readonly #seats = new Map<string, { room: string; label: string }>();
  #whole = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(socket: WebSocket, caller: Caller, deps: Deps, map: MapService) {
    this.#socket = socket;
    this.caller = caller;
    this.#deps = deps;
    this.#map = map;
  }

  message(text: string): void {
    let message: unknown = null;
    try {
      message = JSON.parse(text);
    } catch {
      return this.send({ t: 'error', code: 'frame/not-json' });
    }
    if (!Watch.Check(message)) return this.send({ t: 'error', code: 'frame/invalid' });
    this.session = message.session;
    this.#seats.clear();
    if (this.session) this.#pushWhole();
  }

  seat(room: string, label: string): void {
    if (!this.session || !this.#sees(room)) return;
    this.#seats.set(`${room} ${label}`, { room, label });
    this.#later();
  }

  whole(): void {
    this.#whole = true;
    this.#later();
  }

  send(push: ConsolePush): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(push));
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#push();
    }, PUSH_EVERY_MS);
  }

  #push(): void {
    const { session } = this;
    if (!session) return;
    if (this.#whole) return this.#pushWhole();
    try {
      const seats = this.#map.seats(session, [...this.#seats.values()]);
      this.#seats.clear();
      if (seats.length > 0)
        this.send({ t: 'seats', seats, elapsed: this.#deps.clock.elapsed(), wall: this.#deps.clock.wall() });
    } catch (error) {
      this.#failed(error);
    }
  }

  #pushWhole(): void {
    this.#whole = false;
    this.#seats.clear();
    if (!this.session) return;
    try {
      this.send({ t: 'map', map: this.#map.session(this.session, this.#rooms()) });
    } catch (error) {
      this.#failed(error);
    }
  }

  #rooms(): readonly string[] | null {
    return extent(this.caller.staff.role, 'room.watch') === 'all' ? null : this.caller.staff.rooms;
  }

  #sees(room: string): boolean {
    return this.#rooms()?.includes(room) ?? true;
  }

  #failed(error: unknown): void {
    const { code, status } = codedError(error);
    if (status >= 500) this.#deps.log.error({ err: error }, 'the live map failed');
    this.send({ t: 'error', code });
  }
}
