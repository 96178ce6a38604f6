/**
 * A package's file as a stream, from the database piece by piece: any replica gives the same bytes, whole or from any
 * byte on, and none keeps it.
 */
import { headBytes } from '#node/packages/package-file.ts';
import { type PackageHeader, PLAN_PART } from '#protocol/package.ts';

/** A piece of a sealed file: name as in the header (`pa_…/f0.age`). Empty where it is gone. */
export type ReadPiece = (paper: string, file: string, from: number, length: number) => Promise<Uint8Array>;

const PIECE = 4 * 1024 * 1024;

export interface PackageParts {
  /** Canonical header and its signature. */
  header: string;
  signature: string;
  plan: Uint8Array;
}

/** Bytes `from` (within) to `to` (without) of the file. Throws `Error` where a file is shorter than the header says. */
export async function* readPackage(
  { header, signature, plan }: PackageParts,
  read: ReadPiece,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  // Headquarters' own, checked when it was signed.
  const { parts } = JSON.parse(header) as PackageHeader;
  let start = 0;
  for (const { name, bytes, piece } of [
    held('head', headBytes(header, signature)),
    ...parts.map((part) => (part.name === PLAN_PART ? held(part.name, plan) : stored(part, read))),
  ]) {
    const first = Math.max(0, from - start);
    const last = Math.min(bytes, to - start);
    for (let at = first; at < last; ) {
      const got = await piece(at, Math.min(PIECE, last - at));
      if (got.length === 0) throw new Error(`${name} ends after ${at} of ${bytes} bytes`);
      yield got;
      at += got.length;
    }
    start += bytes;
  }
}

interface Segment {
  name: string;
  bytes: number;
  piece: (from: number, length: number) => Promise<Uint8Array>;
}

function held(name: string, bytes: Uint8Array): Segment {
  return { name, bytes: bytes.length, piece: async (from, length) => bytes.subarray(from, from + length) };
}

function stored({ name, bytes }: { name: string; bytes: number }, read: ReadPiece): Segment {
  const [paper = '', file = ''] = name.split('/');
  return { name, bytes, piece: (from, length) => read(paper, file, from, length) };
}

/**
 * A `Range` header against a file of `bytes`: one range of bytes, `null` for none or several (the whole file is sent),
 * `'outside'` where it begins behind the end (RFC 9110, 14).
 */
export function parseRange(
  header: string | undefined,
  bytes: number,
): { from: number; to: number } | 'outside' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return null;
  if (first === '') {
    const length = Math.min(bytes, Number(last));
    return length === 0 ? 'outside' : { from: bytes - length, to: bytes };
  }
  const from = Number(first);
  if (from >= bytes) return 'outside';
  if (last !== '' && Number(last) < from) return null;
  return { from, to: last === '' ? bytes : Math.min(bytes, Number(last) + 1) };
}
