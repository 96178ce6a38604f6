/** The few fields of an X.509 certificate that a check needs; P-256 with SHA-256 only, as the site's authority issues. */
import {
  childrenOf,
  type Der,
  hexOf,
  insideOf,
  Malformed,
  onlyDer,
  rawSignature,
  readDer,
  shapeOf,
  TAG,
  wholeOf,
} from './der.ts';

/** AlgorithmIdentifier of ecdsa-with-SHA256 (RFC 5758, 3.2: without parameters). */
export const ECDSA_SHA256 = '300a06082a8648ce3d040302';
/** AlgorithmIdentifier of a P-256 key (RFC 5480). */
const P256 = '301306072a8648ce3d020106082a8648ce3d030107';
const KEY_USAGE = '0603551d0f';
const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;

export interface Certificate {
  der: Uint8Array;
  /** What the issuer signed. */
  signed: Uint8Array;
  /** `r || s`. */
  signature: Uint8Array;
  /** DER of the names and the number. */
  issuer: Uint8Array;
  subject: Uint8Array;
  serial: Uint8Array;
  /** Wall time in milliseconds. */
  notAfter: number;
  /** Uncompressed point, 65 bytes. */
  point: Uint8Array;
  /** May sign documents: digitalSignature and nonRepudiation. */
  forDocuments: boolean;
}

/** Throws `Malformed`. */
export function readCertificate(der: Uint8Array): Certificate {
  const [tbs, algorithm, signature] = shapeOf(der, onlyDer(der, TAG.sequence), [
    TAG.sequence,
    TAG.sequence,
    TAG.bits,
  ]) as [Der, Der, Der]; // shapeOf gives as many as it was asked for
  if (hexOf(wholeOf(der, algorithm)) !== ECDSA_SHA256) throw new Malformed('algorithm');
  const [, serial, inner, issuer, validity, subject, spki, extensions] = shapeOf(der, tbs, [
    0xa0,
    TAG.integer,
    TAG.sequence,
    TAG.sequence,
    TAG.sequence,
    TAG.sequence,
    TAG.sequence,
    0xa3,
  ]) as [Der, Der, Der, Der, Der, Der, Der, Der]; // as above
  if (hexOf(wholeOf(der, inner)) !== ECDSA_SHA256) throw new Malformed('algorithm');
  const [, notAfter] = shapeOf(der, validity, [null, null]) as [Der, Der]; // as above
  return {
    der,
    signed: wholeOf(der, tbs),
    signature: rawSignature(bitsOf(der, signature)),
    issuer: wholeOf(der, issuer),
    subject: wholeOf(der, subject),
    serial: wholeOf(der, serial),
    notAfter: timeOf(der, notAfter),
    point: pointOf(der, spki),
    forDocuments: (usageOf(der, extensions) & (DIGITAL_SIGNATURE | NON_REPUDIATION)) === 0xc0,
  };
}

function bitsOf(der: Uint8Array, node: Der): Uint8Array {
  const value = insideOf(der, node);
  if (value[0] !== 0) throw new Malformed('unused bits');
  return value.subarray(1);
}

function pointOf(der: Uint8Array, spki: Der): Uint8Array {
  const [algorithm, key] = shapeOf(der, spki, [TAG.sequence, TAG.bits]) as [Der, Der]; // as above
  const point = bitsOf(der, key);
  if (hexOf(wholeOf(der, algorithm)) !== P256 || point.length !== 65 || point[0] !== 4)
    throw new Malformed('not a P-256 key');
  return point;
}

function usageOf(der: Uint8Array, extensions: Der): number {
  const [list] = shapeOf(der, extensions, [TAG.sequence]) as [Der]; // as above
  for (const extension of childrenOf(der, list)) {
    const parts = childrenOf(der, extension);
    const value = parts.at(-1);
    if (!parts[0] || !value || hexOf(wholeOf(der, parts[0])) !== KEY_USAGE) continue;
    const bits = readDer(der, value.at, value.end);
    if (value.tag !== TAG.octets || bits.tag !== TAG.bits || bits.end !== value.end)
      throw new Malformed('key usage');
    return der[bits.at + 1] ?? 0;
  }
  return 0;
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
function timeOf(der: Uint8Array, node: Der): number {
  const text = String.fromCharCode(...insideOf(der, node));
  const digits = node.tag === TAG.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const time = parseTime(digits);
  if (time === null || (node.tag !== TAG.utcTime && node.tag !== TAG.time)) throw new Malformed('time');
  return time;
}

/** Milliseconds of `YYYYMMDDHHMMSSZ`. */
export function parseTime(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return Number.isNaN(time) ? null : time;
}
