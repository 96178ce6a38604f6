/**
 * Anybody may check a receipt by its short code (H2), also when the box that gave it is gone: the signature is that of a
 * box of the site, and what headquarters rebuilt from the ledger says whether it still agrees.
 */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { parseShortCode, receiptText } from '#domain/attempt/digest.ts';
import { describe } from '#hq/platform/calls.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { verify } from '#node/signing/box-key.ts';
import { HqReceiptSchema } from '#protocol/hq.schema.ts';
import { PURPOSE } from '#protocol/revision.ts';
import { strict } from '#protocol/shapes.schema.ts';
import type { Receipt } from '#protocol/socket.ts';
import { selectOptionalReceipt } from './receipts.repo.ts';

const Params = strict({ code: Type.String({ minLength: 1, maxLength: 40 }) });
/** Codes carry 70 random bits; the limit only keeps a wall of guesses off the database. */
const GUESSES = 30;
const WINDOW_MS = 60_000;

export function receiptsRoutes(app: FastifyInstance, deps: HqDeps): void {
  const limit = new FailureLimit(GUESSES, WINDOW_MS, () => deps.time.wall());

  app.get<{ Params: Static<typeof Params> }>(
    '/api/v1/receipts/:code',
    describe('A receipt by its short code, and whether it is proved here', HqReceiptSchema, {
      params: Params,
    }),
    async (request): Promise<Static<typeof HqReceiptSchema>> => {
      if (limit.wait(request.ip) > 0) throw new HqError('request/too-many');
      const code = parseShortCode(request.params.code);
      const found = code === null ? null : await selectOptionalReceipt(deps.db, code);
      const boxKey = found?.keys.find((key) => isSigned(found.receipt, found.signature, key));
      if (!found || boxKey === undefined) {
        limit.failed(request.ip);
        throw new HqError('receipt/unknown');
      }
      const { receipt, signature: sig, siteName, agrees, faults } = found;
      const proof = agrees === null ? 'pending' : agrees && faults === 0 ? 'agrees' : 'differs';
      return { state: 'genuine', receipt: { receipt, sig }, boxKey, siteName, proof };
    },
  );
}

function isSigned(receipt: Receipt, signature: string, key: string): boolean {
  // The text begins with its purpose, which the verifier puts there itself.
  const message = Buffer.from(receiptText(receipt).slice(PURPOSE.receipt.length + 1));
  return verify(key, PURPOSE.receipt, message, signature);
}
