/**
 * What headquarters has signed for, proved anew: deleting cannot be undone, so a row that says "taken" is not believed
 * by itself. A receipt counts when the headquarters that is connected now signed it, and its root is the ledger's own.
 */
import type { SiteDatabase } from '#db/site/open.ts';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import { type ReadHash, rangeRoot } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { readReceipt } from '#node/sync/batch-file.ts';
import { hashReader, ledgerSize } from '#server/ledger/tiles.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import {
  type StoredReceipt,
  selectOptionalHq,
  selectOptionalSite,
  selectReceipts,
} from './retention.repo.ts';

export interface Acknowledged {
  /** Events with receipts, without a gap from 0. */
  events: number;
  /** Wall time of the last receipt among those for the events up to `seq`. */
  wallUpTo(seq: number): number;
}

export class Receipts {
  readonly #db: SiteDatabase;
  readonly #s: Statements;
  readonly #box: Deps['box'];
  /** Receipts that were found good: signature and root are not worked out again at every look. */
  readonly #good = new Set<string>();

  constructor({ db, box }: Pick<Deps, 'db' | 'box'>) {
    this.#db = db;
    this.#s = new Statements(db);
    this.#box = box;
  }

  /** Null: no headquarters is connected. */
  read(): Acknowledged | null {
    const hq = selectOptionalHq(this.#s);
    if (!hq) return null;
    const site = selectOptionalSite(this.#s) ?? '';
    const ledger = checkpointOrigin(site, this.#box.box, this.#box.boxEpoch);
    const taken: StoredReceipt[] = [];
    let events = 0;
    const size = ledgerSize(this.#db);
    const read = hashReader(this.#db, sha256);
    for (const row of selectReceipts(this.#s, ledger)) {
      if (row.first !== events || row.last >= size || !this.#holds(row, ledger, hq, read)) break;
      taken.push(row);
      events = row.last + 1;
    }
    return {
      events,
      wallUpTo: (seq) =>
        taken.reduce((last, { first, wall }) => (first <= seq && wall > last ? wall : last), 0),
    };
  }

  #holds(row: StoredReceipt, ledger: string, hq: { key: string; site: string }, read: ReadHash): boolean {
    const { receipt: text, signature, state, first, last, root } = row;
    if (state !== 'taken' || text === null || signature === null) return false;
    const known = `${hq.key} ${hq.site} ${signature}`;
    if (this.#good.has(known)) return true;
    const receipt = readReceipt({ text, signature }, hq.key);
    const fits =
      receipt !== null &&
      receipt.site === hq.site &&
      receipt.ledger === ledger &&
      receipt.first === first &&
      receipt.last === last &&
      receipt.root === root &&
      Buffer.from(rangeRoot(sha256, read, 0, last + 1)).toString('base64') === root;
    if (fits) this.#good.add(known);
    return fits;
  }
}
