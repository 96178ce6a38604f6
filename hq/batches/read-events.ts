/** A batch's lines as rows: what the database must know of each event; whether it is well-formed is judged later. */

import { MachineryError } from '#node/signing/machinery-error.ts';
import type { BatchLine } from '#node/sync/batch-file.ts';
import { ID_PATTERN } from '#protocol/ids.ts';
import type { EventRow } from './branches.repo.ts';
import { base64 } from './ranges.ts';

const KIND = /^[A-Z][A-Z_]{0,63}$/;
const ID = new RegExp(ID_PATTERN);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws `batch/form` for bytes that are no text: no box ever stored such. */
export function eventRows(first: number, lines: readonly BatchLine[]): EventRow[] {
  return lines.map((line, i) => {
    const seq = first + i;
    if ('leaf' in line)
      return { seq, kind: '', attempt: null, wall: 0, bytes: null, leaf: base64(line.leaf) };
    let bytes: string;
    try {
      bytes = utf8.decode(line.bytes);
    } catch (cause) {
      throw new MachineryError('batch/form', { reason: 'an event is not UTF-8', seq }, { cause });
    }
    if (bytes.includes('\0')) throw new MachineryError('batch/form', { reason: 'an event with NUL', seq });
    return { seq, ...envelopeOf(bytes), bytes, leaf: null };
  });
}

function envelopeOf(bytes: string): Pick<EventRow, 'kind' | 'attempt' | 'wall'> {
  let value: unknown;
  try {
    value = JSON.parse(bytes);
  } catch {
    value = null;
  }
  const { kind, attempt, wall } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return {
    kind: typeof kind === 'string' && KIND.test(kind) ? kind : '',
    attempt: typeof attempt === 'string' && ID.test(attempt) ? attempt : null,
    wall: Number.isSafeInteger(wall) ? (wall as number) : 0, // a number, as just checked
  };
}
