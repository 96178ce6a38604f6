/**
 * The service's side of an import, on the box and at headquarters: starts the process, passes the package on as it
 * arrives, wiping each chunk behind it, and takes the ciphertexts. The package is never whole in the service's memory,
 * and in no log and no file at all.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { PaperProblem } from '#domain/papers/faults.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { FILE_VARIABLE, FrameReader, type ImportFrame, RECIPIENTS_VARIABLE } from './import-frames.ts';

export interface ImportJob {
  paper: string;
  keyFile: string;
  /** Name of the file as uploaded. */
  file: string;
  sealedWallMs: number;
  package: Readable;
  /**
   * Headquarters' age recipients: identity and correct responses come sealed for them and never in plain. Without them
   * (the box) the identity comes as it is, and the correct responses end with the process.
   */
  recipients?: readonly string[];
  /** Largest package in bytes. */
  maxBytes: number;
  /** Time for compiling and sealing once the package has arrived. */
  timeoutMs: number;
  /** Takes one ciphertext; must read `bytes` to its end. */
  onFile: (name: string, bytes: AsyncIterable<Uint8Array>) => Promise<void>;
}

export type Sealed = Omit<Extract<ImportFrame, { t: 'sealed' }>, 't'>;

export interface ImportOutcome {
  problems: PaperProblem[];
  missingGlyphs: string[];
  /** Null where a problem is an error. */
  sealed: Sealed | null;
}

const CHILD = fileURLToPath(new URL('./import.child.ts', import.meta.url));
/** JavaScript objects of the largest paper take a tenth of this; its bytes are bounded by the limits of a package. */
const HEAP_MB = 1024;
/** The site goes on while a paper is being imported: the child yields to everything else. */
const NICE = 10;

/** Throws `request/too-large`, `request/invalid` (upload broken off), `paper/timeout` or `paper/import-failed`. */
export async function importApart(job: ImportJob): Promise<ImportOutcome> {
  const child = start(job);
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      void feed(job, child.stdin).then(() => {
        timer = setTimeout(() => reject(new MachineryError('paper/timeout', {})), job.timeoutMs);
      }, reject);
    });
    const read = receive(job, child.stdout).catch((error: unknown) => {
      throw error instanceof MachineryError
        ? error
        : new MachineryError('paper/import-failed', {}, { cause: error });
    });
    const outcome = await Promise.race([read, late]);
    await Promise.race([gone, late]);
    if (child.exitCode !== 0)
      throw new MachineryError('paper/import-failed', { exit: child.exitCode ?? child.signalCode ?? '' });
    return outcome;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await gone;
  }
}

function start({
  paper,
  keyFile,
  file,
  sealedWallMs,
  recipients = [],
}: ImportJob): ChildProcess & { stdin: Writable; stdout: Readable } {
  const node = [
    process.execPath,
    `--max-old-space-size=${HEAP_MB}`,
    CHILD,
    paper,
    keyFile,
    String(sealedWallMs),
  ];
  // No core file, however it ends: it would hold the paper. Standard error is closed for the same reason.
  const [command = '', ...args] =
    process.platform === 'win32' ? node : ['/bin/sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...node];
  const env = { [FILE_VARIABLE]: file, [RECIPIENTS_VARIABLE]: recipients.join(' ') };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env });
  if (child.pid !== undefined)
    try {
      setPriority(child.pid, NICE);
    } catch {
      // It has ended already, or the system has no priorities: neither matters here.
    }
  return child;
}

/**
 * Passes the package on chunk by chunk; each is wiped once the system has taken it. By `data` events: an iterator would
 * join chunks that have gathered, and the parts would stay in memory. After a refusal the rest is still taken in, and
 * wiped, so that the answer gets out.
 */
function feed({ package: source, maxBytes }: ImportJob, stdin: Writable): Promise<void> {
  // A child that is gone shows in its exit code; what it did not take is of no interest.
  let open = true;
  stdin.on('error', () => {
    open = false;
  });
  let total = 0;
  return new Promise((resolve, reject) => {
    source.on('data', (chunk: Buffer) => {
      total += chunk.length;
      if (total > maxBytes) reject(new MachineryError('request/too-large', { mostBytes: maxBytes }));
      if (!open || total > maxBytes) return chunk.fill(0);
      source.pause();
      stdin.write(chunk, () => {
        chunk.fill(0);
        source.resume();
      });
    });
    source.once('end', () => {
      stdin.end();
      resolve();
    });
    const brokenOff = () =>
      reject(new MachineryError('request/invalid', { problem: 'the upload was broken off' }));
    source.once('error', brokenOff);
    source.once('close', brokenOff);
  });
}

async function receive({ onFile }: ImportJob, stdout: Readable): Promise<ImportOutcome> {
  const reader = new FrameReader(stdout as AsyncIterable<Uint8Array>);
  const outcome: ImportOutcome = { problems: [], missingGlyphs: [], sealed: null };
  for (let frame = await reader.next(); frame !== null; frame = await reader.next()) {
    if (frame.t === 'problems') {
      outcome.problems = frame.problems;
      outcome.missingGlyphs = frame.missingGlyphs;
    } else if (frame.t === 'file') await onFile(frame.name, reader.bytes(frame.bytes));
    else if (frame.t === 'sealed') {
      const { t: _, ...sealed } = frame;
      outcome.sealed = sealed;
    } else throw new MachineryError('paper/import-failed', { reason: frame.reason });
  }
  return outcome;
}
