/** Anyone may check a receipt by its short code (H2). */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { parseShortCode } from '#domain/attempt/digest.ts';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import type { ReceiptAnswer } from '#protocol/console.ts';
import { strict } from '#protocol/shapes.schema.ts';
import type { Receipt } from '#protocol/socket.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { addressOf } from '#server/staff/auth.service.ts';

const Params = strict({ code: Type.String({ minLength: 1, maxLength: 40 }) });
/** Codes carry 70 random bits; the limit only keeps a wall of guesses off the disk. */
const GUESSES = 30;
const WINDOW_MS = 60_000;

export function receiptsRoutes(app: FastifyInstance, deps: Deps): void {
  const s = new Statements(deps.db);
  const limit = new FailureLimit(GUESSES, WINDOW_MS, () => deps.clock.elapsed());

  app.get<{ Params: Static<typeof Params> }>(
    '/api/v1/receipts/:code',
    { schema: { params: Params } },
    async (request): Promise<ReceiptAnswer> => {
      const address = addressOf(request.ip);
      if (limit.wait(address) > 0) throw new BoxError('request/too-many');
      const code = parseShortCode(request.params.code);
      const row =
        code === null
          ? undefined
          : s.get<{ receipt: string; sig: string }>(
              'SELECT receipt, receipt_sig AS sig FROM attempt WHERE receipt_code = ?',
              code,
            );
      if (!row) {
        limit.failed(address);
        throw new BoxError('receipt/unknown');
      }
      const siteName = s.get<{ name: string }>('SELECT name FROM site')?.name ?? '';
      return {
        state: 'genuine',
        receipt: { receipt: JSON.parse(row.receipt) as Receipt, sig: row.sig },
        boxKey: deps.box.key.publicKey,
        siteName,
      };
    },
  );
}
