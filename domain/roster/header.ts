/**
 * Guesses where the header of a roster is and which column holds which field. It is a proposal: the person sees it with its
 * confidence and confirms or changes it, so a wrong guess costs a click, and an unsure one says that it is unsure.
 */
import { HEADER_NAMES } from './header-names.ts';
import { cellAt, ROSTER_FIELDS, type RosterField, type RosterMapping, type RosterTable } from './table.ts';
import { normaliseCode, stripAllBlanks } from './text.ts';

/** sure: the header's usual name; likely: a looser name, or the contents say so; guess: look at it. */
export type Confidence = 'sure' | 'likely' | 'guess';

export type ColumnGuess = {
  readonly column: number;
  /** The header as it stands in the list; empty if the column has none. */
  readonly header: string;
  readonly field: RosterField | null;
  readonly confidence: Confidence | null;
};

export type HeaderGuess = {
  readonly mapping: RosterMapping;
  /** Line of the header in the file, or null if none was found. */
  readonly headerLine: number | null;
  /** One for each column up to the widest row looked at. */
  readonly columns: readonly ColumnGuess[];
  /** What a person must still choose before a preview makes sense. */
  readonly missing: readonly ('ticket' | 'name' | 'idNumber' | 'subject')[];
  /** True if nothing is missing and every field is `sure`. A person confirms all the same. */
  readonly sure: boolean;
};

/** Titles, dates of printing and remarks stand above the header, never more than a screen of them. */
const HEADER_SEARCH_ROWS = 30;
const SAMPLE_ROWS = 50;
const MAX_COLUMNS = 256;
/** A header must name at least this many fields; a title row such as 考场 alone names one. */
const LEAST_FIELDS = 2;

/** Comparable form of a header: NFKC, lower case, no blanks or punctuation (but % tells minutes from percent). */
export function headerKey(header: string): string {
  return stripAllBlanks(header.normalize('NFKC').toLowerCase()).replace(/[^\p{L}\p{N}%]/gu, '');
}

type Claim = { readonly column: number; readonly field: RosterField; readonly rank: number };

/** How well a header names a field: 0 best, undefined not at all. */
function rankOf(header: string, field: RosterField): number | undefined {
  const names = HEADER_NAMES[field];
  const key = headerKey(header);
  if (key === '') return undefined;
  if (names.strong.includes(key)) return 0;
  // Remarks in brackets, such as 姓名（必填） or ID number (18 digits), are left out for a second look.
  const plain = headerKey(header.normalize('NFKC').replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, ''));
  if (names.strong.includes(plain)) return 1;
  if (names.weak.includes(key) || names.weak.includes(plain)) return 2;
  if (names.pattern.test(key) && !names.not.test(key)) return 3;
  return undefined;
}

const CONFIDENCE_OF_RANK: readonly Confidence[] = ['sure', 'likely', 'likely', 'guess'];

/** The best claims first; each column and each field once. Ties go to the column further left. */
function settle(claims: readonly Claim[]): Map<RosterField, Claim> {
  const taken = new Set<number>();
  const settled = new Map<RosterField, Claim>();
  for (const claim of [...claims].sort((a, b) => a.rank - b.rank || a.column - b.column)) {
    if (taken.has(claim.column) || settled.has(claim.field)) continue;
    taken.add(claim.column);
    settled.set(claim.field, claim);
  }
  return settled;
}

function claimsOf(row: RosterTable['rows'][number]): Claim[] {
  const claims: Claim[] = [];
  for (let column = 0; column < Math.min(row.length, MAX_COLUMNS); column++) {
    const { value } = cellAt(row, column);
    if (value.length > 60) continue;
    for (const field of ROSTER_FIELDS) {
      const rank = rankOf(value, field);
      if (rank !== undefined) claims.push({ column, field, rank });
    }
  }
  return claims;
}

/** The row that names the most fields; of equals the first. -1 if none names enough. */
function findHeaderRow(table: RosterTable): number {
  let best = -1;
  let bestScore = 0;
  for (let index = 0; index < Math.min(table.rows.length, HEADER_SEARCH_ROWS); index++) {
    const settled = settle(claimsOf(table.rows[index] ?? []));
    if (settled.size < LEAST_FIELDS) continue;
    const score = [...settled.values()].reduce((sum, claim) => sum + 4 - claim.rank, 0);
    if (score > bestScore) {
      best = index;
      bestScore = score;
    }
  }
  return best;
}

