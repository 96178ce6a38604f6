/** Asks the box for a receipt by its code and checks the signature here, in the reader's own browser. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { parseShortCode, receiptText } from '#domain/attempt/digest.ts';
import type { ReceiptAnswer } from '#protocol/console.ts';
import type { Receipt } from '#protocol/socket.ts';
import { fromBase64url, toUtf8 } from '../journal/bytes.ts';

export type Check =
  /** The code has a typing mistake: its check characters do not fit. */
  | { state: 'mistyped' }
  | { state: 'unknown' }
  /** The box's answer is not what its key signed. */
  | { state: 'changed' }
  | { state: 'unreachable' }
  | { state: 'too-many' }
  | { state: 'genuine'; receipt: Receipt; siteName: string };

export async function checkReceipt(typed: string, ask: typeof fetch = fetch): Promise<Check> {
  const code = parseShortCode(typed);
  if (code === null) return { state: 'mistyped' };
  let answer: ReceiptAnswer;
  try {
    const response = await ask(`/api/v1/receipts/${encodeURIComponent(code)}`, { cache: 'no-store' });
    if (response.status === 404) return { state: 'unknown' };
    if (response.status === 429) return { state: 'too-many' };
    if (!response.ok) return { state: 'unreachable' };
    answer = (await response.json()) as ReceiptAnswer;
  } catch {
    return { state: 'unreachable' };
  }
  const { receipt, boxKey, siteName } = answer;
  const genuine =
    receipt.receipt.code === code && isSigned(receiptText(receipt.receipt), receipt.sig, boxKey);
  return genuine ? { state: 'genuine', receipt: receipt.receipt, siteName } : { state: 'changed' };
}

function isSigned(text: string, sig: string, key: string): boolean {
  try {
    return ed25519.verify(fromBase64url(sig), toUtf8(text), fromBase64url(key));
  } catch {
    return false;
  }
}
