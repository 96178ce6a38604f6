/**
 * What a crash test puts under load. A load starts one process on a data folder and reports every revision that was
 * acknowledged as safe; killing, restarting and checking are the tests' business. `ledger.load.ts` drives the ledger alone;
 * a load that drives the whole server is another module with the same shape, given by `--load FILE`.
 */

/** Something that somebody was told is safe: the stream's chain has this hash at this rev. */
export interface Ack {
  stream: string;
  rev: number;
  /** base64url SHA-256 of the revision. */
  hash: string;
  /**
   * When it was acknowledged, in microseconds of the system's monotonic clock (`process.hrtime`): at the latest when the
   * test hears of it, better when the box says it.
   */
  atUs: number;
}

export interface LoadOptions {
  /** Data folder; there already after the first start. */
  data: string;
  /** `NORMAL` is the negative control: what it acknowledges may be lost. */
  synchronous: 'FULL' | 'NORMAL';
  /** Revisions a second, about. */
  perSecond: number;
  /** Called for every acknowledgement, in the order in which they came. */
  acked: (ack: Ack) => void;
}

export interface RunningLoad {
  /** The process that holds the data folder; the test kills it by this number. */
  pid: number;
  /** Milliseconds from its start until it served again; rejects when it ended before. */
  ready: Promise<number>;
  /** Resolves once it is under load, where that comes later than `ready`; the kill waits for it. */
  underLoad?: Promise<void>;
  /** Settles when the process is gone and every acknowledgement that it sent was reported. */
  exited: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

export interface CrashLoad {
  start(options: LoadOptions): RunningLoad;
  /** A clean stop; resolves when the process has ended. */
  stop(running: RunningLoad): Promise<void>;
}

/** A module of the shape `{ load: CrashLoad }`. */
export async function importLoad(file: string | undefined): Promise<CrashLoad> {
  const module = (await import(file ?? './ledger.load.ts')) as { load?: CrashLoad };
  if (!module.load) throw new TypeError(`${file ?? ''} exports no load`);
  return module.load;
}
