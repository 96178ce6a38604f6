/** What scoring needs of a paper: its correct responses and rules, and its structure. Opened in memory, for a while. */
import { sql } from 'drizzle-orm';
import { KEYS_FORMAT, type PaperKeys } from '#domain/papers/keys.ts';
import type { ScoreOptions } from '#domain/papers/scoring/score-paper.ts';
import type { Sql } from '#hq/platform/database.ts';
import { openFile } from '#node/sealing/age-file.ts';
import type { Paper } from '#protocol/paper.ts';

/** Papers of one day; each is a few hundred kilobytes. */
const HELD = 16;
/** Inside the seal it is always the paper itself (protocol/sealed.ts). */
const PAPER_FILE = 'f0.age';

export interface ScoringPaper {
  keys: PaperKeys;
  paper: NonNullable<ScoreOptions['paper']> | null;
}

export class PaperKeysShelf {
  readonly #identity: string;
  readonly #held = new Map<string, ScoringPaper>();

  /** @param identity headquarters' own */
  constructor(identity: string) {
    this.#identity = identity;
  }

  /** Null for a paper that is not headquarters' (a site's own). Throws `seal/wrong-identity`, `paper/tampered`. */
  async optional(db: Sql, id: string): Promise<ScoringPaper | null> {
    const held = this.#held.get(id);
    if (held) return held;
    const [row] = await db.rows<{ keys: Uint8Array; identity: Uint8Array; file: Uint8Array | null }>(sql`
      SELECT keys, identity, paper_file.bytes AS file FROM paper
      LEFT JOIN paper_file ON paper_file.paper = paper.paper AND paper_file.name = ${PAPER_FILE}
      WHERE paper.paper = ${id}`);
    if (!row) return null;
    // Both were made by headquarters' own importer and come out of its own seal.
    const keys = (await this.#json(row.keys, this.#identity)) as PaperKeys;
    if (keys.format !== KEYS_FORMAT) throw new TypeError('correct responses in a form that is not known');
    const own = Buffer.from(await openFile(row.identity, this.#identity)).toString('utf8');
    const paper = row.file ? ((await this.#json(row.file, own)) as Paper) : null;
    const opened = { keys, paper };
    this.#held.set(id, opened);
    for (const old of this.#held.keys()) {
      if (this.#held.size <= HELD) break;
      this.#held.delete(old);
    }
    return opened;
  }

  async #json(sealed: Uint8Array, identity: string): Promise<unknown> {
    return JSON.parse(Buffer.from(await openFile(sealed, identity)).toString('utf8'));
  }
}
