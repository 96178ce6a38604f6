/**
 * The seeded generator behind every draw that must be repeatable: seats, versions, order of items and options.
 *
 * An auditor years later, with another language and none of our code, must get the same draw from the recorded
 * seed. Therefore the algorithm is fixed here as `gongyuan-random/1` and never changed; a better one would get a
 * new name. All numbers are unsigned 32-bit integers, `+` and `*` are modulo 2^32, `^` is exclusive or, `>>` shifts
 * in zeros, rotl(x, k) = (x << k) | (x >> (32 - k)). No floating point, so that every machine agrees.
 *
 * 1. Bytes. The seed is a text; b[0..n-1] are the bytes of its UTF-8 encoding, without normalisation, byte order
 *    mark or terminator. An unpaired surrogate counts as U+FFFD (EF BF BD), as TextEncoder does.
 * 2. State. For i = 0, 1, 2, 3:
 *      h = 0x811c9dc5;  h = (h ^ i) * 0x01000193;  for each byte b:  h = (h ^ b) * 0x01000193
 *      (that is FNV-1a of the byte i followed by the seed), and then the finaliser of MurmurHash3:
 *      h = h ^ (h >> 16);  h = h * 0x85ebca6b;  h = h ^ (h >> 13);  h = h * 0xc2b2ae35;  s[i] = h ^ (h >> 16)
 *    Should all four be 0 (a state from which the generator never leaves), s[0] = 1.
 * 3. next() is xoshiro128** 1.1 by Blackman and Vigna (https://prng.di.unimi.it/xoshiro128starstar.c):
 *      result = rotl(s[1] * 5, 7) * 9
 *      t = s[1] << 9
 *      s[2] = s[2] ^ s[0];  s[3] = s[3] ^ s[1];  s[1] = s[1] ^ s[2];  s[0] = s[0] ^ s[3];  s[2] = s[2] ^ t
 *      s[3] = rotl(s[3], 11)
 * 4. below(n), 1 <= n <= 2^32, a number 0..n-1, each equally likely: limit = 2^32 - (2^32 mod n); take x = next()
 *    until x < limit; the answer is x mod n. It takes at least one number, also for n = 1.
 * 5. shuffle(a) of m elements (Fisher-Yates): for i = m-1 down to 1: j = below(i + 1); exchange a[i] and a[j].
 * 6. pick(a) of m elements: a[below(m)].
 * 7. subSeed(seed, label, …): the texts joined by U+001F (unit separator), which no label may contain.
 * 8. hexSeed(seed): the first four numbers of the seed's generator, each as eight lower-case hexadecimal digits.
 *
 * It is fair, not secret: whoever knows the seed knows the draw, and outputs betray the state. Keys, codes and
 * nonces never come from here.
 */
export const RANDOM_ALGORITHM = 'gongyuan-random/1';

/** Joins the parts of a sub-seed; refused inside them, so that two different lists never make the same seed. */
const SEPARATOR = '\u001f';
const TWO_32 = 0x1_0000_0000;

export interface Rng {
  /** The next number, 0 to 2^32 - 1. */
  next(): number;
  /** A number 0 to n - 1, without bias; n an integer from 1 to 2^32, otherwise RangeError. */
  below(n: number): number;
}

/** UTF-8 by hand: neither TextEncoder nor Buffer belongs to the language, and `domain/` has nothing else. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0)!; // iteration never yields an empty string
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f));
      bytes.push(0x80 | (code & 0x3f));
    }
  }
  return bytes;
}

function stateWord(index: number, bytes: readonly number[]): number {
  let h = Math.imul(0x811c9dc5 ^ index, 0x01000193);
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** xoshiro128** from a given state of four words; `seeded` is the usual way in. */
export function fromState(words: readonly [number, number, number, number]): Rng {
  let [s0, s1, s2, s3] = words;
  if ((s0 | s1 | s2 | s3) === 0) s0 = 1;

  function next(): number {
    const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl(s3, 11);
    return result;
  }

  function below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32)
      throw new RangeError(`below(${n}): not within 1 to 2^32`);
    const limit = TWO_32 - (TWO_32 % n);
    let x = next();
    while (x >= limit) x = next();
    return x % n;
  }

  return { next, below };
}

/** The generator of a seed: the same seed gives the same numbers on every machine, for ever. */
export function seeded(seed: string): Rng {
  const bytes = utf8Bytes(seed);
  return fromState([stateWord(0, bytes), stateWord(1, bytes), stateWord(2, bytes), stateWord(3, bytes)]);
}

/** A seed of its own for one purpose or person, so that one draw more here moves nothing there. */
export function subSeed(seed: string, ...labels: readonly string[]): string {
  const parts = [seed, ...labels];
  if (labels.some((label) => label.includes(SEPARATOR)))
    throw new RangeError('a label of a sub-seed contains U+001F');
  return parts.join(SEPARATOR);
}

/** A new array in drawn order; the given one stays as it is. */
export function shuffle<T>(array: readonly T[], rng: Rng): T[] {
  const result = [...array];
  for (let i = result.length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const held = result[i]!; // i and j are inside the array
    result[i] = result[j]!;
    result[j] = held;
  }
  return result;
}

/** One element, each equally likely; RangeError for an empty array. */
export function pick<T>(array: readonly T[], rng: Rng): T {
  if (array.length === 0) throw new RangeError('pick from an empty array');
  return array[rng.below(array.length)]!; // inside the array
}

/** `words` numbers as lower-case hexadecimal, 8 digits each: a short seed that can be stored and printed. */
export function hexSeed(seed: string, words = 4): string {
  const rng = seeded(seed);
  let text = '';
  for (let i = 0; i < words; i++) text += rng.next().toString(16).padStart(8, '0');
  return text;
}
