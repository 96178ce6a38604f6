/** Staff: who may sign in, as what, and for which rooms (I5). */
import type { Static } from 'typebox';
import { foldLogin } from '#domain/staff/login.ts';
import { hashPassword, isWeakPassword } from '#node/passwords/password.ts';
import type { StaffBody, StaffChangeBody } from '#protocol/console.schema.ts';
import type { StaffRow } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { RoleName } from '#protocol/rights.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import type { LocalWrite } from '#server/ledger/local-writes.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import { selectAllStaff, selectMissingRooms, selectOptionalStaff } from './staff.repo.ts';

export class StaffService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
  }

  list(): StaffRow[] {
    return selectAllStaff(this.#s);
  }

  /** Throws `staff/weak-password`, `staff/login-taken` or `thing/not-found` for a room. */
  async add(body: Static<typeof StaffBody>, by: Actor): Promise<StaffRow> {
    const { login, name, role, password } = body;
    const rooms = [...new Set(body.rooms)];
    if (isWeakPassword(password, login)) throw new BoxError('staff/weak-password');
    const hash = await hashPassword(password);
    const staff = newId('staff');
    return this.#turns.take(async () => {
      const folded = foldLogin(login);
      if (this.list().some((other) => foldLogin(other.login) === folded))
        throw new BoxError('staff/login-taken');
      this.#checkRooms(rooms);
      await this.#deps.ledger.append(
        [
          { kind: 'STAFF_SAVED', body: { staff, login, name, role, rooms, active: true }, by },
          { kind: 'STAFF_PASSWORD_SET', body: { staff }, by },
        ],
        { local: [{ t: 'staff-secret', staff, hash }] },
      );
      return this.#row(staff);
    });
  }

  /**
   * A new password, and being put out of use, end every sign-in of the person. Throws `thing/not-found`,
   * `staff/weak-password` or `staff/last-administrator`.
   */
  async change(staff: string, body: Static<typeof StaffChangeBody>, by: Actor): Promise<StaffRow> {
    const before = this.#row(staff);
    const { name, role, active, password } = body;
    const rooms = [...new Set(body.rooms)];
    if (password !== undefined && isWeakPassword(password, before.login))
      throw new BoxError('staff/weak-password');
    const hash = password === undefined ? null : await hashPassword(password);
    return this.#turns.take(async () => {
      this.#checkRooms(rooms);
      if (!(active && role === 'administrator') && this.#isLastAdministrator(staff))
        throw new BoxError('staff/last-administrator');
      const { login } = before;
      const events: NewEvent[] = [
        { kind: 'STAFF_SAVED', body: { staff, login, name, role, rooms, active }, by },
      ];
      const local: LocalWrite[] = [];
      if (hash !== null) {
        events.push({ kind: 'STAFF_PASSWORD_SET', body: { staff }, by });
        local.push({ t: 'staff-secret', staff, hash });
      }
      if (hash !== null || !active) {
        const reason = active ? 'password set' : 'put out of use';
        events.push({ kind: 'STAFF_SIGNED_OUT', body: { staff, reason }, by });
        local.push({ t: 'sign-out-staff', staff });
      }
      await this.#deps.ledger.append(events, { local });
      return this.#row(staff);
    });
  }

  #row(staff: string): StaffRow {
    const row = selectOptionalStaff(this.#s, staff);
    if (!row) throw new BoxError('thing/not-found', { staff });
    return row;
  }

  /** Without an active administrator nobody could ever add one. */
  #isLastAdministrator(staff: string): boolean {
    const administrator: RoleName = 'administrator';
    const active = this.list().filter((one) => one.active && one.role === administrator);
    return active.length === 1 && active[0]?.staff === staff;
  }

  #checkRooms(rooms: readonly string[]): void {
    const [room] = selectMissingRooms(this.#s, rooms);
    if (room !== undefined) throw new BoxError('thing/not-found', { room });
  }
}
