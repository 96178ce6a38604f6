/** Reads staff and sign-ins. */
import type { RoleName } from '#protocol/rights.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface StaffMember {
  staff: string;
  login: string;
  name: string;
  role: RoleName;
  rooms: string[];
  active: boolean;
  lastSignIn: number | null;
}

interface Row {
  staff: string;
  login: string;
  name: string;
  role: RoleName;
  rooms: string;
  active: number;
  last_sign_in_wall: number | null;
}

function member(row: Row): StaffMember {
  const { staff, login, name, role } = row;
  return {
    staff,
    login,
    name,
    role,
    rooms: JSON.parse(row.rooms) as string[],
    active: row.active === 1,
    lastSignIn: row.last_sign_in_wall,
  };
}

export function selectAllStaff(s: Statements): StaffMember[] {
  return s.all<Row>('SELECT * FROM staff ORDER BY login').map(member);
}

export function selectOptionalStaff(s: Statements, staff: string): StaffMember | null {
  const row = s.get<Row>('SELECT * FROM staff WHERE staff = ?', staff);
  return row ? member(row) : null;
}

export function selectOptionalStaffByLogin(
  s: Statements,
  login: string,
): { member: StaffMember; hash: string } | null {
  const row = s.get<Row & { hash: string }>(
    'SELECT staff.*, local_staff_secret.hash AS hash FROM staff JOIN local_staff_secret USING (staff) WHERE login = ?',
    login,
  );
  return row ? { member: member(row), hash: row.hash } : null;
}

export function selectOptionalSignIn(
  s: Statements,
  tokenHash: string,
): { staff: StaffMember; expires: number } | null {
  const row = s.get<Row & { expires: number }>(
    'SELECT staff.*, local_sign_in.expires AS expires FROM local_sign_in JOIN staff USING (staff) WHERE token_hash = ?',
    tokenHash,
  );
  return row ? { staff: member(row), expires: row.expires } : null;
}

/** Those of the rooms that do not exist. */
export function selectMissingRooms(s: Statements, rooms: readonly string[]): string[] {
  return rooms.filter((room) => s.get('SELECT 1 FROM room WHERE room = ?', room) === undefined);
}
