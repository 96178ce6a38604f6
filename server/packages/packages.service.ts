/**
 * Session packages on the box (Q1 P14): fetched from headquarters or brought on a stick, proved, shown with what they
 * would change, and taken by a person in one commit. Sealed papers lie in place before it; what no commit names is swept.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AGE_KEY_FILE, ensureAgeIdentity } from '#node/sealing/age-key-file.ts';
import type { PackageChange, PackagePreview, PackagesState } from '#protocol/delivery.ts';
import type { PackageOffer, SiteStatus } from '#protocol/hq.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { SessionsService } from '#server/exams/sessions.service.ts';
import type { PapersService } from '#server/papers/papers.service.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { codedError } from '#server/platform/http.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import { type Judged, judgePackage, type OpenedPackage, openPackage } from './check-package.ts';
import { type Coming, PackageFiles } from './package-files.ts';
import {
  type PinnedHq,
  selectIdlePapers,
  selectOptionalHq,
  selectOptionalPaper,
  selectStaffDetail,
  selectTaken,
} from './packages.repo.ts';
import { takingEvents } from './taking-events.ts';

const PREVIEW_MS = 60 * 60_000;
/** Tries of one fetch that each brought something: a line that is cut every minute still brings a package in. */
const MOST_CUTS = 200;
/** Refusals after which the file is kept: it is good, and may be taken later. */
const GOOD_FILE = ['package/near', 'package/seated', 'package/roster'];

type Way = 'line' | 'stick';

interface Pending {
  opened: OpenedPackage;
  hq: PinnedHq;
  way: Way;
  preview: PackagePreview;
  /** Box time after which it is gone. */
  until: number;
}

/** Bytes of a package at headquarters, from an offset on. Rejects with `sync/*` or `package/not-offered`. */
export type AskPackage = (id: string, offset: number) => Promise<Coming>;

export interface PackageParts {
  turns: Turns;
  sessions: SessionsService;
  papers: PapersService;
  ask: AskPackage;
  files?: PackageFiles;
}

export class PackagesService {
  readonly #deps: Deps;
  readonly #p: PackageParts;
  readonly #s: Statements;
  readonly #files: PackageFiles;
  #offers: PackageOffer[] = [];
  #fetching: { state: NonNullable<PackagesState['fetching']>; done: Promise<PackagePreview> } | null = null;
  #pending: Pending | null = null;
  #busy = false;

  constructor(deps: Deps, parts: PackageParts) {
    this.#deps = deps;
    this.#p = parts;
    this.#s = new Statements(deps.db);
    this.#files = parts.files ?? new PackageFiles(deps.folder.packages);
  }

