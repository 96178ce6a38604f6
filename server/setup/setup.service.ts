/**
 * First-run set-up (A2): the site and its first administrator, once. Whoever sets a box up must be able to read what it
 * shows at its start: the set-up code, new at every start and kept in memory only.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Static } from 'typebox';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { hashPassword, isWeakPassword } from '#node/passwords/password.ts';
import type { SetupBody } from '#protocol/console.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';

/** Crockford's base32: no letters that are read as digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 8;
const FAILURES = 5;
/** From all addresses together: a code of 40 bits is not guessed at this rate in the life of a site. */
const FAILURES_OF_ALL = 30;
const WINDOW_MS = 5 * 60_000;

export interface SiteSetUp extends Omit<Static<typeof SetupBody>, 'code'> {
  demo: boolean;
}

export class SetupService {
  /** Shown by the start script while set-up is needed, `XXXX-XXXX`. */
  readonly code: string = newCode();
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;
  readonly #byAddress: FailureLimit;
  readonly #byAll: FailureLimit;
  /** Called after the set-up was committed: the site's name is in the checkpoints' origin from now on. */
  onSetUp: (site: string) => void = () => {};

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
    const now = () => deps.clock.elapsed();
    this.#byAddress = new FailureLimit(FAILURES, WINDOW_MS, now);
    this.#byAll = new FailureLimit(FAILURES_OF_ALL, WINDOW_MS, now);
  }

  get needed(): boolean {
    return this.#s.get('SELECT 1 FROM site') === undefined;
  }

  /** Set-up from the console. Throws `setup/done`, `request/too-many`, `setup/code` and what `setUp` throws. */
  async setUpWithCode(body: Static<typeof SetupBody>, address: string): Promise<void> {
    if (!this.needed) throw new BoxError('setup/done');
    const wait = Math.max(this.#byAddress.wait(address), this.#byAll.wait(''));
    if (wait > 0) throw new BoxError('request/too-many', { seconds: Math.ceil(wait / 1000) });
    const { code, ...site } = body;
    if (!sameCode(code, this.code)) {
      this.#byAddress.failed(address);
      this.#byAll.failed('');
      throw new BoxError('setup/code');
    }
    await this.setUp({ ...site, demo: false }, address);
  }

  /**
   * Sets the site up and gives the administrator's id. Throws `setup/done`, `setup/time-zone` or `staff/weak-password`.
   * @param address where it was done from; empty for the box itself (demo)
   */
  async setUp(site: SiteSetUp, address = ''): Promise<string> {
    const { login, name, password } = site.admin;
    if (!isTimeZone(site.timeZone)) throw new BoxError('setup/time-zone', { timeZone: site.timeZone });
    if (isWeakPassword(password, login)) throw new BoxError('staff/weak-password');
    const staff = newId('staff');
    const hash = await hashPassword(password);
    const by = address === '' ? { staff } : { staff, address };
    const body = {
      site: site.site,
      name: site.name,
      timeZone: site.timeZone,
      contact: site.contact,
      demo: site.demo,
    };
    await this.#turns.take(async () => {
      if (!this.needed) throw new BoxError('setup/done');
      await this.#deps.ledger.append(
        [
          { kind: 'SITE_SET_UP', body, by },
          {
            kind: 'STAFF_SAVED',
            body: { staff, login, name, role: 'administrator', rooms: [], active: true },
            by,
          },
          { kind: 'STAFF_PASSWORD_SET', body: { staff }, by },
        ],
        { local: [{ t: 'staff-secret', staff, hash }] },
      );
    });
    this.onSetUp(site.site);
    return staff;
  }
}

function newCode(): string {
  const text = [...randomBytes(CODE_LENGTH)].map((byte) => ALPHABET[byte & 31]).join('');
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/** As typed by a person: case, blanks, hyphens and the letters that look like digits do not matter. */
function sameCode(typed: string, code: string): boolean {
  const digest = (text: string) =>
    createHash('sha256')
      .update(
        text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1'),
      )
      .digest();
  return timingSafeEqual(digest(typed), digest(code));
}

/** A name of the IANA time zone database that this box can print times in. */
function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
