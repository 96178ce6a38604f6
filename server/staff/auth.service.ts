/** Sign-in of staff: who a request comes from, and what they may do. */
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { hashPassword, verifyPassword } from '#node/passwords/password.ts';
import type { Actor } from '#protocol/ledger.ts';
import { extent, type Right } from '#protocol/rights.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { type StaffMember, selectOptionalSignIn, selectOptionalStaffByLogin } from './staff.repo.ts';

/** The `__Host-` prefix binds the cookie to this host, HTTPS and the whole path (RFC 6265bis). */
export const COOKIE = '__Host-gongyuan';
const SIGNED_IN_MS = 14 * 3_600_000;
const FAILURES = 5;
const WINDOW_MS = 5 * 60_000;

/** A signed-in person's request. */
export interface Caller {
  staff: StaffMember;
  actor: Actor;
  tokenHash: string;
}

export class AuthService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #byLogin: FailureLimit;
  readonly #byAddress: FailureLimit;
  /** Hashing takes 19 MiB each: two at a time, the others wait. */
  #hashing: Promise<unknown>[] = [];
  #dummy: string | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    const now = () => deps.clock.elapsed();
    this.#byLogin = new FailureLimit(FAILURES, WINDOW_MS, now);
    this.#byAddress = new FailureLimit(FAILURES * 4, WINDOW_MS, now);
  }

  /** Token for the cookie. Throws `auth/failed` or `auth/too-many`. */
  async signIn(
    login: string,
    password: string,
    address: string,
    agent: string,
  ): Promise<{ token: string; staff: StaffMember }> {
    const key = `${login.toLowerCase()} ${address}`;
    const wait = Math.max(this.#byLogin.wait(key), this.#byAddress.wait(address));
    if (wait > 0) throw new BoxError('auth/too-many', { seconds: Math.ceil(wait / 1000) });
    const found = selectOptionalStaffByLogin(this.#s, login);
    // An unknown login costs the same time as a known one.
    this.#dummy ??= await hashPassword(randomBytes(12).toString('hex'));
    const right = await this.#oneByOne(() => verifyPassword(found?.hash ?? this.#dummy ?? '', password));
    if (!found || !right || !found.member.active) {
      this.#byLogin.failed(key);
      this.#byAddress.failed(address);
      await this.#deps.ledger.append([
        {
          kind: 'STAFF_SIGN_IN_FAILED',
          body: { login: found ? login : '', code: 'auth/failed' },
          by: { address },
        },
      ]);
      throw new BoxError('auth/failed');
    }
    this.#byLogin.clear(key);
    const token = randomBytes(32).toString('base64url');
    const { staff } = found.member;
    await this.#deps.ledger.append(
      [{ kind: 'STAFF_SIGNED_IN', body: { staff, agent: agent.slice(0, 400) }, by: { staff, address } }],
      {
        local: [
          {
            t: 'sign-in',
            tokenHash: hashToken(token),
            staff,
            expires: this.#deps.clock.wall() + SIGNED_IN_MS,
            address,
            agent: agent.slice(0, 400),
          },
        ],
      },
    );
    return { token, staff: found.member };
  }

  async signOut(caller: Caller): Promise<void> {
    await this.#deps.ledger.append(
      [
        {
          kind: 'STAFF_SIGNED_OUT',
          body: { staff: caller.staff.staff, reason: 'signed out' },
          by: caller.actor,
        },
      ],
      {
        local: [{ t: 'sign-out', tokenHash: caller.tokenHash }],
      },
    );
  }

  /** Who the request comes from. Throws `auth/required` or `auth/expired`. */
  caller(request: FastifyRequest): Caller {
    const token = request.cookies[COOKIE];
    if (!token) throw new BoxError('auth/required');
    const tokenHash = hashToken(token);
    const found = selectOptionalSignIn(this.#s, tokenHash);
    if (!found?.staff.active) throw new BoxError('auth/required');
    if (found.expires < this.#deps.clock.wall()) throw new BoxError('auth/expired');
    return {
      staff: found.staff,
      tokenHash,
      actor: { staff: found.staff.staff, address: addressOf(request.ip) },
    };
  }

  /** Throws `auth/forbidden` where the role lacks the right altogether. */
  require(caller: Caller, right: Right): void {
    if (extent(caller.staff.role, right) === 'none') throw new BoxError('auth/forbidden', { right });
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#hashing.length >= 2 ? this.#hashing[this.#hashing.length - 2] : undefined;
    const running = Promise.resolve(before).then(work, work);
    const settled = running.catch(() => undefined);
    this.#hashing.push(settled);
    void settled.then(() => {
      this.#hashing = this.#hashing.filter((other) => other !== settled);
    });
    return running;
  }
}

/**
 * For rights held in one's own rooms only: throws `auth/scope` unless every room named is among them.
 * `rooms` null means the whole site.
 */
export function requireRooms(caller: Caller, right: Right, rooms: readonly string[] | null): void {
  const reach = extent(caller.staff.role, right);
  if (reach === 'all') return;
  if (reach === 'none') throw new BoxError('auth/forbidden', { right });
  if (rooms === null || rooms.length === 0 || !rooms.every((room) => caller.staff.rooms.includes(room)))
    throw new BoxError('auth/scope');
}

/** The rooms whose data a list may show to this person; null means all. Throws `auth/forbidden`. */
export function reachOf(caller: Caller, right: Right): ReadonlySet<string> | null {
  const reach = extent(caller.staff.role, right);
  if (reach === 'none') throw new BoxError('auth/forbidden', { right });
  return reach === 'all' ? null : new Set(caller.staff.rooms);
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** IPv4 addresses that arrive mapped into IPv6 are shown as IPv4. */
export function addressOf(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/, '');
}
