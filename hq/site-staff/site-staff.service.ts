/** Staff of a site as headquarters names them; they reach the box with the next full package. */
import type { Static } from 'typebox';
import { foldLogin } from '#domain/staff/login.ts';
import type { ExamsService } from '#hq/exams/exams.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Sql } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { newId } from '#node/ids/new-id.ts';
import { hashPassword, isWeakPassword } from '#node/passwords/password.ts';
import type { SiteStaffBody } from '#protocol/hq.officer.schema.ts';
import type { PlanStaff } from '#protocol/package.ts';
import * as repo from './site-staff.repo.ts';

type Wanted = Static<typeof SiteStaffBody>['staff'];

export class SiteStaffService {
  readonly #deps: HqDeps;
  readonly #exams: ExamsService;

  constructor(deps: HqDeps, exams: ExamsService) {
    this.#deps = deps;
    this.#exams = exams;
  }

  /** Throws `thing/not-found`. */
  async list(site: string, db: Sql = this.#deps.db): Promise<PlanStaff[]> {
    if (!(await repo.hasSite(db, site))) throw new HqError('thing/not-found', { site });
    return repo.selectStaff(db, site);
  }

  /** The whole list. Throws `thing/not-found`, `staff/login-taken`, `staff/weak-password` naming the login. */
  async replace(caller: OfficerCaller, site: string, wanted: Wanted): Promise<PlanStaff[]> {
    const logins = wanted.map(({ login }) => foldLogin(login));
    const twice = wanted.find((_, i) => logins.indexOf(logins[i] ?? '') !== i);
    if (twice) throw new HqError('staff/login-taken', { login: twice.login });
    for (const { login, password } of wanted)
      if (password !== undefined && isWeakPassword(password, login))
        throw new HqError('staff/weak-password', { login });
    // Hashing takes 19 MiB each: one after the other, and before the lock.
    const hashes = new Map<number, string>();
    for (const [i, { password }] of wanted.entries())
      if (password !== undefined) hashes.set(i, await hashPassword(password));
    return this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, `staff ${site}`);
      const before = new Map((await this.list(site, tx)).map((one) => [one.staff, one]));
      const staff = wanted.map(({ staff: known, login, name, role }, i): PlanStaff => {
        if (known !== undefined && !before.has(known)) throw new HqError('thing/not-found', { staff: known });
        const passwordHash = hashes.get(i) ?? before.get(known ?? '')?.passwordHash ?? '';
        return { staff: known ?? newId('staff'), login, name, role, passwordHash };
      });
      const named = staff.map((one) => one.staff);
      if (new Set(named).size !== named.length) throw new HqError('request/invalid', { where: 'body/staff' });
      await repo.replaceStaff(tx, site, staff);
      await this.#exams.siteChanged(tx, site);
      const detail = { site, logins: staff.map(({ login }) => login) };
      const at = this.#deps.time.wall();
      await recordAction(tx, { officer: caller.officer, at, what: 'site.staff', detail });
      return repo.selectStaff(tx, site);
    });
  }
}
