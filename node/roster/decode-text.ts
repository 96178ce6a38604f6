/** From the bytes of a text file to its text: which encoding it is, and where it is damaged. */
import { standardForm } from '#domain/roster/private-use.ts';
import { ROSTER_READ_FAULTS } from '#domain/roster/read-faults.ts';
import { RosterReadError } from './read-error.ts';

/** gb18030 stands for GBK and GB2312 too, which are parts of it. */
export type TextEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

export type DecodedText = { readonly text: string; readonly encoding: TextEncoding };

/**
 * UTF-16 and UTF-8 by their marks; otherwise UTF-8 if every byte of it is valid, else GB18030. A GBK text of more than a few
 * characters is practically never valid UTF-8. The other way round it happens: UTF-8 with one broken byte may be
 * valid GB18030 and would come out as nonsense, so a text that is UTF-8 nearly throughout is refused with the line of the damage.
 *
 * Bytes of GBK's 80 late characters come out as their standard code points, whatever index the decoder follows.
 * @throws RosterReadError roster/read-encoding with the line
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', bytes);
  const scan = scanUtf8(bytes);
  if (scan.firstBad === -1) return decodeAs('utf-8', bytes);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (marked || (scan.hits >= 8 && scan.breaks * 8 <= scan.hits)) {
    throw new RosterReadError(ROSTER_READ_FAULTS.encoding, { line: lineOf(bytes, scan.firstBad) });
  }
  const { text, encoding } = decodeAs('gb18030', bytes);
  return { text: standardForm(text), encoding };
}

function decodeAs(encoding: TextEncoding, bytes: Uint8Array): DecodedText {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch (cause) {
    throw new RosterReadError(ROSTER_READ_FAULTS.encoding, { line: lineOfDamage(encoding, bytes) }, cause);
  }
}

/**
 * Counts the sequences of three and four bytes that are well-formed UTF-8 (all Chinese text is; pairs are not counted, for GBK
 * makes them by chance) and the places where it breaks.
 */
function scanUtf8(bytes: Uint8Array): { hits: number; breaks: number; firstBad: number } {
  let hits = 0;
  let breaks = 0;
  let firstBad = -1;
  let broken = false;
  let index = 0;
  while (index < bytes.length) {
    const length = utf8LengthAt(bytes, index);
    if (length > 2) hits++;
    if (length === 0 && !broken) breaks++;
    if (length === 0 && firstBad === -1) firstBad = index;
    broken = length === 0;
    index += Math.max(length, 1);
  }
  return { hits, breaks, firstBad };
}

/** Length of the well-formed sequence at an index (Unicode, table 3-7), 0 if there is none. */
function utf8LengthAt(bytes: Uint8Array, index: number): number {
  const lead = bytes[index] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let offset = 1; offset < length; offset++) {
    const byte = bytes[index + offset];
    if (byte === undefined || byte < 0x80 || byte > 0xbf) return 0;
  }
  const second = bytes[index + 1] ?? 0;
  const overlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const beyond = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : length;
}

/** The first line whose bytes do not decode. Only called for files that are refused, so it may take its time. */
function lineOfDamage(encoding: TextEncoding, bytes: Uint8Array): number {
  if (encoding === 'utf-8') return lineOf(bytes, scanUtf8(bytes).firstBad);
  // Without `fatal` the decoder puts U+FFFD at the damage and goes on.
  const text = new TextDecoder(encoding).decode(bytes);
  const at = text.indexOf('\uFFFD');
  return countLineBreaks(at === -1 ? text : text.slice(0, at)) + 1;
}

function lineOf(bytes: Uint8Array, index: number): number {
  // Bytes of line breaks are never part of a UTF-8 sequence.
  return countLineBreaks(new TextDecoder('latin1').decode(bytes.subarray(0, Math.max(index, 0)))) + 1;
}

/** Line breaks as editors count them: CRLF, LF or CR. */
export function countLineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
