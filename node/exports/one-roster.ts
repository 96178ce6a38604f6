/**
 * Results as a OneRoster 1.2 data set: a ZIP of CSV files with a manifest (1EdTech OneRoster CSV Binding 1.2.1). The
 * gradebook part, `lineItems` and `results`, refers to classes, users and a term, so these are there too:
 *
 * | ours | theirs |
 * |---|---|
 * | headquarters, site | org `district`, org `school` |
 * | exam | academic session `term` and category |
 * | subject | course |
 * | site × session × subject | class, with one line item |
 * | candidate | user with role `student`, enrolled in the classes |
 * | attempt | result |
 *
 * Attempts that a re-sit replaced are left out: a student has one result of a line item. Cells hold data alone; who opens
 * them in a spreadsheet takes the CSV of results-csv.ts instead.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import yazl from 'yazl';
import type { ResultRow } from '#domain/results/result-row.ts';
import { MANIFEST_FILES, TABLES, type TableName } from './one-roster.tables.ts';

export interface OneRosterFrame {
  /** Name of headquarters. */
  organisation: string;
  exam: { id: string; name: string };
  /** Names of subjects by code; a subject that is missing goes by its code. */
  subjects: Readonly<Record<string, string>>;
  /** Planned starts by session, wall-clock milliseconds. */
  sessions: Readonly<Record<string, { name: string; startMs: number }>>;
  /** Zone of the tz database that dates are in. */
  timeZone: string;
  /** When the data set is made, wall-clock milliseconds: date of scores, and of the ZIP's entries. */
  madeMs: number;
}

type Cells = Readonly<Record<string, string>>;
const DAY_MS = 86_400_000;

/** Rows of one file by `sourcedId`; a second one of the same name is the same thing. */
class Table {
  readonly #rows = new Map<string, Cells>();

