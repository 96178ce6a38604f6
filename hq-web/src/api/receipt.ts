/** The one public call of these pages: a receipt by its code. */
import type { Static } from 'typebox';
import type { HqReceiptSchema } from '#protocol/hq.schema.ts';
import { failureOf, ownFailure } from './failure.ts';

export type CheckedReceipt = Static<typeof HqReceiptSchema>;

/** Throws `Failure`: `receipt/unknown`, `request/too-many`, `hq/offline`, `hq/answer`. */
export async function askReceipt(code: string): Promise<CheckedReceipt> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/receipts/${encodeURIComponent(code)}`);
  } catch {
    throw ownFailure('hq/offline');
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw failureOf(response.status, body);
  return body as CheckedReceipt; // headquarters checks what it answers
}
