/**
 * Where a batch belongs: it goes on from a line of history, lies beyond a gap of one, or parts from it. All of a ledger's
 * batches are placed one after the other (the caller holds the ledger's lock), in the transaction that takes them.
 */
import { appendToRange, type CompactRange, emptyRange } from '#domain/ledger/compact-range.ts';
import type { Tx } from '#hq/platform/database.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import type { BatchHeader } from '#protocol/batch.ts';
import * as repo from './branches.repo.ts';
import { rangeFrom, rangeTexts, sameTexts } from './ranges.ts';

type Branch = repo.Branch;

/** A batch that was opened and proved. */
export interface Arrived {
  header: BatchHeader;
  events: repo.EventRow[];
  /** base64, one for each event. */
  leaves: string[];
  /** Range over everything up to the last event. */
  after: string[];
}

export interface Placed {
  branch: Branch;
  /** A second history of the ledger began with it, or came to light. */
  forks: { number: number; at: number | null }[];
}

/** How a batch lies to a branch. */
type Fit =
  | { fit: 'goes-on'; branch: Branch }
  /** The same up to event `at`, and different there. */
  | { fit: 'parts'; branch: Branch; at: number }
  | { fit: 'beyond'; branch: Branch }
  | { fit: 'other'; branch: Branch };

export class Lines {
  readonly #tx: Tx;
  readonly #arrived: Arrived;
  readonly #forks: Placed['forks'] = [];
  #branches: Branch[] = [];

  constructor(tx: Tx, arrived: Arrived) {
    this.#tx = tx;
    this.#arrived = arrived;
  }