  add(sourcedId: string, cells: Cells): void {
    if (!this.#rows.has(sourcedId)) this.#rows.set(sourcedId, { ...cells, sourcedId });
  }

  csv(name: TableName): Buffer {
    const header: readonly string[] = TABLES[name];
    const lines = [...this.#rows.values()].map((cells) => header.map((column) => cells[column] ?? ''));
    return Buffer.from(stringify([header.slice(), ...lines], { record_delimiter: 'windows' }), 'utf8');
  }
}

/**
 * The same name from the same parts at every export. No ID number can be read in it, but who has a list of them can try
 * each: the data set is personal data, as its tickets and names are.
 */
function sourcedId(kind: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${kind}-${digest.slice(0, 32)}`;
}

/**
 * Given and family name are both wanted. A Latin name is cut at its last blank; any other stands whole as the family
 * name, for a list of surnames would guess wrong at somebody.
 */
function nameParts(name: string): { givenName: string; familyName: string } {
  const latin = /^([\p{Script=Latin}\p{M}.'’\-\s]+)\s([\p{Script=Latin}\p{M}.'’-]+)$/u.exec(name.trim());
  return latin === null
    ? { givenName: '-', familyName: name }
    : { givenName: latin[1] ?? '', familyName: latin[2] ?? '' };
}

function scoreStatus(row: ResultRow): string {
  if (row.state === 'writing') return 'not submitted';
  if (row.points === null) return 'submitted';
  return row.marker > 0 ? 'partially graded' : 'fully graded';
}

function numberText(number: number | null): string {
  return number === null ? '' : String(number);
}

type Tables = Record<TableName, Table>;

/** School years begin in September and are named by the year in which they end. */
function schoolYear(date: string): string {
  const [year = '0', month = '0'] = date.split('-');
  return String(Number(month) >= 9 ? Number(year) + 1 : Number(year));
}

interface Range {
  min: number;
  max: number | null;
}

function placeOf(row: ResultRow): string[] {
  return [row.exam, row.site, row.session, row.subject];
}

/** Least and most points of each class: draws may be worth more or less, and wrong answers cost points. */
function rangesOf(rows: readonly ResultRow[]): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const row of rows) {
    const key = JSON.stringify(placeOf(row));
    const { min, max } = ranges.get(key) ?? { min: 0, max: null };
    const most = row.maximum === null ? max : Math.max(max ?? row.maximum, row.maximum);
    ranges.set(key, { min: Math.min(min, row.points ?? 0), max: most });
  }
  return ranges;
}

function tablesOf(rows: readonly ResultRow[], frame: OneRosterFrame): Tables {
  const names = Object.keys(TABLES) as TableName[]; // keys of a constant
  const tables = Object.fromEntries(names.map((name) => [name, new Table()])) as Tables; // one for every name
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: frame.timeZone, dateStyle: 'short' });
  const date = (wallMs: number) => clock.format(wallMs);
  const starts = Object.values(frame.sessions).map((session) => session.startMs);
  const first = starts.length > 0 ? Math.min(...starts) : frame.madeMs;
  const last = starts.length > 0 ? Math.max(...starts) : frame.madeMs;
  const head = sourcedId('org', 'headquarters');
  const term = sourcedId('term', frame.exam.id);
  const category = sourcedId('category', frame.exam.id);
  tables.orgs.add(head, { name: frame.organisation, type: 'district' });
  tables.academicSessions.add(term, {
    title: frame.exam.name,
    type: 'term',
    startDate: date(first),
    // The end is the first day that is no longer part of it.
    endDate: date(last + DAY_MS),
    schoolYear: schoolYear(date(last)),
  });
  tables.categories.add(category, { title: frame.exam.name });
  const counted = rows.filter((row) => row.state !== 'superseded');
  const adding = { frame, tables, date, head, term, category, ranges: rangesOf(counted) };
  for (const row of counted) addRow(row, adding);
  return tables;
}

interface Adding {
  frame: OneRosterFrame;
  tables: Tables;
  date: (wallMs: number) => string;
  head: string;
  term: string;
  category: string;
  ranges: ReadonlyMap<string, Range>;
}

function addRow(row: ResultRow, { frame, tables, date, head, term, category, ranges }: Adding): void {
  const subject = frame.subjects[row.subject] ?? row.subject;
  const session = frame.sessions[row.session];
  const school = sourcedId('org', row.site);
  const course = sourcedId('course', row.exam, row.subject);
  const place = placeOf(row);
  const range = ranges.get(JSON.stringify(place)) ?? { min: 0, max: null };
  const ofClass = sourcedId('class', ...place);
  const lineItem = sourcedId('line-item', ...place);
  // Who has no ID number on the roster is known by the ticket.
  const user = sourcedId('user', row.idNumber === '' ? `ticket ${row.ticket}` : row.idNumber);
  const day = date(session?.startMs ?? frame.madeMs);
  tables.orgs.add(school, {
    name: row.siteName,
    type: 'school',
    identifier: row.site,
    parentSourcedId: head,
  });
  tables.courses.add(course, { title: subject, courseCode: row.subject, orgSourcedId: head });
  tables.classes.add(ofClass, {
    title: [subject, session?.name ?? row.session, row.siteName].join(' '),
    courseSourcedId: course,
    classCode: row.subject,
    classType: 'scheduled',
    schoolSourcedId: school,
    termSourcedIds: term,
  });
  tables.lineItems.add(lineItem, {
    title: subject,
    description: frame.exam.name,
    assignDate: day,
    dueDate: day,
    classSourcedId: ofClass,
    categorySourcedId: category,
    academicSessionSourcedId: term,
    resultValueMin: numberText(range.min),
    resultValueMax: numberText(range.max),
    schoolSourcedId: school,
  });
  tables.users.add(user, {
    enabledUser: 'true',
    username: row.ticket,
    ...nameParts(row.name),
    identifier: row.ticket,
    primaryOrgSourcedId: school,
  });
  // One primary role a person, at the first site that the rows name.
  tables.roles.add(sourcedId('role', user), {
    userSourcedId: user,
    roleType: 'primary',
    role: 'student',
    orgSourcedId: school,
  });
  tables.enrollments.add(sourcedId('enrolment', user, ofClass), {
    classSourcedId: ofClass,
    schoolSourcedId: school,
    userSourcedId: user,
    role: 'student',
    primary: 'false',
  });
  const isHandedIn = row.state !== 'writing';
  tables.results.add(sourcedId('result', row.attempt), {
    lineItemSourcedId: lineItem,
    studentSourcedId: user,
    scoreStatus: scoreStatus(row),
    score: isHandedIn ? numberText(row.points) : '',
    scoreDate: date(row.submittedMs ?? frame.madeMs),
    classSourcedId: ofClass,
    inProgress: String(!isHandedIn),
    incomplete: 'false',
    late: 'false',
    missing: 'false',
  });
}

function manifest(organisation: string): Buffer {
  const ours = new Set<string>(Object.keys(TABLES));
  const lines = [
    ['propertyName', 'value'],
    ['manifest.version', '1.0'],
    ['oneroster.version', '1.2'],
    ...MANIFEST_FILES.map((name) => [`file.${name}`, ours.has(name) ? 'bulk' : 'absent']),
    ['source.systemName', `Gongyuan ${organisation}`],
    ['source.systemCode', 'gongyuan'],
  ];
  return Buffer.from(stringify(lines, { record_delimiter: 'windows' }), 'utf8');
}

/** The ZIP as a stream. All rows are in memory: a user or class may come anywhere. */
export function oneRosterZip(rows: readonly ResultRow[], frame: OneRosterFrame): Readable {
  const zip = new yazl.ZipFile();
  const options = { mtime: new Date(frame.madeMs), compress: true };
  zip.addBuffer(manifest(frame.organisation), 'manifest.csv', options);
  for (const [name, table] of Object.entries(tablesOf(rows, frame)))
    zip.addBuffer(table.csv(name as TableName), `${name}.csv`, options); // keys of Tables
  zip.end();
  // yazl's stream is a PassThrough typed as the bare interface.
  return zip.outputStream as Readable;
}
