/** Reads the connection with headquarters, the batches and the media. */
import type { BatchRow } from '#protocol/delivery.ts';
import type { MediaKind } from '#protocol/hq.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface StoredHq {
  url: string;
  site: string;
  name: string;
  /** Headquarters' Ed25519 key, base64url. */
  key: string;
  recipients: string[];
  /** PEM, or empty. */
  ca: string;
  since: number;
}

export function selectOptionalHq(s: Statements): StoredHq | null {
  const row = s.get<Omit<StoredHq, 'recipients'> & { recipients: string }>(
    'SELECT url, site, name, key, recipients, ca, since_wall AS since FROM local_hq WHERE id = 1',
  );
  return row ? { ...row, recipients: JSON.parse(row.recipients) as string[] } : null;
}

export function selectOptionalSite(s: Statements): { site: string; name: string } | null {
  return s.get<{ site: string; name: string }>('SELECT site, name FROM site') ?? null;
}

/** Whose receipts are here: of the newest of them. */
export function selectOptionalReceipt(s: Statements): { hq: string; site: string } | null {
  return (
    s.get<{ hq: string; site: string }>(
      "SELECT receipt ->> '$.hq' AS hq, receipt ->> '$.site' AS site FROM local_batch WHERE receipt IS NOT NULL ORDER BY changed_wall DESC LIMIT 1",
    ) ?? null
  );
}

export interface StoredBatch extends BatchRow {
  sha256: string;
  receipt: string | null;
}

const BATCH = `SELECT batch, ledger, first, last, root, bytes, sha256, made_wall AS made, state, receipt, code,
  CASE WHEN state = 'taken' THEN changed_wall END AS taken FROM local_batch`;

/** In the order of the ledger. */
export function selectBatches(s: Statements, ledger: string): StoredBatch[] {
  return s.all<StoredBatch>(`${BATCH} WHERE ledger = ? ORDER BY first`, ledger);
}

/** Without a receipt, in the order of the ledger. */
export function selectWaiting(s: Statements, ledger: string): StoredBatch[] {
  return s.all<StoredBatch>(`${BATCH} WHERE ledger = ? AND state <> 'taken' ORDER BY first`, ledger);
}

export function selectOptionalBatch(s: Statements, batch: string): StoredBatch | null {
  return s.get<StoredBatch>(`${BATCH} WHERE batch = ?`, batch) ?? null;
}

/** Newest first. */
export function selectBatchRows(s: Statements, most: number): BatchRow[] {
  return s
    .all<StoredBatch>(`${BATCH} ORDER BY made_wall DESC, first DESC LIMIT ?`, most)
    .map(({ sha256: _sha256, receipt: _receipt, ...row }) => row);
}

export interface Medium {
  sha256: string;
  kind: MediaKind;
}

/** Each file once, under the first of its uses. */
const MEDIA = `SELECT sha256, min(kind) AS kind FROM (
    SELECT sha256, 'upload' AS kind FROM upload
    UNION ALL SELECT original_sha256, 'photo' FROM photo
    UNION ALL SELECT stamped_sha256, 'photo' FROM photo
    UNION ALL SELECT sha256, 'photo' FROM registered_photo
    UNION ALL SELECT sha256, 'material' FROM material
  ) GROUP BY sha256`;

/** Files that headquarters has not said it has; `after` the last one of the page before. */
export function selectMediaToSend(s: Statements, after: string, most: number): Medium[] {
  return s.all<Medium>(
    `SELECT sha256, kind FROM (${MEDIA}) WHERE sha256 > ? AND sha256 NOT IN (SELECT sha256 FROM local_medium)
     ORDER BY sha256 LIMIT ?`,
    after,
    most,
  );
}

export function selectMediaCounts(s: Statements): { here: number; acknowledged: number } {
  return (
    s.get<{ here: number; acknowledged: number }>(
      `SELECT count(*) AS here, count(local_medium.sha256) AS acknowledged
       FROM (${MEDIA}) AS medium LEFT JOIN local_medium ON local_medium.sha256 = medium.sha256`,
    ) ?? { here: 0, acknowledged: 0 }
  );
}
