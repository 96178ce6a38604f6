/** Words for what a package would change: the contract names fields and gives their values as they are stored. */
import type { PackageChange } from '#protocol/delivery.ts';
import type { RoleName } from '#protocol/rights.ts';
import { ROLES } from '#protocol/rights.ts';
import { m } from '../../paraglide/messages.js';
import { roleWord } from '../shell/words.ts';

/** How a page writes times and durations. */
export interface Writing {
  dayTime(wall: number): string;
  duration(ms: number): string;
}

const FIELDS: Record<string, () => string> = {
  name: m.package_field_name,
  ticket: m.ticket_number,
  idNumber: m.request_id_number,
  gender: m.gender,
  school: m.col_school,
  subject: m.subject,
  plannedStart: m.package_field_start,
  subjects: m.session_subjects,
  durations: m.package_field_durations,
  lateEntryMs: m.session_late,
  earliestSubmitMs: m.session_earliest,
  sharedAddress: m.session_shared,
  pledgeZh: m.package_field_pledge_zh,
  pledgeEn: m.package_field_pledge_en,
  portrait: m.session_portrait,
  papers: m.nav_papers,
  codes: m.package_field_codes,
  role: m.package_field_role,
  password: m.package_field_password,
  kept: m.package_field_kept,
};

export const fieldWord = (field: string): string => FIELDS[field]?.() ?? field;

export function valueWord(field: string, value: string, write: Writing): string {
  if (field === 'password') return value === '' ? m.none() : m.package_password_none();
  if (value === '') return m.none();
  switch (field) {
    case 'plannedStart':
      return write.dayTime(Number(value));
    case 'lateEntryMs':
    case 'earliestSubmitMs':
      return write.duration(Number(value));
    case 'sharedAddress':
      return value === 'refuse'
        ? m.session_shared_refuse()
        : value === 'allow'
          ? m.session_shared_allow()
          : m.session_shared_loopback();
    case 'durations':
      return value
        .split(', ')
        .map((one) => {
          const at = one.lastIndexOf(' ');
          return `${one.slice(0, at)} ${write.duration(Number(one.slice(at + 1)))}`;
        })
        .join(', ');
    case 'portrait':
      return value === 'yes' ? m.package_yes() : m.package_no();
    case 'gender':
      return value === 'male' ? m.gender_male() : m.gender_female();
    case 'codes': {
      const [n = '', of = ''] = value.split('/');
      return of === '0' ? m.package_codes_none() : m.package_codes({ n, m: of });
    }
    case 'role':
      return isRole(value) ? roleWord(value) : value;
    default:
      return value;
  }
}

const isRole = (value: string): value is RoleName => ROLES.some((role) => role === value);

const WHAT: Record<PackageChange['what'], () => string> = {
  exam: m.exam,
  subject: m.session_subjects,
  entry: m.nav_candidates,
  session: m.session,
  paper: m.nav_papers,
  staff: m.nav_staff,
};
export const whatWord = (what: PackageChange['what']): string => WHAT[what]();

export interface ChangeGroup {
  what: PackageChange['what'];
  how: PackageChange['how'];
  rows: PackageChange[];
  /** Further ones that the box did not list. */
  more: number;
}

/** Changes of one kind together, in the order in which the box tells them. */
export function grouped(changes: readonly PackageChange[]): ChangeGroup[] {
  const groups: ChangeGroup[] = [];
  for (const change of changes) {
    let group = groups.find(({ what, how }) => what === change.what && how === change.how);
    if (!group) {
      group = { what: change.what, how: change.how, rows: [], more: 0 };
      groups.push(group);
    }
    const more = change.fields.find(({ field }) => field === 'more');
    if (more) group.more += Number(more.after);
    else group.rows.push(change);
  }
  return groups;
}
