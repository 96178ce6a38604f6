/**
 * What the live socket tells, for the pages that watch: the map of one session, the machines, whether the line is up.
 * Made by a page while it is shown; `close` ends it.
 */
import type { ConsolePush, MachinesAnswer, SessionMap } from '#protocol/console.ts';
import { call } from '../api/call.ts';
import { LiveSocket } from '../api/socket.ts';
import { applyPush } from '../features/live/live-map.ts';
import type { Clock } from './clock.svelte.ts';

export class Live {
  map = $state.raw<SessionMap | null>(null);
  machines = $state.raw<MachinesAnswer | null>(null);
  /** Code of what the box refused on this line, such as `auth/forbidden`. */
  refused = $state<string | null>(null);
  /** Wall time since which the line is down; null while it is up or was not up yet. */
  lostSince = $state<number | null>(null);
  readonly #socket: LiveSocket;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#socket = new LiveSocket({
      push: (message) => this.#push(message),
      line: (up) => {
        if (up) this.lostSince = null;
        else this.lostSince ??= clock.wall;
      },
      // Asks who is signed in: nobody any more, and the page goes to the gate by itself.
      refused: () => void call('GET /api/v1/console/me', {}).catch(() => {}),
    });
  }

  #push(message: ConsolePush): void {
    if (message.t === 'map') this.#clock.set(message.map.wall, message.map.elapsed);
    else if (message.t === 'seats') this.#clock.set(message.wall, message.elapsed);
    else if (message.t === 'machines') this.machines = message.machines;
    else if (message.t === 'error') this.refused = message.code;
    this.map = applyPush(this.map, message);
  }

  watch(session: string | null): void {
    if (this.map?.session.session !== session) this.map = null;
    this.refused = null;
    this.#socket.watch(session);
  }

  /** Reads the machines anew, for pages that need them fresher than they are pushed. Keeps the old ones on failure. */
  async readMachines(): Promise<void> {
    const machines = await call('GET /api/v1/console/machines', {}).catch(() => null);
    if (machines) this.machines = machines;
  }

  close(): void {
    this.#socket.close();
  }
}