  async place(): Promise<Placed> {
    const { header } = this.#arrived;
    this.#branches = await repo.selectBranches(this.#tx, header.site, header.ledger);
    const fits: Fit[] = [];
    for (const branch of this.#branches) if (branch.key === header.key) fits.push(await this.#fit(branch));
    const branch = await this.#choose(fits);
    return { branch, forks: this.#forks };
  }

  async #choose(fits: readonly Fit[]): Promise<Branch> {
    const { header } = this.#arrived;
    const goesOn = fits.find((fit) => fit.fit === 'goes-on');
    if (goesOn) return this.#goOn(goesOn.branch);
    const parts = fits.filter((fit) => fit.fit === 'parts').sort((a, b) => b.at - a.at)[0];
    if (parts) return this.#part(parts.branch, parts.at);
    const beyond = fits.filter((fit) => fit.fit === 'beyond').map(({ branch }) => branch);
    // The one whose waiting batches it continues; else the longest.
    beyond.sort((a, b) => b.size - a.size);
    const chained: Branch[] = [];
    for (const branch of beyond) if (await this.#isNeighbour(branch)) chained.push(branch);
    for (const branch of [...chained, ...beyond])
      if ((await this.#conflicts(branch, header.first)).length === 0) return this.#wait(branch);
    const branch =
      fits.length > 0 || this.#branches.length > 0 ? await this.#orphan() : await this.#newBranch(null, 0);
    return header.first === 0 ? this.#goOn(branch) : this.#wait(branch);
  }

  async #fit(branch: Branch): Promise<Fit> {
    const { header, leaves } = this.#arrived;
    const { first, last, before } = header;
    if (first > branch.size) return { fit: 'beyond', branch };
    const at = first === branch.size ? branch.range : rangeTexts(await this.#rangeAt(branch, first));
    if (!sameTexts(at, before)) return { fit: 'other', branch };
    const here = await this.#leaves(branch, first, Math.min(last + 1, branch.size));
    const differs = here.findIndex((leaf, i) => leaf !== leaves[i]);
    return differs < 0 ? { fit: 'goes-on', branch } : { fit: 'parts', branch, at: first + differs };
  }

  /** The batch is the branch's next, or ends within it. */
  async #goOn(branch: Branch): Promise<Branch> {
    const { last } = this.#arrived.header;
    if (last < branch.size) return branch;
    for (const batch of await this.#conflicts(branch, branch.size)) await this.#evict(batch, branch);
    await this.#insert(branch, branch.size);
    branch.size = last + 1;
    branch.range = this.#arrived.after;
    await this.#closeGaps(branch);
    await repo.saveBranch(this.#tx, branch);
    return branch;
  }

  /** The batch shares events with the branch up to `at` and goes its own way from there. */
  async #part(parent: Branch, at: number): Promise<Branch> {
    const { header } = this.#arrived;
    const orphans = this.#branches.filter((branch) => isOrphan(branch) && branch.key === header.key);
    for (const orphan of orphans) {
      if ((await this.#conflicts(orphan, at)).length > 0) continue;
      // The later part of this history came first: now its root is known.
      Object.assign(orphan, { parent: parent.branch, parentSize: at, size: at });
      await repo.saveJudged(this.#tx, orphan.branch, at);
      return this.#goOn(orphan);
    }
    return this.#goOn(await this.#newBranch(parent, at));
  }

  /** Beyond a gap: kept, and part of the line when the gap closes. */
  async #wait(branch: Branch): Promise<Branch> {
    await this.#insert(branch, this.#arrived.header.first);
    return branch;
  }

  async #closeGaps(branch: Branch): Promise<void> {
    for (const batch of await repo.selectWaiting(this.#tx, branch.branch, branch.size)) {
      if (batch.last < branch.size) continue;
      if (batch.first > branch.size) return;
      const at =
        batch.first === branch.size ? branch.range : rangeTexts(await this.#rangeAt(branch, batch.first));
      if (sameTexts(at, batch.before)) {
        branch.size = batch.last + 1;
        branch.range = batch.range;
      } else await this.#evict(batch, branch);
    }
  }

  /** A waiting batch turns out to be of another history. */
  async #evict(batch: repo.PlacedBatch, from: Branch): Promise<void> {
    const to = await this.#orphan();
    await repo.moveBatch(this.#tx, batch, from, to.branch);
  }

  /** Waiting batches of the branch that say otherwise than this one, from event `from` on. */
  async #conflicts(branch: Branch, from: number): Promise<repo.PlacedBatch[]> {
    const { header, leaves } = this.#arrived;
    const here = await repo.selectLeaves(this.#tx, branch.branch, from, header.last + 1);
    const wrong = [...here].filter(([seq, leaf]) => leaves[seq - header.first] !== leaf).map(([seq]) => seq);
    if (wrong.length === 0) return [];
    const waiting = await repo.selectWaiting(this.#tx, branch.branch, branch.size);
    return waiting.filter(({ first, last }) => wrong.some((seq) => seq >= first && seq <= last));
  }

  /** Events from `from` on that are not there. */
  async #insert(branch: Branch, from: number): Promise<void> {
    const { header, events } = this.#arrived;
    const here = await repo.selectLeaves(this.#tx, branch.branch, from, header.last + 1);
    await repo.insertEvents(
      this.#tx,
      branch.branch,
      events.filter(({ seq }) => seq >= from && !here.has(seq)),
    );
  }

  async #isNeighbour(branch: Branch): Promise<boolean> {
    const { header, after } = this.#arrived;
    const waiting = await repo.selectWaiting(this.#tx, branch.branch, branch.size);
    return waiting.some(
      ({ first, last, before, range }) =>
        (last + 1 === header.first && sameTexts(range, header.before)) ||
        (header.last + 1 === first && sameTexts(before, after)),
    );
  }

  /** A line that parts from another at a point nobody knows yet. */
  async #orphan(): Promise<Branch> {
    const { key } = this.#arrived.header;
    for (const branch of this.#branches)
      if (isOrphan(branch) && branch.key === key && (await this.#conflicts(branch, 0)).length === 0)
        return branch;
    return this.#newBranch(null, 0);
  }

  async #newBranch(parent: Branch | null, at: number): Promise<Branch> {
    const { site, ledger, key } = this.#arrived.header;
    const number = this.#branches.length;
    const range = parent ? rangeTexts(await this.#rangeAt(parent, at)) : [];
    const branch = await repo.insertBranch(this.#tx, {
      site,
      ledger,
      number,
      key,
      parent: parent?.branch ?? null,
      parentSize: at,
      size: at,
      range,
    });
    this.#branches.push(branch);
    if (number > 0) this.#forks.push({ number, at: parent ? at : null });
    return branch;
  }

  /** base64 leaf hashes of the line's events, those it shares with its parent too. */
  async #leaves(branch: Branch, from: number, to: number): Promise<string[]> {
    const parent = this.#parentOf(branch);
    const shared = parent ? Math.min(to, Math.max(from, branch.parentSize)) : from;
    const before = parent && from < shared ? await this.#leaves(parent, from, shared) : [];
    return [...before, ...(await repo.selectLeaves(this.#tx, branch.branch, shared, to)).values()];
  }

  async #rangeAt(branch: Branch, size: number): Promise<CompactRange> {
    if (size === 0) return emptyRange();
    if (size === branch.size) return rangeFrom(size, branch.range);
    const parent = this.#parentOf(branch);
    if (parent && size <= branch.parentSize) return this.#rangeAt(parent, size);
    const nearest = await repo.selectNearest(this.#tx, branch.branch, size);
    const start = parent ? branch.parentSize : 0;
    const range =
      nearest && nearest.last + 1 > start
        ? rangeFrom(nearest.last + 1, nearest.range)
        : parent
          ? await this.#rangeAt(parent, start)
          : emptyRange();
    for (const leaf of await this.#leaves(branch, range.size, size))
      appendToRange(sha256, range, Buffer.from(leaf, 'base64'));
    return range;
  }

  /** The line this one parts from; a ledger that another one names as its parent shares no events with it. */
  #parentOf({ parent }: Branch): Branch | null {
    return this.#branches.find(({ branch }) => branch === parent) ?? null;
  }
}

/** A fork whose first events have not come. */
function isOrphan({ number, parent, size }: Branch): boolean {
  return number > 0 && parent === null && size === 0;
}
