/**
 * What was acknowledged, kept outside the data folder, and the comparison with what the ledger holds. Chains make it
 * sharp: an acknowledged revision is there when its stream has its very hash at its rev.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { openReader } from '#db/site/open.ts';
import { canonical } from '#domain/attempt/digest.ts';
import type { LedgerEvent } from '#protocol/ledger.ts';
import type { Revision } from '#protocol/revision.ts';
import type { Ack } from './load.ts';

/** Appends acknowledgements to a file, one line each. */
export class Oracle {
  readonly #file: string;
  readonly #fd: number;
  acks = 0;

  constructor(file: string) {
    this.#file = file;
    this.#fd = openSync(file, 'a');
  }

  record({ stream, rev, hash, atUs }: Ack): void {
    this.acks += 1;
    writeSync(this.#fd, `${stream} ${rev} ${hash} ${atUs}\n`);
  }

  /** Everything ever acknowledged, from the file. */
  *all(): IterableIterator<Ack> {
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      const [stream, rev, hash, at] = line.split(' ');
      if (stream && rev && hash) yield { stream, rev: Number(rev), hash, atUs: Number(at) };
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

export interface Loss {
  /** Acknowledged and not in the ledger. */
  lost: Ack[];
  /** Events in the ledger. */
  events: number;
}

/** Compares acknowledgements with the ledger's events, from their bytes alone. */
export function findLoss(database: string, acks: Iterable<Ack>): Loss {
  const held = new Map<string, string>();
  const db = openReader(database);
  let events = 0;
  try {
    const rows = db
      .prepare('SELECT kind, bytes FROM ledger_event ORDER BY seq')
      .iterate() as IterableIterator<{ kind: string; bytes: string }>;
    for (const { kind, bytes } of rows) {
      events += 1;
      const found = placeOf(kind, bytes);
      if (found) held.set(`${found.stream} ${found.rev}`, found.hash);
    }
  } finally {
    db.close();
  }
  const lost = [...acks].filter(({ stream, rev, hash }) => held.get(`${stream} ${rev}`) !== hash);
  return { lost, events };
}

/** What a revision's event holds of its stream's chain. */
function placeOf(kind: string, bytes: string): Omit<Ack, 'atUs'> | null {
  if (kind !== 'ANSWER_REVISED' && kind !== 'REVISION_QUARANTINED' && kind !== 'REVISION_REFUSED')
    return null;
  const { body } = JSON.parse(bytes) as LedgerEvent;
  if (kind === 'REVISION_REFUSED') return body as Omit<Ack, 'atUs'>;
  const revision = (kind === 'ANSWER_REVISED' ? body : (body as { revision: unknown }).revision) as Revision;
  const hash = createHash('sha256').update(canonical(revision)).digest('base64url');
  return { stream: revision.stream, rev: revision.rev, hash };
}
