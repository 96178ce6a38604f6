/** Checking papers (FEATURES R4): a number with its digest, or a file, against the ledger. Tells nothing of candidates. */
import type { Readable } from 'node:stream';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import type { CheckAnswer } from '#protocol/reports.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { selectOptionalReport, selectOptionalReportByFile, selectSite } from './check.repo.ts';
import { CheckFiles } from './check-file.ts';
import { judgeFile, judgeMark } from './judge.ts';

/** Numbers carry 80 random bits; the limit only keeps a wall of guesses and of useless files off the disk. */
const FAILURES = 30;
const WINDOW_MS = 60_000;

export class CheckService {
  readonly #s: Statements;
  readonly #files: CheckFiles;
  readonly #limit: FailureLimit;

  /** `authority`: PEM of the site's authority. */
  constructor(deps: Deps, authority: string) {
    this.#s = new Statements(deps.db);
    this.#files = new CheckFiles(deps.folder.incoming, authority);
    this.#limit = new FailureLimit(FAILURES, WINDOW_MS, () => deps.clock.elapsed());
  }

  async start(): Promise<void> {
    await this.#files.start();
  }

  /** Throws `request/too-many`. */
  byMark(address: string, report: string, digest: string | undefined): CheckAnswer {
    this.#allowed(address);
    return this.#answer(address, judgeMark(selectOptionalReport(this.#s, report), digest));
  }

  /** Throws `request/too-many`, `request/too-large`, `check/no-pdf`. */
  async byFile(address: string, body: Readable): Promise<CheckAnswer> {
    this.#allowed(address);
    try {
      return await this.#files.take(address, body, async ({ sha256, look }) => {
        const byFile = selectOptionalReportByFile(this.#s, sha256);
        // These very bytes are in the ledger: nothing that is inside them could say more.
        if (byFile) return this.#answer(address, judgeFile({ byFile, claimed: null, seal: null }));
        const { seal, claimed } = await look();
        const known = claimed === null ? null : selectOptionalReport(this.#s, claimed);
        return this.#answer(address, judgeFile({ byFile: null, claimed: known, seal }));
      });
    } catch (error) {
      this.#limit.failed(address);
      throw error;
    }
  }

  #allowed(address: string): void {
    if (this.#limit.wait(address) > 0) throw new BoxError('request/too-many');
  }

  #answer(address: string, judgement: Omit<CheckAnswer, 'site'>): CheckAnswer {
    if (judgement.verdict !== 'genuine') this.#limit.failed(address);
    return { ...judgement, site: selectSite(this.#s)?.name ?? null };
  }
}
