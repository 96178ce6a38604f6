/**
 * Contradictions that only several lines together show. Every check looks at all lines whose own values are readable, even
 * if another field of the line is faulty, so that one preview tells everything and nobody has to import five times.
 */
import { ROSTER_FAULTS } from './faults.ts';
import type { ReadLine, RosterFault } from './line.ts';

/** All faults between lines, in no particular order. */
export function crossCheck(lines: readonly ReadLine[]): RosterFault[] {
  const twice = personTwiceInSubject(lines);
  const repeated = new Set(twice.map((fault) => fault.line));
  return [
    ...twice,
    ...ticketOfTwoPeople(lines),
    // A repeated person is reported once: the words name the other line's name already.
    ...idWithTwoNames(lines).filter((fault) => !repeated.has(fault.line)),
    ...subjectWithTwoNames(lines),
    ...subjectCodesWithLostZeros(lines),
    ...idsWithLostDigits(lines),
  ];
}

/** The first line of a person in a subject stands, each later one is a fault. */
function personTwiceInSubject(lines: readonly ReadLine[]): RosterFault[] {
  const first = new Map<string, ReadLine>();
  const faults: RosterFault[] = [];
  for (const line of lines) {
    if (line.idNumber === undefined || line.subjectCode === undefined) continue;
    const key = `${line.idNumber}/${line.subjectCode}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, line);
    else {
      faults.push({
        line: line.line,
        field: 'idNumber',
        code: ROSTER_FAULTS.personTwice.code,
        value: line.idNumber,
        otherLine: other.line,
        ...(other.name === undefined ? {} : { otherValue: other.name }),
      });
    }
  }
  return faults;
}

/** One person's ticket may serve several subjects; a ticket never belongs to two people. The first holder keeps it. */
function ticketOfTwoPeople(lines: readonly ReadLine[]): RosterFault[] {
  const holder = new Map<string, ReadLine>();
  const faults: RosterFault[] = [];
  for (const line of lines) {
    if (line.ticket === undefined || line.idNumber === undefined) continue;
    const other = holder.get(line.ticket);
    if (other === undefined) holder.set(line.ticket, line);
    else if (other.idNumber !== line.idNumber) {
      faults.push({
        line: line.line,
        field: 'ticket',
        code: ROSTER_FAULTS.ticketOfTwoPeople.code,
        value: line.ticket,
        otherLine: other.line,
        ...(other.name === undefined ? {} : { otherValue: other.name }),
      });
    }
  }
  return faults;
}

type Said = { readonly line: number; readonly value: string };

/** The value that most lines give, the earlier one of equals, with the first line that gives it. */
export function prevailing(said: readonly Said[]): Said | undefined {
  const counts = new Map<string, { first: Said; count: number }>();
  for (const one of said) {
    const seen = counts.get(one.value);
    if (seen === undefined) counts.set(one.value, { first: one, count: 1 });
    else seen.count++;
  }
  let best: { first: Said; count: number } | undefined;
  for (const seen of counts.values()) if (best === undefined || seen.count > best.count) best = seen;
  return best?.first;
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The lines that differ from the prevailing value: a typing error on line 2 must not fault the other five hundred. */
function dissenters(
  said: readonly Said[],
  fault: (one: Said, prevailing: Said) => RosterFault,
): RosterFault[] {
  const right = prevailing(said);
  if (right === undefined) return [];
  return said.filter((one) => one.value !== right.value).map((one) => fault(one, right));
}

function idWithTwoNames(lines: readonly ReadLine[]): RosterFault[] {
  const faults: RosterFault[] = [];
  for (const group of groupBy(lines, (line) => line.idNumber).values()) {
    const said = group.flatMap(({ line, name }) => (name === undefined ? [] : [{ line, value: name }]));
    faults.push(
      ...dissenters(said, (one, right) => ({
        line: one.line,
        field: 'name',
        code: ROSTER_FAULTS.idTwoNames.code,
        value: one.value,
        otherLine: right.line,
        otherValue: right.value,
      })),
    );
  }
  return faults;
}

function subjectWithTwoNames(lines: readonly ReadLine[]): RosterFault[] {
  const faults: RosterFault[] = [];
  for (const group of groupBy(lines, (line) => line.subjectCode).values()) {
    const said = group.flatMap(({ line, subjectName }) =>
      typeof subjectName === 'string' ? [{ line, value: subjectName }] : [],
    );
    faults.push(
      ...dissenters(said, (one, right) => ({
        line: one.line,
        field: 'subjectName',
        code: ROSTER_FAULTS.subjectTwoNames.code,
        value: one.value,
        otherLine: right.line,
        otherValue: right.value,
      })),
    );
  }
  return faults;
}

/** 101 beside 0101 is the same code after a spreadsheet took it for a number. The longer form is the right one. */
function subjectCodesWithLostZeros(lines: readonly ReadLine[]): RosterFault[] {
  const faults: RosterFault[] = [];
  const numeric = lines.flatMap(({ line, subjectCode }) =>
    subjectCode !== undefined && /^\d+$/.test(subjectCode) ? [{ line, value: subjectCode }] : [],
  );
  for (const group of groupBy(numeric, (one) => one.value.replace(/^0+(?=\d)/, '')).values()) {
    const longest = group.reduce((best, one) => (one.value.length > best.value.length ? one : best));
    for (const one of group) {
      if (one.value === longest.value) continue;
      faults.push({
        line: one.line,
        field: 'subjectCode',
        code: ROSTER_FAULTS.subjectZeros.code,
        value: one.value,
        otherLine: longest.line,
        otherValue: longest.value,
      });
    }
  }
  return faults;
}

/**
 * Where a spreadsheet has rounded the column of ID numbers, one in eleven fits its check digit by chance. Numbers ending in
 * three zeros are real, but not in a list in which others have lost their digits.
 */
function idsWithLostDigits(lines: readonly ReadLine[]): RosterFault[] {
  const code = ROSTER_FAULTS.digitsLost.code;
  if (!lines.some(({ faults }) => faults.some((fault) => fault.field === 'idNumber' && fault.code === code)))
    return [];
  return lines.flatMap(({ line, idNumber }): RosterFault[] =>
    idNumber?.endsWith('000') ? [{ line, field: 'idNumber', code, value: idNumber }] : [],
  );
}
