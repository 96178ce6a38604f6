/** A member of staff without a browser: signs in and makes the console's calls, typed by the contract. */
import type { Agent } from 'node:https';
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { Me } from '#protocol/console.ts';
import type { BoxAccess } from './box-access.ts';

type Calls = ConsoleCalls;
type JsonBody<K extends keyof Calls> = Calls[K] extends { body: infer B }
  ? B extends 'bytes'
    ? never
    : B
  : undefined;

/** Connections kept open to the box: seating a room of machines is a call each. */
const SOCKETS = 8;

export class StaffClient {
  readonly me: Me;
  readonly #box: BoxAccess;
  readonly #agent: Agent;
  readonly #cookie: string;

  private constructor(box: BoxAccess, agent: Agent, cookie: string, me: Me) {
    this.#box = box;
    this.#agent = agent;
    this.#cookie = cookie;
    this.me = me;
  }

  /** Throws `BoxAnswer` with `auth/failed` and the like. */
  static async signIn(box: BoxAccess, login: string, password: string): Promise<StaffClient> {
    const agent = box.agent(undefined, SOCKETS);
    const { headers, body } = await box.fetch({
      method: 'POST',
      path: '/api/v1/console/sign-in',
      headers: { 'content-type': 'application/json', origin: box.origin },
      body: JSON.stringify({ login, password }),
      agent,
    });
    const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.replace(/;.*$/s, ''));
    return new StaffClient(box, agent, cookies.join('; '), JSON.parse(body.toString()) as Me);
  }

  /**
   * One call of protocol/console.calls.ts, e.g. `call('POST /api/v1/console/sessions/:session/start', { session }, {})`.
   * `params` fill the path's `:names`. Throws `BoxAnswer`.
   */
  async call<K extends keyof Calls>(
    name: K,
    params: Record<string, string> = {},
    body?: JsonBody<K>,
  ): Promise<Calls[K]['answer']> {
    const [method = 'GET', pattern = ''] = name.split(' ');
    const path = pattern.replace(/:([a-z0-9]+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
    const answer = await this.#box.fetch({
      method,
      path,
      headers: {
        cookie: this.#cookie,
        origin: this.#box.origin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      agent: this.#agent,
    });
    const text = answer.body.toString();
    return (text === '' ? null : JSON.parse(text)) as Calls[K]['answer'];
  }

  close(): void {
    this.#agent.destroy();
  }
}
