/**
 * The citizen identification number of GB 11643-1999: six digits of the county, eight of the birth date, three of
 * sequence (odd for men, even for women), and a check character after ISO 7064 MOD 11-2. Residence permits for
 * Hong Kong, Macau and Taiwan residents (81, 82, 83) and the permanent residence card of foreigners (9) use the same form.
 *
 * The county is not looked up: counties are dissolved and their codes live on in people's numbers. The gender digit is not
 * compared with the gender column either: sequence digits that do not fit exist and are valid.
 */
import { ROSTER_FAULTS, type RosterFaultCode } from './faults.ts';
import { normaliseCode } from './text.ts';

export type IdNumberResult =
  | {
      readonly ok: true;
      /** 18 characters, half-width, X in upper case. */
      readonly value: string;
      /** YYYY-MM-DD */
      readonly birthDate: string;
    }
  | {
      readonly ok: false;
      readonly code: RosterFaultCode;
      /** The normalised text that was refused. */
      readonly value: string;
    };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';
const EARLIEST_YEAR = 1850;

/** Half-width digits, no blanks anywhere, upper-case X. Idempotent; judges nothing. */
export function normaliseIdNumber(text: string): string {
  return normaliseCode(text).toUpperCase();
}

/** Check character for the first 17 digits. Returns an empty string if they are not 17 digits. */
export function idCheckCharacter(first17: string): string {
  if (!/^\d{17}$/.test(first17)) return '';
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return CHECK_CHARACTERS[sum % 11] ?? '';
}

/** Whether year, month and day (digits as given) are a day of the calendar. */
function isCalendarDate(year: number, month: number, day: number): boolean {
  if (year < EARLIEST_YEAR || month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}

/**
 * Reads an ID number as people and registries write it.
 * @param options.notAfter latest possible birth date, YYYY-MM-DD (the day of the exam, say); without it the future is not excluded
 * @returns the normalised number and birth date, or the first fault in the order
 *   missing, lost digits, length, characters, date, check digit
 */
export function readIdNumber(text: string, options: { readonly notAfter?: string } = {}): IdNumberResult {
  const value = normaliseIdNumber(text);
  const refuse = (fault: { readonly code: RosterFaultCode }): IdNumberResult => ({
    ok: false,
    code: fault.code,
    value,
  });

  if (value === '') return refuse(ROSTER_FAULTS.idMissing);
  if (isScientific(value)) return refuse(ROSTER_FAULTS.scientific);
  if (/^\d{15}$/.test(value)) return refuse(ROSTER_FAULTS.idFifteen);
  // Counted in code points, so that a stray emoji is one character as people count.
  if ([...value].length !== 18) return refuse(ROSTER_FAULTS.idLength);
  if (!/^[1-9]\d{16}[\dX]$/.test(value)) return refuse(ROSTER_FAULTS.idCharacters);

  const birthDate = `${value.slice(6, 10)}-${value.slice(10, 12)}-${value.slice(12, 14)}`;
  const exists = isCalendarDate(
    Number(value.slice(6, 10)),
    Number(value.slice(10, 12)),
    Number(value.slice(12, 14)),
  );
  if (!exists || (options.notAfter !== undefined && birthDate > options.notAfter))
    return refuse(ROSTER_FAULTS.idDate);

  if (idCheckCharacter(value.slice(0, 17)) !== value[17]) {
    // A spreadsheet that took the column for numbers and wrote it out in full leaves three zeros.
    return refuse(value.endsWith('000') ? ROSTER_FAULTS.digitsLost : ROSTER_FAULTS.idCheckDigit);
  }
  return { ok: true, value, birthDate };
}

/**
 * Whether a text is a number in scientific notation, as spreadsheets show numbers of more than eleven digits
 * (1.19901E+17). A point or a signed exponent is asked for, so that a code such as 12E34 stays a code.
 */
export function isScientific(text: string): boolean {
  return /^\d+(\.\d+)?E[+-]\d+$/i.test(text) || /^\d+\.\d+E\d+$/i.test(text);
}
