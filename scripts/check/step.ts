/** One part of `npm run check`: a program with its arguments, run in the repository. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Step {
  name: string;
  /** What breaks where this is not held. */
  why: string;
  /** A file of node_modules/.bin, or a script of ours (ending in .ts). */
  program: string;
  args: readonly string[];
  /** Folder to run in, from the root. */
  folder?: string;
  /** Says nothing of use while generated code is missing. */
  afterPreparation?: boolean;
}

export interface Outcome {
  step: Step;
  ok: boolean;
  /** What the program said, both streams in the order they came. */
  output: string;
  ms: number;
}

/** Runs one step to its end. A program that cannot be started is a failed step, not an exception. */
export async function runStep(step: Step): Promise<Outcome> {
  const started = performance.now();
  const script = step.program.endsWith('.ts')
    ? join(ROOT, step.program)
    : join(ROOT, 'node_modules/.bin', step.program);
  const chunks: Buffer[] = [];
  const ok = await new Promise<boolean>((resolve) => {
    // Every program here is JavaScript: run by this very Node, nothing depends on a shell or on the host's Node.
    const child = spawn(process.execPath, [script, ...step.args], {
      cwd: join(ROOT, step.folder ?? '.'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });
  return { step, ok, output: Buffer.concat(chunks).toString('utf8'), ms: performance.now() - started };
}

/** Runs steps, at most `width` at a time, and tells each outcome as it comes. Outcomes keep the order of the steps. */
export async function runAll(
  steps: readonly Step[],
  width: number,
  tell: (outcome: Outcome) => void,
  run: (step: Step) => Promise<Outcome> = runStep,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const worker = async () => {
    while (next < steps.length) {
      const index = next++;
      const step = steps[index];
      if (!step) return;
      const outcome = await run(step);
      outcomes[index] = outcome;
      tell(outcome);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return outcomes;
}
