/** Is this receipt what it should be? Everything a stranger can check: signature, digest, streams, short code, the box's page. */
import { createHash } from 'node:crypto';
import { parseShortCode, receiptText, shortCode } from '#domain/attempt/digest.ts';
import { verify } from '#node/signing/box-key.ts';
import type { ReceiptAnswer } from '#protocol/console.ts';
import { PURPOSE } from '#protocol/revision.ts';
import type { SignedReceipt } from '#protocol/socket.ts';
import type { BoxAccess } from './box-access.ts';
import type { Journal } from './journal.ts';

/** Null when receipt and page are right, else what is wrong; rejects when the page does not come. */
export async function checkReceipt(
  signed: SignedReceipt,
  journal: Journal,
  at: { box: BoxAccess; boxKey: string; address: string },
): Promise<string | null> {
  const path = `/api/v1/receipts/${signed.receipt.code}`;
  const { body } = await at.box.fetch({ path, address: at.address });
  const page = JSON.parse(body.toString()) as ReceiptAnswer;
  return faultOfReceipt(signed, journal, at.boxKey) ?? faultOfPage(page, signed, at.boxKey);
}

/** Null when it is genuine and says what the journal says, else what is wrong. */
export function faultOfReceipt(signed: SignedReceipt, journal: Journal, boxKey: string): string | null {
  const { receipt, sig } = signed;
  const text = receiptText(receipt);
  const message = Buffer.from(text.slice(PURPOSE.receipt.length + 1));
  if (!verify(boxKey, PURPOSE.receipt, message, sig)) return 'the signature of the receipt is not valid';
  if (receipt.attempt !== journal.attempt) return 'the receipt is of another attempt';
  const head = receipt.streams.find(({ epoch }) => epoch === journal.epoch);
  if (journal.rev > 0 && (head?.rev !== journal.rev || head.hash !== journal.head.hash))
    return `the receipt names revision ${head?.rev ?? 0}, the machine wrote ${journal.rev}`;
  if (receipt.digest !== journal.digest()) return 'the answers digest differs';
  const code = shortCode(
    createHash('sha256').update(`gongyuan/receipt-code/v1\n${receipt.attempt}\n${receipt.digest}`).digest(),
  );
  if (receipt.code !== code || parseShortCode(receipt.code) !== code) return 'the short code is wrong';
  return null;
}

/** Null when the public page says the same. */
export function faultOfPage(page: ReceiptAnswer, signed: SignedReceipt, boxKey: string): string | null {
  if (page.state !== 'genuine' || page.boxKey !== boxKey) return 'the receipt page names another key';
  const same =
    receiptText(page.receipt.receipt) === receiptText(signed.receipt) && page.receipt.sig === signed.sig;
  return same ? null : 'the receipt page shows another receipt';
}
