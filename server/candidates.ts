/** The candidates' half of the box, wired: machines, entry, answers, submissions, and the chief's hand on them. */
import { AnswersService } from './attempts/answers.service.ts';
import { LiveAttempts } from './attempts/live-attempts.ts';
import { LiveStreams } from './attempts/live-streams.ts';
import { SubmissionService } from './attempts/submission.service.ts';
import { UploadsService } from './attempts/uploads.service.ts';
import type { Portraits } from './evidence/portraits.ts';
import { Connections } from './kiosk/connections.ts';
import { EntryService } from './kiosk/entry.service.ts';
import { KioskService } from './kiosk/kiosk.service.ts';
import { MachinesService } from './machines/machines.service.ts';
import { SealedPapers } from './papers/sealed-papers.ts';
import type { Deps } from './platform/deps.ts';
import { Statements } from './platform/statements.ts';
import { ClockWitness } from './run/clock-witness.ts';
import { RunService } from './run/run.service.ts';

export type Candidates = ReturnType<typeof wireCandidates>;

export function wireCandidates(deps: Deps, portraits: Portraits) {
  const s = new Statements(deps.db);
  const papers = new SealedPapers(deps);
  const connections = new Connections();
  const attempts = new LiveAttempts(s, deps.clock);
  const streams = new LiveStreams(s);
  const witness = new ClockWitness(deps);
  const machines = new MachinesService(deps, connections);
  const entry = new EntryService(deps, machines, connections);
  const answers = new AnswersService(deps, { streams, attempts, papers, machines });
  const submissions = new SubmissionService(deps, { streams, attempts, machines });
  const uploads = new UploadsService(deps, { attempts, papers });
  const parts = {
    connections,
    machines,
    entry,
    answers,
    submissions,
    uploads,
    attempts,
    streams,
    papers,
    witness,
    portraits,
  };
  const kiosk = new KioskService(deps, parts);
  const run = new RunService(deps, { attempts, answers, papers, connections, kiosk, witness });
  return { ...parts, kiosk, run };
}