  /** Before the box listens: previews died with the process, files that nothing waits for go. */
  async start(): Promise<void> {
    const taken = new Set(selectTaken(this.#s).map((one) => one.package));
    const gone = await this.#files.sweep((id) => taken.has(id));
    if (gone.length > 0)
      this.#deps.log.info({ files: gone }, 'package files that nothing waits for were removed');
  }

  /** A part of each exchange with headquarters: what it offers now. */
  onStatus(status: SiteStatus): void {
    this.#offers = status.packages;
  }

  /** @param takes the person may take packages: previews tell ID numbers, and are for nobody else */
  state(takes: boolean): PackagesState {
    return {
      offers: this.#offers,
      taken: selectTaken(this.#s),
      fetching: this.#fetching && { ...this.#fetching.state },
      preview: takes ? (this.#waiting()?.preview ?? null) : null,
    };
  }

  /**
   * Fetches an offered package, or what is missing of it, and previews it; a fetch under way is joined. Throws
   * `package/no-headquarters`, `package/not-offered`, `package/busy`, `package/cut`, `sync/*`, and what refuses the file.
   */
  fetch(id: string, by: Actor): Promise<PackagePreview> {
    if (this.#fetching?.state.package === id) return this.#fetching.done;
    const waiting = this.#waiting();
    if (waiting?.preview.package === id) return Promise.resolve(waiting.preview);
    return this.#fetch(id, by);
  }

  /** Reads a package from a stick and previews it. Throws as `fetch`, and `request/too-large`, `box/disk-full`. */
  file(stream: AsyncIterable<Uint8Array>, announced: number, by: Actor): Promise<PackagePreview> {
    return this.#alone(async () => {
      this.#requireHq();
      const { path, sha256 } = await this.#files.keep(stream, announced);
      return this.#preview(path, sha256, 'stick', by);
    });
  }

  /**
   * Takes a previewed package: all of it in one commit, or nothing. Throws `package/gone`, `package/changed`,
   * `package/busy`, `package/tampered`, `box/disk-full`, and what refuses it by now.
   */
  confirm(token: string, by: Actor): Promise<PackagesState> {
    return this.#alone(async () => {
      const pending = this.#waiting();
      if (pending?.preview.token !== token) throw new BoxError('package/gone');
      if (!isDeepStrictEqual(this.#requireHq(), pending.hq)) throw new BoxError('package/gone');
      try {
        await this.#take(pending, by);
      } catch (error) {
        const { code } = codedError(error);
        if (code.startsWith('package/')) {
          await this.#refused(code, pending.opened.read.sha256, pending.way, by);
          await this.#forget(GOOD_FILE.includes(code));
        }
        throw error;
      }
      await this.#forget(false);
      return this.state(true);
    });
  }

  async #fetch(id: string, by: Actor): Promise<PackagePreview> {
    this.#requireHq();
    if (this.#fetching) throw new BoxError('package/busy');
    const offer = this.#offers.find((one) => one.package === id);
    if (!offer) throw new BoxError('package/not-offered', { package: id });
    const state = { package: id, bytes: 0, of: offer.bytes };
    // What comes over a slow line keeps nobody from reading the same package from a stick.
    const done = this.#bring(offer, state).then((path) =>
      this.#alone(() => this.#preview(path, offer.sha256, 'line', by)),
    );
    this.#fetching = { state, done };
    try {
      return await done;
    } finally {
      this.#fetching = null;
    }
  }

  async #bring(offer: PackageOffer, state: { bytes: number }): Promise<string> {
    const progress = (bytes: number) => {
      state.bytes = bytes;
    };
    for (let cuts = 0; ; cuts++) {
      const before = await this.#files.arrived(offer);
      progress(before);
      try {
        return await this.#files.fetch(offer, (offset) => this.#p.ask(offer.package, offset), progress);
      } catch (error) {
        // The line was cut and yet something came: on from there. Else a person decides when to try again.
        const after = await this.#files.arrived(offer);
        const { code } = codedError(error);
        if (!code.startsWith('sync/') || after <= before || cuts >= MOST_CUTS) throw error;
      }
    }
  }

  async #preview(path: string, sha256: string, way: Way, by: Actor): Promise<PackagePreview> {
    const hq = this.#requireHq();
    await this.#forget(true, path);
    try {
      const own = await ensureAgeIdentity(join(this.#deps.folder.keys, AGE_KEY_FILE));
      const opened = await openPackage(path, hq, own);
      const { changes } = this.#judge(opened, hq);
      const preview = previewOf(opened, changes);
      this.#pending = { opened, hq, way, preview, until: this.#deps.clock.elapsed() + PREVIEW_MS };
      return preview;
    } catch (error) {
      const { code } = codedError(error);
      if (code.startsWith('package/')) await this.#refused(code, sha256, way, by);
      if (way === 'stick' || (code.startsWith('package/') && !GOOD_FILE.includes(code)))
        await this.#files.remove(path);
      throw error;
    }
  }

  async #take({ opened, hq, way, preview }: Pending, by: Actor): Promise<void> {
    const { plan, manifests, read } = opened;
    // Refused at once where it must be, before anything is written.
    this.#judge(opened, hq);
    const placed: string[] = [];
    try {
      for (const [paper, manifest] of manifests) {
        const known = selectOptionalPaper(this.#s, paper) !== null;
        if (known && (await this.#p.papers.isIntact(paper))) continue;
        if (!known) placed.push(paper);
        await this.#p.papers.place(manifest, (name) => read.readPart(`${paper}/${name}`));
      }
      const removed = await this.#p.turns.take(async () => {
        const { here, changes } = this.#judge(opened, hq);
        if (!isDeepStrictEqual(changes, preview.changes)) throw new BoxError('package/changed');
        const named = new Set(plan.papers.map(({ paper }) => paper));
        const full = read.header.kind === 'full';
        const idle = full ? selectIdlePapers(this.#s, plan.exam.exam, hq.key) : [];
        const gone = idle.filter((paper) => !named.has(paper));
        const { events, local } = takingEvents(opened, {
          way,
          here,
          ended: this.#ended(),
          known: new Set([...named].filter((paper) => selectOptionalPaper(this.#s, paper) !== null)),
          removed: gone,
          staff: (staff) => selectStaffDetail(this.#s, staff),
        });
        await this.#deps.ledger.append(
          events.map((event) => ({ ...event, by })),
          { local, checkpoint: true },
        );
        placed.length = 0;
        return gone;
      });
      for (const paper of removed) await this.#p.papers.displace(paper);
    } finally {
      for (const paper of placed) await this.#p.papers.displace(paper);
    }
    for (const { session } of plan.sessions) this.#deps.bus.emit('session', { session });
  }

  #judge(opened: OpenedPackage, hq: PinnedHq): Judged {
    const sessions = this.#p.sessions.list(null);
    const planned = (session: string) => this.#p.sessions.planned(session);
    return judgePackage(this.#s, opened, { hq, sessions, planned, wallMs: this.#deps.clock.wall() });
  }

  #ended(): Set<string> {
    const ended = this.#p.sessions.list(null).filter(({ state }) => state === 'ended');
    return new Set(ended.map(({ session }) => session));
  }

  #requireHq(): PinnedHq {
    const hq = selectOptionalHq(this.#s);
    if (!hq) throw new BoxError('package/no-headquarters');
    return hq;
  }

  #waiting(): Pending | null {
    if (this.#pending && this.#pending.until <= this.#deps.clock.elapsed()) void this.#forget(true);
    return this.#pending;
  }

  /** The preview goes, and with it its file, unless it came over the line and is to be kept (or is read anew now). */
  async #forget(keepDownload: boolean, but = ''): Promise<void> {
    const pending = this.#pending;
    this.#pending = null;
    if (!pending || pending.opened.path === but) return;
    if (pending.way === 'stick' || !keepDownload) await this.#files.remove(pending.opened.path);
  }

  async #refused(code: string, sha256: string, way: Way, by: Actor): Promise<void> {
    await this.#deps.ledger.append([{ kind: 'PACKAGE_REFUSED', body: { sha256, code, way }, by }]);
  }

  /** One package at a time. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new BoxError('package/busy');
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }
}

function previewOf(
  { read: { header, bytes }, plan }: OpenedPackage,
  changes: PackageChange[],
): PackagePreview {
  return {
    token: randomBytes(16).toString('base64url'),
    package: header.package,
    number: header.number,
    kind: header.kind,
    exam: plan.exam,
    made: header.made,
    changes,
    counts: {
      entries: plan.entries.length,
      sessions: plan.sessions.length,
      papers: plan.papers.length,
      staff: plan.staff.length,
      bytes,
    },
  };
}
