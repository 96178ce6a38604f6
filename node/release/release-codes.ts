/**
 * Release codes: a session's release identity as Shamir shares on cards (protocol/package.ts). Shares carry no
 * integrity: whoever combines them must compare the recipient of what comes out with the session's.
 */
import { createHash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import {
  formatReleaseCode,
  parseReleaseCode,
  type ReleaseCode,
  shareIndex,
  TAG_BYTES,
} from '#domain/release/code-text.ts';
import { recipientOf } from '#node/sealing/age-file.ts';
import { bytesOfIdentity, identityOfBytes } from '#node/sealing/identity-bytes.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';

/**
 * The tag that the codes of a session carry. The recipient is in it: cards of a release identity that was renewed are
 * told apart at once, not only when all are there and nothing opens.
 */
export function releaseTag(session: string, recipient: string): Uint8Array {
  const hash = createHash('sha256').update(`gongyuan/release-code/v1\n${session}\n${recipient}`).digest();
  return new Uint8Array(hash.subarray(0, TAG_BYTES));
}

/**
 * `m` codes of which any `n` give the identity. Throws `RangeError` unless 2 ≤ n ≤ m ≤ 15, `TypeError` for no identity.
 * @param identity the release identity, `AGE-SECRET-KEY-1…`
 */
export async function splitIdentity(
  identity: string,
  n: number,
  m: number,
  session: string,
): Promise<string[]> {
  const secret = bytesOfIdentity(identity);
  const recipient = await recipientOf(identity);
  if (secret === null || recipient === null) throw new TypeError('not an age identity');
  if (n < 2 || n > m || m > 15) throw new RangeError('codes: 2 to 15, and no more needed than issued');
  const tag = releaseTag(session, recipient);
  // The library wants a Uint8Array by its very prototype: a Buffer is refused.
  const shares = await split(new Uint8Array(secret), m, n);
  return shares.map((share) => formatReleaseCode({ n, m, tag, share }));
}

/**
 * The fields of one code. Throws `release/code-wrong` (which group, too short, too long, the whole) and, where `tag` is
 * given, `release/code-other-session`.
 */
export function readReleaseCode(text: string, tag?: Uint8Array): ReleaseCode {
  const parsed = parseReleaseCode(text);
  if (!('code' in parsed)) {
    const { fault, ...where } = parsed;
    throw new MachineryError('release/code-wrong', { fault, ...where });
  }
  if (tag && !same(tag, parsed.code.tag)) throw new MachineryError('release/code-other-session', {});
  return parsed.code;
}

/**
 * The identity from at least `n` codes; more are taken as well. Throws `release/code-wrong`,
 * `release/code-other-session` (of two releases), `release/code-twice`, `release/codes-mismatch` (they do not say the
 * same n and m, are too few, or give no identity).
 */
export async function combineCodes(codes: readonly string[]): Promise<string> {
  const read: ReleaseCode[] = [];
  for (const text of codes) {
    const code = readReleaseCode(text, read[0]?.tag);
    if (read.some((other) => shareIndex(other) === shareIndex(code)))
      throw new MachineryError('release/code-twice', {});
    read.push(code);
  }
  const [first] = read;
  if (!first || read.length < first.n || read.some(({ n, m }) => n !== first.n || m !== first.m))
    throw new MachineryError('release/codes-mismatch', { codes: read.length });
  try {
    return identityOfBytes(await combine(read.map(({ share }) => new Uint8Array(share))));
  } catch (cause) {
    throw new MachineryError('release/codes-mismatch', { codes: read.length }, { cause });
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
