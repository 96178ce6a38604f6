/**
 * The mark in a paper's QR (protocol/reports.ts): `<origin>/check#<base64url of the JSON>.<base64url signature>`. Read here as
 * untrusted text; who checks the signature brings the key.
 */
import { canonical } from '#domain/attempt/digest.ts';
import { ID_PATTERN, ID_PREFIX } from '#protocol/ids.ts';
import { CHECK_PATH, REPORT_KINDS, type ReportMark } from '#protocol/reports.ts';

export interface MarkText {
  mark: ReportMark;
  /** UTF-8 bytes of the canonical JSON: what was signed, after the purpose and a line feed. */
  message: Uint8Array;
  /** base64url, 64 bytes. */
  signature: string;
}

/** Far above any mark; a QR holds less than 3,000 characters. */
const MAX_TEXT = 2_000;
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;
const SITE = 64;

/** Canonical JSON of a mark: ASCII alone, for no field holds anything else. Throws `TypeError` for a mark out of form. */
export function markJson(mark: ReportMark): string {
  if (!isMark(mark)) throw new TypeError('not a mark');
  const { c, d, k, m, r, s } = mark;
  return canonical({ c, d, k, m, r, s });
}

/** What a QR leads to: the page's address with the signed mark behind the `#`, so that no server log has it. */
export function markUrl(origin: string, signedMark: string): string {
  return `${origin}${CHECK_PATH}#${signedMark}`;
}

/** The mark in a QR's text (a whole address, or what stands behind its `#`), or null. Its signature is not checked here. */
export function parseMark(text: string): MarkText | null {
  if (text.length > MAX_TEXT) return null;
  const [body = '', signature = '', more] = text
    .slice(text.indexOf('#') + 1)
    .trim()
    .split('.');
  const json = more === undefined && SIGNATURE.test(signature) ? asciiOf(body) : null;
  if (json === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  // One mark has one text: another spelling of the same is none.
  if (!isMark(value) || Object.keys(value).length !== 6 || markJson(value) !== json) return null;
  return { mark: value, message: Uint8Array.from(json, (letter) => letter.charCodeAt(0)), signature };
}

function isMark(value: unknown): value is ReportMark {
  if (typeof value !== 'object' || value === null) return false;
  const { c, d, k, m, r, s } = value as Partial<Record<keyof ReportMark, unknown>>; // each field is looked at below
  return (
    Number.isSafeInteger(c) &&
    (c as number) >= 1 &&
    typeof d === 'string' &&
    /^[A-Za-z0-9_-]{22}$/.test(d) &&
    typeof k === 'string' &&
    Object.hasOwn(REPORT_KINDS, k) &&
    Number.isSafeInteger(m) &&
    (m as number) >= 0 &&
    typeof r === 'string' &&
    new RegExp(ID_PATTERN).test(r) &&
    r.startsWith(`${ID_PREFIX.report}_`) &&
    typeof s === 'string' &&
    s.length <= SITE &&
    /^[!-~]*$/.test(s)
  );
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Strict base64url of printable ASCII, or null. (Neither Buffer nor atob is here.) */
function asciiOf(text: string): string | null {
  if (text.length % 4 === 1) return null;
  let bits = 0;
  let count = 0;
  let out = '';
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((bits >> count) & 0xff);
      bits &= (1 << count) - 1;
    }
  }
  return bits === 0 && /^[ -~]*$/.test(out) ? out : null;
}
