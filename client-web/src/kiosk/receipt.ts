/** Is this receipt from a box of this site, and for this attempt? Ed25519 by @noble/curves: Chrome 109 has none of its own. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { receiptText } from '#domain/attempt/digest.ts';
import type { SignedReceipt } from '#protocol/socket.ts';
import { fromBase64url, toUtf8 } from '../journal/bytes.ts';
import type { Desk } from './desk.ts';

/** `keys`: base64url Ed25519 keys by box id. */
export function isGenuine(signed: SignedReceipt, attempt: string, keys: Record<string, string>): boolean {
  const { receipt, sig } = signed;
  const key = Object.hasOwn(keys, receipt.box) ? keys[receipt.box] : undefined;
  if (receipt.attempt !== attempt || key === undefined) return false;
  try {
    return ed25519.verify(fromBase64url(sig), toUtf8(receiptText(receipt)), fromBase64url(key));
  } catch {
    return false;
  }
}

/** The box counted exactly what this machine wrote: its stream's head, and the digest of all answers. */
export function agrees(signed: SignedReceipt, desk: Desk): boolean {
  const { receipt } = signed;
  const { epoch, head } = desk.journal;
  const counted = receipt.streams.find((one) => one.epoch === epoch);
  const own =
    head.rev === 0 ? (counted?.rev ?? 0) === 0 : counted?.rev === head.rev && counted.hash === head.hash;
  return own && receipt.digest === desk.digest(receipt.streams);
}
