/** People of headquarters: the first one by the set-up code, sign-in, and who may do what. */
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { sameMac } from '#hq/keys/keys.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { newId } from '#node/ids/new-id.ts';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { hashPassword, isWeakPassword, verifyPassword } from '#node/passwords/password.ts';
import type { HqSetupBody, OfficerBody, OfficerChangeBody } from '#protocol/hq.officer.schema.ts';
import * as repo from './officers.repo.ts';

/** Crockford's base32: no letters that are read as digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SIGNED_IN_MS = 14 * 3_600_000;
const FAILURES = 5;
const FAILURES_OF_ALL = 30;
const WINDOW_MS = 5 * 60_000;

export class OfficersService {
  readonly #deps: HqDeps;
  readonly #cookie: string;
  readonly #byLogin: FailureLimit;
  readonly #byAddress: FailureLimit;
  readonly #setups: FailureLimit;
  /** Hashing takes 19 MiB each: one at a time, the others wait. */
  #hashing: Promise<unknown> = Promise.resolve();
  #dummy: string | null = null;

  /** @param cookie name of the sign-in's cookie */
  constructor(deps: HqDeps, cookie: string) {
    this.#deps = deps;
    this.#cookie = cookie;
    const now = () => deps.time.wall();
    this.#byLogin = new FailureLimit(FAILURES, WINDOW_MS, now);
    this.#byAddress = new FailureLimit(FAILURES * 4, WINDOW_MS, now);
    this.#setups = new FailureLimit(FAILURES_OF_ALL, WINDOW_MS, now);
  }

  /** `XXXX-XXXX` until there is an officer, the same in every replica; null afterwards. */
  async setupCode(): Promise<string | null> {
    return (await repo.hasOfficer(this.#deps.db)) ? null : this.#code();
  }

  /** Makes the first director. Throws `hq/setup-done`, `hq/setup-code`, `request/too-many`, `staff/weak-password`. */
  async setUp({ code, login, name, password }: Static<typeof HqSetupBody>): Promise<void> {
    const wait = this.#setups.wait('');
    if (wait > 0) throw new HqError('request/too-many', { seconds: Math.ceil(wait / 1000) });
    if (await repo.hasOfficer(this.#deps.db)) throw new HqError('hq/setup-done');
    if (!sameMac(plainCode(code), plainCode(this.#code()))) {
      this.#setups.failed('');
      throw new HqError('hq/setup-code');
    }
    const row = { officer: newId('officer'), login, name, role: 'director' as const, active: true };
    const hash = await this.#hash(password, login);
    await this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, 'officers');
      if (await repo.hasOfficer(tx)) throw new HqError('hq/setup-done');
      await repo.insertOfficer(tx, { ...row, hash });
      await this.#record(tx, row.officer, 'hq.set-up', { login, name });
    });
  }

  /** Token for the cookie. Throws `auth/failed` or `auth/too-many`. */
  async signIn(
    login: string,
    password: string,
    address: string,
  ): Promise<{ token: string; caller: OfficerCaller }> {
    const key = `${login.toLowerCase()} ${address}`;
    const wait = Math.max(this.#byLogin.wait(key), this.#byAddress.wait(address));
    if (wait > 0) throw new HqError('auth/too-many', { seconds: Math.ceil(wait / 1000) });
    const found = await repo.selectOptionalByLogin(this.#deps.db, login);
    // An unknown login costs the same time as a known one.
    this.#dummy ??= await hashPassword(randomBytes(12).toString('hex'));
    const hash = found?.hash ?? this.#dummy;
    const right = await this.#oneByOne(() => verifyPassword(hash, password));
    if (!found?.active || !right) {
      this.#byLogin.failed(key);
      this.#byAddress.failed(address);
      throw new HqError('auth/failed');
    }
    this.#byLogin.clear(key);
    return this.open(found);
  }

  /** Signs an officer in without asking: whoever calls it has made sure. */
  async open(officer: Omit<OfficerCaller, 'tokenHash'>): Promise<{ token: string; caller: OfficerCaller }> {
    const token = randomBytes(32).toString('base64url');
    const tokenHash = hashToken(token);
    const now = this.#deps.time.wall();
    await repo.insertSignIn(
      this.#deps.db,
      { tokenHash, officer: officer.officer, expires: now + SIGNED_IN_MS },
      now,
    );
    return { token, caller: { ...officer, tokenHash } };
  }

  async signOut(caller: OfficerCaller): Promise<void> {
    await repo.deleteSignIn(this.#deps.db, caller.tokenHash);
  }

  /** Who the request comes from. Throws `auth/required`. */
  async caller(request: FastifyRequest): Promise<OfficerCaller> {
    const token = request.cookies[this.#cookie];
    if (!token) throw new HqError('auth/required');
    const tokenHash = hashToken(token);
    const found = await repo.selectOptionalSignedIn(this.#deps.db, tokenHash, this.#deps.time.wall());
    if (!found) throw new HqError('auth/required');
    const { officer, login, name, role } = found;
    return { officer, login, name, role, tokenHash };
  }

  list(): Promise<repo.OfficerRecord[]> {
    return repo.selectOfficers(this.#deps.db);
  }

  /** Throws `staff/weak-password` or `staff/login-taken`. */
  async add(caller: OfficerCaller, body: Static<typeof OfficerBody>): Promise<repo.OfficerRecord> {
    const { login, name, role, password } = body;
    const hash = await this.#hash(password, login);
    const row = { officer: newId('officer'), login, name, role, active: true, hash };
    return this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, 'officers');
      if (await repo.selectOptionalByLogin(tx, login)) throw new HqError('staff/login-taken');
      await repo.insertOfficer(tx, row);
      await this.#record(tx, caller.officer, 'officer.add', { officer: row.officer, login, name, role });
      return row;
    });
  }

  /** Throws `thing/not-found`, `hq/last-director` or `staff/weak-password`. */
  async change(
    caller: OfficerCaller,
    id: string,
    { name, role, active, password }: Static<typeof OfficerChangeBody>,
  ): Promise<repo.OfficerRecord> {
    const before = await repo.selectOptionalOfficer(this.#deps.db, id);
    if (!before) throw new HqError('thing/not-found');
    const hash = password === undefined ? before.hash : await this.#hash(password, before.login);
    const row = { ...before, name, role, active, hash };
    return this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, 'officers');
      if (!(active && role === 'director') && !(await repo.hasOtherDirector(tx, id)))
        throw new HqError('hq/last-director');
      await repo.updateOfficer(tx, row);
      // Whoever is shut out or has a new password is signed out everywhere.
      if (!active || password !== undefined) await repo.deleteSignInsOf(tx, id);
      const detail = { officer: id, name, role, active, password: password !== undefined };
      await this.#record(tx, caller.officer, 'officer.change', detail);
      return row;
    });
  }

  async #hash(password: string, login: string): Promise<string> {
    if (isWeakPassword(password, login)) throw new HqError('staff/weak-password');
    return this.#oneByOne(() => hashPassword(password));
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#hashing.then(work, work);
    this.#hashing = running.catch(() => undefined);
    return running;
  }

  #code(): string {
    const bytes = Buffer.from(this.#deps.keys.mac('set-up code', this.#deps.keys.key.publicKey), 'base64url');
    const text = [...bytes.subarray(0, 8)].map((byte) => ALPHABET[byte & 31]).join('');
    return `${text.slice(0, 4)}-${text.slice(4)}`;
  }

  #record(tx: Tx, officer: string, what: string, detail: Record<string, unknown>): Promise<void> {
    return recordAction(tx, { officer, at: this.#deps.time.wall(), what, detail });
  }
}

/** As typed by a person: case, blanks, hyphens and the letters that look like digits do not matter. */
function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
