/** New identifiers: 80 random bits in lower-case Crockford base32 behind the kind's prefix. */
import { randomBytes } from 'node:crypto';
import { ID_PREFIX, type IdKind } from '#protocol/ids.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function newId(kind: IdKind): string {
  let bits = BigInt(`0x${randomBytes(10).toString('hex')}`);
  let text = '';
  for (let i = 0; i < 16; i++) {
    text = ALPHABET[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return `${ID_PREFIX[kind]}_${text}`;
}