type Contents = {
  readonly filled: number;
  readonly idShare: number;
  readonly genderShare: number;
  readonly digitShare: number;
};

function contentsOf(sample: RosterTable['rows'], column: number): Contents {
  let filled = 0;
  let ids = 0;
  let genders = 0;
  let digits = 0;
  for (const row of sample) {
    const code = normaliseCode(cellAt(row, column).value);
    if (code === '') continue;
    filled++;
    if (/^[1-9]\d{16}[\dxX]$/.test(code)) ids++;
    if (/^(男|女|male|female|m|f)$/i.test(code)) genders++;
    if (/^\d+$/.test(code)) digits++;
  }
  const share = (count: number): number => (filled === 0 ? 0 : count / filled);
  return { filled, idShare: share(ids), genderShare: share(genders), digitShare: share(digits) };
}

/**
 * Proposes the mapping of a table's columns.
 * @param table as read; the header may be on any of the first 30 rows
 * @returns always a proposal, with `missing` telling what could not be found; throws nothing
 */
export function guessHeader(table: RosterTable): HeaderGuess {
  const headerRow = findHeaderRow(table);
  const header = headerRow === -1 ? [] : (table.rows[headerRow] ?? []);
  const sample = table.rows.slice(headerRow + 1, headerRow + 1 + SAMPLE_ROWS);
  const width = Math.min(MAX_COLUMNS, Math.max(header.length, ...sample.map((row) => row.length), 0));
  const contents = Array.from({ length: width }, (_, column) => contentsOf(sample, column));
  const claims = claimsOf(header).flatMap((claim) => judge(claim, contents[claim.column]));

  // Columns without a telling header whose contents leave no doubt.
  const named = settle(claims);
  const taken = new Set([...named.values()].map((claim) => claim.column));
  contents.forEach((seen, column) => {
    if (taken.has(column) || seen.filled === 0) return;
    if (seen.idShare >= 0.8) claims.push({ column, field: 'idNumber', rank: 2.5 });
    if (seen.genderShare >= 0.8) claims.push({ column, field: 'gender', rank: 2.5 });
  });
  const settled = settle(claims);

  const columns: { [F in RosterField]?: number } = {};
  const byColumn = new Map<number, Claim>();
  for (const [field, claim] of settled) {
    columns[field] = claim.column;
    byColumn.set(claim.column, claim);
  }
  const guesses = Array.from({ length: width }, (_, column): ColumnGuess => {
    const claim = byColumn.get(column);
    return {
      column,
      header: cellAt(header, column).value,
      field: claim?.field ?? null,
      confidence: claim === undefined ? null : (CONFIDENCE_OF_RANK[Math.floor(claim.rank)] ?? 'guess'),
    };
  });
  const missing = (['ticket', 'name', 'idNumber', 'subject'] as const).filter((field) =>
    field === 'subject' ? !settled.has('subjectCode') && !settled.has('subjectName') : !settled.has(field),
  );
  return {
    mapping: { headerRow, columns },
    headerLine: headerRow === -1 ? null : (table.lineOfRow[headerRow] ?? null),
    columns: guesses,
    missing,
    sure:
      missing.length === 0 &&
      guesses.every((guess) => guess.confidence === null || guess.confidence === 'sure'),
  };
}

/** Lets the contents weaken a claim: a header that is contradicted is only a guess, a weak one that is contradicted is none. */
function judge(claim: Claim, seen: Contents | undefined): Claim[] {
  if (seen === undefined || seen.filled === 0) return [claim];
  if (claim.field === 'subjectName' && seen.digitShare >= 0.8) {
    // A column called 科目 that holds only digits holds codes, unless another column claims to be the codes.
    return [
      { ...claim, field: 'subjectCode', rank: Math.max(claim.rank, 2) },
      { ...claim, rank: 3 },
    ];
  }
  const contradicted =
    (claim.field === 'idNumber' && seen.idShare < 0.5) ||
    (claim.field === 'name' && seen.digitShare > 0.5) ||
    (claim.field === 'ticket' && seen.idShare > 0.8 && claim.rank > 1);
  if (!contradicted) return [claim];
  return claim.rank >= 2 ? [] : [{ ...claim, rank: 3 }];
}
