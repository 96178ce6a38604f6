/**
 * Checks the signature of a PDF that claims to be a paper of a site (FEATURES R4): the same code on the box, in a script
 * and in a browser without the box. The file is untrusted; work is bounded by its size.
 *
 * A signature counts where it covers every byte of the file but its own hexadecimal, was made by a document certificate
 * and that was issued by the site's authority. So a good one says: this file is, to the byte, what the site signed.
 */
import { ID_PREFIX } from '#protocol/ids.ts';
import { parseTime, readCertificate } from './certificate.ts';
import { hexOf, Malformed, readDer, sameBytes } from './der.ts';
import { readSignedMessage, type SignedMessage } from './signed-message.ts';

/** What the surroundings lend: WebCrypto, on the box as in the browser. */
export interface CheckCrypto {
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  /** ECDSA with SHA-256; `point` uncompressed, `signature` as `r || s`. */
  verifyP256(point: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export type PdfCheck =
  /** `signedAt`: wall time in milliseconds that the paper itself tells. */
  | { verdict: 'valid'; signedAt: number }
  /** Bears a signature of this site that does not hold; `why` is for logs and tests. */
  | { verdict: 'broken'; why: string }
  /** No signature, or a stranger's. */
  | { verdict: 'not-signed' };

/** Signatures looked at, the last ones: our papers have one, in the update at their end. */
const MAX_SIGNATURES = 4;
const UPDATE_BYTES = 65_536;
const MAX_HEX = 65_536;
/** Of protocol/ids.ts, in the midst of a text. */
const REPORT_ID = new RegExp(`${ID_PREFIX.report}_[0-9a-hjkmnp-tv-z]{16}`);

export function isPdf(bytes: Uint8Array): boolean {
  return latin1(bytes, 0, 5) === '%PDF-';
}

/** `authority`: DER of the site's authority certificate, which is trusted. Throws `Malformed` where that is none. */
export async function checkSignedPdf(
  pdf: Uint8Array,
  authority: Uint8Array,
  crypto: CheckCrypto,
): Promise<PdfCheck> {
  const issuer = readCertificate(authority);
  let why = '';
  for (const at of positions(pdf, '/ByteRange', MAX_SIGNATURES, pdf.length - UPDATE_BYTES)) {
    try {
      const signedAt = await checkSignature(pdf, at, authority, crypto);
      return { verdict: 'valid', signedAt };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      why ||= error.message;
    }
  }
  // A signature of ours carries the authority's key; where half of it is left, one was tampered with. (Its name says
  // less: two sites may have the same.)
  const key = hexOf(issuer.point);
  const ours = [key.slice(0, 66), key.slice(66)].some((part) => positions(pdf, part, 1, 0).length > 0);
  return ours
    ? { verdict: 'broken', why: why || 'no signature where there was one' }
    : { verdict: 'not-signed' };
}

/**
 * The id of the report that the file says it is, from its signature's reason: which original a changed file is to be
 * compared with. Untrusted like the rest of it.
 */
export function claimedReport(pdf: Uint8Array): string | null {
  for (const at of positions(pdf, '/Reason <feff', MAX_SIGNATURES, 0)) {
    const hex = /^\/Reason <feff((?:[0-9a-f]{4})*)>/.exec(latin1(pdf, at, at + 8_192))?.[1] ?? '';
    const text = hex.replace(/[0-9a-f]{4}/g, (unit) => String.fromCharCode(Number.parseInt(unit, 16)));
    const id = REPORT_ID.exec(text)?.[0];
    if (id !== undefined) return id;
  }
  return null;
}

/** When it was signed. Throws `Malformed` for whatever is wrong. */
async function checkSignature(
  pdf: Uint8Array,
  at: number,
  authority: Uint8Array,
  crypto: CheckCrypto,
): Promise<number> {
  const [before, after] = rangeAt(pdf, at);
  const message = readSignedMessage(signatureIn(pdf, before, after));
  const issuer = readCertificate(authority);
  const signer = await signerOf(message, authority, crypto);
  if (!sameBytes(signer.issuer, issuer.subject)) throw new Malformed('issuer');
  if (!(await crypto.verifyP256(issuer.point, signer.signed, signer.signature)))
    throw new Malformed('the certificate is not of this authority');
  if (!signer.forDocuments) throw new Malformed('the certificate signs no documents');
  if (!(await crypto.verifyP256(signer.point, message.attributes, message.signature)))
    throw new Malformed('signature');
  const content = new Uint8Array(before + pdf.length - after);
  content.set(pdf.subarray(0, before));
  content.set(pdf.subarray(after), before);
  if (!sameBytes(await crypto.sha256(content), message.digest)) throw new Malformed('content');
  const signedAt = timeAfter(pdf, after);
  // No lower bound: a box whose clock had fallen back must not spoil its papers, and the time is its own word anyway.
  if (signedAt > signer.notAfter) throw new Malformed('signed after its certificate had ended');
  return signedAt;
}

/** The certificate that the signature names; beside it only the authority's may be there. */
async function signerOf(message: SignedMessage, authority: Uint8Array, crypto: CheckCrypto) {
  const others = message.certificates.filter(({ der }) => !sameBytes(der, authority));
  const [signer] = others;
  if (!signer || others.length !== 1) throw new Malformed('certificates');
  if (!sameBytes(signer.issuer, message.issuer) || !sameBytes(signer.serial, message.serial))
    throw new Malformed('signer');
  if (!sameBytes(await crypto.sha256(signer.der), message.certificateHash))
    throw new Malformed('not the certificate that was signed with');
  return signer;
}

/** `/ByteRange [0 before after rest]`, which must reach over the whole file. */
function rangeAt(pdf: Uint8Array, at: number): [before: number, after: number] {
  const match = /^\/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]/.exec(latin1(pdf, at, at + 64));
  const [before = 0, after = 0, rest = 0] = match?.slice(1).map(Number) ?? [];
  if (!match || before <= at || after - before < 4 || after - before > MAX_HEX)
    throw new Malformed('byte range');
  if (after + rest !== pdf.length) throw new Malformed('bytes outside the signature');
  return [before, after];
}

/** DER between `<` and `>`; behind it zeros alone. */
function signatureIn(pdf: Uint8Array, before: number, after: number): Uint8Array {
  const text = latin1(pdf, before, after);
  if (!/^<(?:[0-9a-f]{2})+>$/.test(text)) throw new Malformed('not hexadecimal');
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(1 + 2 * i, 3 + 2 * i), 16);
  const { end } = readDer(bytes, 0);
  if (bytes.subarray(end).some((byte) => byte !== 0)) throw new Malformed('padding');
  return bytes.subarray(0, end);
}

/** `/M` of the signature dictionary, which is written behind the signature and therefore signed. */
function timeAfter(pdf: Uint8Array, after: number): number {
  const found = /^(?: \/[A-Za-z]+ <[0-9a-f]*>)* \/M \(D:(\d{14}Z)\)/.exec(latin1(pdf, after, after + 16_384));
  const time = found?.[1] === undefined ? null : parseTime(found[1]);
  if (time === null) throw new Malformed('time');
  return time;
}

/** Where `needle` (ASCII) lies at or behind `from`, the last `most`, from the end. */
function positions(bytes: Uint8Array, needle: string, most: number, from: number): number[] {
  const found: number[] = [];
  const codes = [...needle].map((letter) => letter.charCodeAt(0));
  const first = codes[0] ?? 0;
  let at = bytes.lastIndexOf(first);
  while (at >= Math.max(0, from) && found.length < most) {
    if (codes.every((code, i) => bytes[at + i] === code)) found.push(at);
    if (at === 0) break;
    at = bytes.lastIndexOf(first, at - 1);
  }
  return found;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  const end = Math.min(to, bytes.length);
  for (let i = from; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}
