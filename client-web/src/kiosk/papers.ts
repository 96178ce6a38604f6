/** The attempt's paper on this machine: fetched sealed while waiting, opened at the release, closed with the hand-in. */
import type { Paper } from '#protocol/paper.ts';
import type { Release } from '#protocol/socket.ts';
import { OpenedPaper } from '../sealed/opened-paper.ts';
import { SealedFiles, type SealedProgress } from '../sealed/sealed-files.ts';
import type { Core, KioskDeps } from './core.ts';
import type { Desk } from './desk.ts';

/** In the waiting room machines begin to fetch at random moments of this span; once writing has begun, nearly at once. */
const SPREAD_WAITING_MS = 3_000;
const SPREAD_WRITING_MS = 300;
const RETRY_MS = 3_000;

export class Papers {
  readonly #core: () => Core;
  readonly #deps: KioskDeps;
  readonly #files: SealedFiles;
  readonly #opened: OpenedPaper;
  #opening: string | null = null;
  #telling = false;

  constructor(deps: KioskDeps, store: Core['store'], core: () => Core) {
    this.#core = core;
    this.#deps = deps;
    const { http, sha256, timers, random, openFile, objectUrl } = deps;
    const changed = () => {
      core().emit();
      this.tellReady();
    };
    this.#files = new SealedFiles({ store, http, sha256, timers, random, changed });
    this.#opened = new OpenedPaper(this.#files, openFile, objectUrl);
  }

  get paper(): Paper | null {
    return this.#opened.paper;
  }

  get progress(): SealedProgress | null {
    return this.#files.progress;
  }

  url(media: string): Promise<string> {
    return this.#opened.url(media);
  }

  refetch(): Promise<void> {
    return this.#files.refetch();
  }

  /** Brings what the attempt needs now, opens or closes the paper. */
  follow(desk: Desk | null): void {
    if (!desk || desk.hidden) {
      this.#files.stop();
      this.#opened.close();
      return;
    }
    const { state, release, receipt } = desk.record;
    const { paper } = state;
    if (paper) {
      const early = state.startedAt === null;
      this.#files.want(paper, early ? SPREAD_WAITING_MS : SPREAD_WRITING_MS);
    }
    if (receipt) this.#opened.close();
    else if (release && release.paper === paper?.id) void this.#open(desk, release);
  }

  /** Tells the box once that everything is here: the door page counts machines that are ready. */
  tellReady(): void {
    const { desk, link } = this.#core();
    const { progress } = this;
    const paper = desk?.state.paper;
    if (!desk || desk.hidden || !paper || !progress?.complete || desk.record.readyTold) return;
    if (this.#telling || !link.ready || !desk.outbox.attached) return;
    this.#telling = true;
    link.request({ t: 'ready', paper: paper.id, files: progress.of, bytes: progress.ofBytes }).then(
      () => {
        this.#telling = false;
        desk.record.readyTold = true;
        desk.save();
      },
      () => {
        // The next connection tells it again.
        this.#telling = false;
      },
    );
  }

  async #open(desk: Desk, release: Release): Promise<void> {
    if (this.#opening === release.paper || this.#opened.paper) return;
    this.#opening = release.paper;
    try {
      await this.#opened.open(release);
      this.#core().mend('kiosk/paper-damaged');
    } catch {
      this.#core().fail({ code: 'kiosk/paper-damaged' });
      this.#deps.timers.after(RETRY_MS, () => this.follow(this.#core().desk));
    } finally {
      this.#opening = null;
    }
    if (this.#core().desk?.record.attempt !== desk.record.attempt) this.#opened.close();
    this.#core().emit();
  }
}
