/** Values that a response may hold, drawn from a seed: always permitted ones, right or wrong. */
import { createHash } from 'node:crypto';
import { type Rng, shuffle } from '#domain/random/seeded.ts';
import { type PaperResponse, type ResponseValue, VALUE_LIMITS } from '#protocol/paper.ts';

export interface SimulatedFile {
  name: string;
  type: string;
  bytes: Uint8Array;
  /** Lower-case hexadecimal. */
  sha256: string;
}

const FILE_BYTES_MOST = 40_000;

/** A permitted value of a response that is neither a text nor a file; `null` (cleared) now and then. */
export function drawValue(response: PaperResponse, rng: Rng): ResponseValue {
  if (rng.below(25) === 0) return null;
  if (response.base === 'pair' || response.base === 'directedPair') return drawPairs(response, rng);
  if (response.cardinality === 'single') return drawSingle(response, rng);
  if (response.base === 'identifier') {
    const ids = shuffle(response.allowed?.ids ?? [], rng);
    return ids.slice(0, drawCount(response, ids.length, rng));
  }
  return Array.from({ length: drawCount(response, 3, rng) }, () => drawSingle(response, rng) ?? '');
}

function drawSingle(response: PaperResponse, rng: Rng): string | null {
  switch (response.base) {
    case 'identifier':
      return shuffle(response.allowed?.ids ?? [], rng)[0] ?? null;
    case 'boolean':
      return rng.below(2) === 0 ? 'true' : 'false';
    case 'integer':
    case 'float':
      return drawNumber(response, rng);
    case 'point':
      return `${rng.below(300)} ${rng.below(200)}`;
    default:
      return String(rng.below(1_000));
  }
}

function drawNumber({ lower, upper }: PaperResponse, rng: Rng): string {
  const from = Math.ceil(lower ?? 0);
  const to = Math.floor(upper ?? from + 100);
  return String(to > from ? from + rng.below(to - from + 1) : (lower ?? from));
}

function drawPairs(response: PaperResponse, rng: Rng): ResponseValue {
  const { ids = [], from = ids, to = ids } = response.allowed ?? {};
  const left = shuffle(from, rng);
  const right = shuffle(to, rng);
  const pairs: [string, string][] = [];
  const seen = new Set<string>();
  for (const [i, one] of left.entries()) {
    const other = right[i % Math.max(1, right.length)];
    if (other === undefined || (response.base === 'pair' && one === other)) continue;
    const key = response.base === 'pair' && other < one ? `${other} ${one}` : `${one} ${other}`;
    if (seen.has(key)) continue;
    seen.add(key);
    pairs.push([one, other]);
  }
  return pairs.slice(0, drawCount(response, pairs.length, rng));
}

function drawCount(response: PaperResponse, there: number, rng: Rng): number {
  const most = Math.min(
    there,
    VALUE_LIMITS.values,
    response.cardinality === 'single' ? 1 : response.max || there,
  );
  return most === 0 ? 0 : 1 + rng.below(most);
}

/** A small file of a permitted type and size. */
export function drawFile(response: PaperResponse, rng: Rng): SimulatedFile {
  const most = Math.min(response.maxBytes ?? FILE_BYTES_MOST, FILE_BYTES_MOST);
  const bytes = new Uint8Array(1 + rng.below(Math.max(1, most)));
  for (let i = 0; i < bytes.length; i++) bytes[i] = (rng.next() >>> 8) & 0xff;
  const [permitted = 'text/plain'] = response.types ?? [];
  const type =
    permitted === '*/*' ? 'text/plain' : permitted.replace('text/*', 'text/plain').replace('/*', '/png');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: `answer-${sha256.slice(0, 6)}.${ending(type)}`, type, bytes, sha256 };
}

function ending(type: string): string {
  return type === 'text/plain'
    ? 'txt'
    : (type.split('/')[1] ?? 'bin').replace(/[^a-z0-9]/g, '').slice(0, 8) || 'bin';
}
