/**
 * The text of a release code: what an officer carries on a card and types or scans at the start. Pure, the same in the
 * browser. 40 bytes: version, `n << 4 | m`, a tag of the release (2), the Shamir share (33) and CRC-24 over all before
 * (RFC 9580, 6.1). They are 64 characters of Crockford base32 in 16 groups of four, and behind each group a check character over
 * GF(32), so that the group that was mistyped is named: `number + a·x1 + a²·x2 + a³·x3 + a⁴·x4 + check = 0`, where `a`
 * is a root of x⁵ + x² + 1. The weights differ, so any one wrong character and any two that changed places inside a
 * group are found; the group's number is in the sum, so groups that changed places are found as well.
 */
import { RELEASE_CODE } from '#protocol/package.ts';

export const CODE_VERSION = 1;
export const SHARE_BYTES = 33;
export const TAG_BYTES = 2;
export const CODE_GROUPS = 16;
const GROUP = 5;
const DATA_BYTES = 40;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface ReleaseCode {
  /** Codes needed and issued. */
  n: number;
  m: number;
  /** Two bytes that tell codes of one release from those of another. */
  tag: Uint8Array;
  /** 33 bytes; the last is the share's index. */
  share: Uint8Array;
}

/** `group` (1…16) is where it goes wrong; `sum` and `form`: every group fits, and the whole does not. */
export type CodeFault =
  | { fault: 'group'; group: number }
  | { fault: 'too-short' | 'too-long'; characters: number }
  | { fault: 'sum' | 'form' };

export type ParsedCode = { code: ReleaseCode } | CodeFault;

/** 16 groups of five characters with blanks between. Throws `RangeError` for fields out of form. */
export function formatReleaseCode({ n, m, tag, share }: ReleaseCode): string {
  if (!sharesFit(n, m)) throw new RangeError('a code is one of m of which n are needed, 2 to 15');
  if (tag.length !== TAG_BYTES || share.length !== SHARE_BYTES)
    throw new RangeError('length of tag or share');
  const bytes = new Uint8Array(DATA_BYTES);
  bytes.set([CODE_VERSION, (n << 4) | m, ...tag, ...share]);
  const sum = crc24(bytes.subarray(0, DATA_BYTES - 3));
  bytes.set([sum >> 16, (sum >> 8) & 255, sum & 255], DATA_BYTES - 3);
  const values = toBase32(bytes);
  const groups: string[] = [];
  for (let group = 1; group <= CODE_GROUPS; group++) {
    const four = values.slice((group - 1) * 4, group * 4);
    groups.push([...four, weighted(group, four)].map((value) => ALPHABET[value]).join(''));
  }
  return groups.join(' ');
}

/** Reads what was typed or scanned: case, blanks, hyphens, full-width forms and I, L, O are forgiven. */
export function parseReleaseCode(typed: string): ParsedCode {
  const { values, groups } = read(typed);
  const wrong = groups.indexOf('wrong');
  if (wrong >= 0) return { fault: 'group', group: wrong + 1 };
  if (values.length < RELEASE_CODE.length) return { fault: 'too-short', characters: values.length };
  if (values.length > RELEASE_CODE.length) return { fault: 'too-long', characters: values.length };
  const bytes = fromBase32(values.filter((_, i) => i % GROUP !== GROUP - 1));
  const body = bytes.subarray(0, DATA_BYTES - 3);
  const [a = 0, b = 0, c = 0] = bytes.subarray(DATA_BYTES - 3);
  if (crc24(body) !== ((a << 16) | (b << 8) | c)) return { fault: 'sum' };
  const [version, shares = 0] = body;
  const n = shares >> 4;
  const m = shares & 15;
  if (version !== CODE_VERSION || !sharesFit(n, m)) return { fault: 'form' };
  return { code: { n, m, tag: body.slice(2, 2 + TAG_BYTES), share: body.slice(2 + TAG_BYTES) } };
}

/** For a field that is being typed in: each of the 16 groups. More characters than 80 change nothing here. */
export function codeGroups(typed: string): ('right' | 'wrong' | 'open')[] {
  const { groups } = read(typed);
  return Array.from({ length: CODE_GROUPS }, (_, i) => groups[i] ?? 'open');
}

/** The share's index: which of the m cards this is in the arithmetic (1…255, not the number printed on the card). */
export function shareIndex(code: ReleaseCode): number {
  return code.share[SHARE_BYTES - 1] ?? 0;
}

function read(typed: string): { values: number[]; groups: ('right' | 'wrong' | 'open')[] } {
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐-―−]/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0');
  // Crockford leaves U out and forgives it nothing: it is a wrong character, and its group is named.
  const values = [...text].map((character) => ALPHABET.indexOf(character));
  const groups: ('right' | 'wrong' | 'open')[] = [];
  for (let group = 1; group <= CODE_GROUPS; group++) {
    const five = values.slice((group - 1) * GROUP, group * GROUP);
    if (five.length === 0) break;
    if (five.includes(-1)) groups.push('wrong');
    else if (five.length < GROUP) groups.push('open');
    else groups.push(weighted(group, five.slice(0, 4)) === five[4] ? 'right' : 'wrong');
  }
  return { values, groups };
}

function sharesFit(n: number, m: number): boolean {
  return Number.isInteger(n) && Number.isInteger(m) && n >= 2 && n <= m && m <= RELEASE_CODE.most;
}

/** The check character's value: Horner's rule from the last character, so that character i weighs aⁱ. */
function weighted(group: number, four: readonly number[]): number {
  let sum = 0;
  for (let i = four.length - 1; i >= 0; i--) sum = timesRoot(sum ^ (four[i] ?? 0));
  return sum ^ group;
}

/** Multiplies by the root of x⁵ + x² + 1 in GF(32). */
function timesRoot(value: number): number {
  const shifted = value << 1;
  return shifted & 32 ? (shifted ^ 0b100101) & 31 : shifted;
}

function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let i = 0; i < 8; i++) crc = crc & 0x800000 ? ((crc << 1) ^ 0x864cfb) & 0xffffff : crc << 1;
  }
  return crc;
}

/** Five bytes are eight characters. */
function toBase32(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) values.push((held >> (bits - 5)) & 31);
  }
  return values;
}

function fromBase32(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = ((held << 5) | value) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bytes.push((held >> (bits - 8)) & 255);
      bits -= 8;
    }
  }
  return Uint8Array.from(bytes);
}
