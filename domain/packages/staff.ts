/**
 * People of a package beside those who are here. A sign-in that exists is never given to somebody else, nobody's password
 * is replaced, and no package takes an administrator's role away: the site would be locked out from far away.
 */
import { foldLogin } from '#domain/staff/login.ts';
import type { PlanStaff } from '#protocol/package.ts';

export interface HereStaff {
  staff: string;
  login: string;
  name: string;
  role: PlanStaff['role'];
}

export type MergedStaff = PlanStaff &
  (
    | { how: 'added' }
    | { how: 'same' | 'changed'; before: HereStaff }
    /** Not taken: the login is another person's here. */
    | { how: 'kept'; before: HereStaff }
  );

export function mergeStaff(plan: readonly PlanStaff[], here: readonly HereStaff[]): MergedStaff[] {
  const byId = new Map(here.map((one) => [one.staff, one]));
  const byLogin = new Map(here.map((one) => [foldLogin(one.login), one]));
  return plan.map((one): MergedStaff => {
    const before = byId.get(one.staff);
    const holder = byLogin.get(foldLogin(one.login));
    if (before === undefined) {
      if (holder !== undefined) return { ...one, how: 'kept', before: holder };
      // Of two alike in the plan itself the first gets the login.
      byLogin.set(foldLogin(one.login), one);
      return { ...one, how: 'added' };
    }
    const role = before.role === 'administrator' ? before.role : one.role;
    const merged = { ...one, login: before.login, role, before };
    return { ...merged, how: before.name === one.name && before.role === role ? 'same' : 'changed' };
  });
}
