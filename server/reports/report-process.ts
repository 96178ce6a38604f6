/**
 * The box's side of making a report: a process of its own for each, so that drawing never holds up an answer, and what it
 * takes in memory goes back when it ends.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { DRAWING_OPTIONS } from '#node/pdf/drawing-options.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { MadeReport, ReportAnswer, ReportJob, TestPageJob } from './report-job.ts';

const CHILD = new URL('./report.child.ts', import.meta.url);
/** Answer sheets of a session of 2,000 take half of it. */
const HEAP_MB = 768;

export interface ApartOptions {
  timeoutMs: number;
  /** Told of the process once it runs. */
  onStart?: (child: ChildProcess) => void;
}

/** Throws what the process was refused with, or `report/failed`; then nothing is left at `job.to`. */
export async function makeApart(
  job: ReportJob | TestPageJob,
  { timeoutMs, onStart }: ApartOptions,
): Promise<MadeReport> {
  const child = fork(CHILD, {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${HEAP_MB}`, ...DRAWING_OPTIONS],
    // Nothing of the box's own environment is needed; standard error is its log of last resort.
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  lower(child);
  onStart?.(child);
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    const answer = await new Promise<ReportAnswer>((resolve, reject) => {
      const fail = (detail: Record<string, unknown>) => reject(new BoxError('report/failed', detail));
      child.once('message', (message) => resolve(message as ReportAnswer)); // our own child's words
      child.once('error', (error) => fail({ problem: String(error) }));
      child.once('exit', (code, signal) => fail({ exit: code ?? signal ?? '' }));
      timer = setTimeout(() => fail({ problem: `not ready after ${timeoutMs / 1000} s` }), timeoutMs);
      child.send(job, (error) => {
        if (error) fail({ problem: String(error) });
      });
    });
    if (answer.t === 'refused') throw new BoxError(answer.code, answer.detail);
    return answer.made;
  } catch (error) {
    child.kill('SIGKILL');
    await gone;
    await rm(job.to, { force: true });
    throw error;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await gone;
  }
}

/** The exam goes on while a report is drawn: the process yields to everything else. */
function lower({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system has no priorities: neither matters here.
  }
}
