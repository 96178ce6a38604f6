/** Reads receipts with what headquarters knows of their attempts and boxes. */
import { and, eq } from 'drizzle-orm';
import { attempt, receipt, site, siteBox } from '#db/hq/schema.ts';
import type { Sql } from '#hq/platform/database.ts';
import type { Receipt } from '#protocol/socket.ts';

export interface StoredReceipt {
  receipt: Receipt;
  signature: string;
  siteName: string;
  /** Keys of the site's boxes of that name. */
  keys: string[];
  /** Null: not judged yet. */
  agrees: boolean | null;
  faults: number;
}

export async function selectOptionalReceipt({ orm }: Sql, code: string): Promise<StoredReceipt | null> {
  const [row] = await orm
    .select({
      receipt: receipt.receipt,
      signature: receipt.signature,
      site: receipt.site,
      box: receipt.box,
      siteName: site.name,
      agrees: attempt.agrees,
      faults: attempt.faults,
    })
    .from(receipt)
    .innerJoin(site, eq(site.site, receipt.site))
    .leftJoin(attempt, eq(attempt.attempt, receipt.attempt))
    .where(eq(receipt.code, code));
  if (!row) return null;
  const boxes = await orm
    .select({ key: siteBox.key })
    .from(siteBox)
    .where(and(eq(siteBox.site, row.site), eq(siteBox.box, row.box)));
  return {
    receipt: row.receipt as Receipt, // its event was checked against the contract before it came here
    signature: row.signature,
    siteName: row.siteName,
    keys: boxes.map(({ key }) => key),
    agrees: row.agrees,
    faults: Array.isArray(row.faults) ? row.faults.length : 0,
  };
}
