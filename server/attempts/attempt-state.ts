/** The state of an attempt as its machine is told it: put together from the projections, nothing kept. */
import { createHash } from 'node:crypto';
import { type Deadline, deadline } from '#domain/attempt/deadline.ts';
import type { SessionPolicy } from '#protocol/console.ts';
import type { SealedFile } from '#protocol/sealed.ts';
import type { AttemptState, AttemptStatus } from '#protocol/socket.ts';
import type { Statements } from '#server/platform/statements.ts';
import {
  type AttemptRow,
  type EntryFacts,
  type SeatingRow,
  type SittingFacts,
  selectEntry,
  selectHeads,
  selectSeating,
  selectSitting,
} from './attempts.repo.ts';

/** Everything known of an attempt at one moment. */
export interface AttemptFacts {
  row: AttemptRow;
  entry: EntryFacts;
  seating: SeatingRow;
  sitting: SittingFacts;
  status: AttemptStatus;
  deadline: Deadline;
  paper: string | null;
}

/** Box time since which an unconfirmed gap holds running sittings, or null. */
export type GapFrom = number | null;

export function loadFacts(s: Statements, row: AttemptRow, now: number, gapFrom: GapFrom): AttemptFacts {
  const sitting = selectSitting(s, row.sitting);
  const seating = selectSeating(s, row.entry, row.sitting);
  const limits = deadlineOf(sitting, row, now, gapFrom);
  return {
    row,
    entry: selectEntry(s, row.entry),
    seating,
    sitting,
    status: statusOf(row, sitting, limits, now),
    deadline: limits,
    paper: paperOf(sitting, seating.version),
  };
}

/** Time left; while a gap after a power cut is unconfirmed, running sittings stand still at its beginning. */
export function deadlineOf(
  sitting: SittingFacts,
  row: Pick<AttemptRow, 'creditMs'>,
  now: number,
  gapFrom: GapFrom,
): Deadline {
  const paused = sitting.time.pauses.at(-1)?.to === null;
  const time =
    gapFrom === null || paused || sitting.time.startedAt === null || sitting.time.endedAt !== null
      ? sitting.time
      : {
          ...sitting.time,
          pauses: [...sitting.time.pauses, { from: Math.max(gapFrom, sitting.time.startedAt), to: null }],
        };
  return deadline(time, { creditMs: row.creditMs + sitting.creditMs, accommodationMs: 0 }, now);
}

export function statusOf(
  row: AttemptRow,
  sitting: SittingFacts,
  limits: Deadline,
  now: number,
): AttemptStatus {
  if (row.submittedAt !== null) return 'submitted';
  const over = limits.endsAt !== null && limits.pausedAt === null && now >= limits.endsAt;
  if (row.timedUpAt !== null || (sitting.time.endedAt !== null && over)) return 'ended';
  if (row.confirmedAt === null) return 'identified';
  if (row.pledge === null && asksPledge(sitting.policy)) return 'confirmed';
  if (sitting.time.startedAt === null) return 'waiting';
  return over ? 'ended' : 'writing';
}

export function asksPledge(policy: SessionPolicy): boolean {
  return policy.pledgeZh !== '' || policy.pledgeEn !== '';
}

export function pledgeHash(policy: SessionPolicy): string {
  return createHash('sha256').update(`${policy.pledgeZh}\n${policy.pledgeEn}`).digest('hex');
}

export function paperOf(sitting: SittingFacts, version: string): string | null {
  const own = sitting.papers.find((paper) => paper.version === version) ?? sitting.papers[0];
  return own?.paper ?? null;
}

/** The message to the machine. `files` are the sealed files of the attempt's paper. */
export function describeAttempt(
  s: Statements,
  facts: AttemptFacts,
  files: SealedFile[],
  released: boolean,
): AttemptState {
  const { row, entry, seating, sitting, status, paper } = facts;
  const { startedAt } = sitting.time;
  return {
    attempt: row.attempt,
    status,
    epoch: row.epoch,
    candidate: {
      name: entry.name,
      ticket: entry.ticket,
      idTail: entry.idNumber.slice(-4),
      school: entry.school,
      gender: entry.gender,
    },
    seat: { room: row.room, roomName: sitting.roomName, label: row.seat },
    exam: entry.examName,
    session: sitting.sessionName,
    sitting: sitting.sitting,
    subject: { code: entry.subject, name: entry.subjectName },
    paper: paper ? { id: paper, version: seating.version, files } : null,
    seed: seating.orderSeed,
    durationMs: sitting.time.durationMs,
    plannedStart: sitting.plannedStart,
    startedAt,
    endsAt: facts.deadline.endsAt,
    pausedAt: facts.deadline.pausedAt,
    creditMs: row.creditMs + sitting.creditMs,
    earliestSubmitAt: startedAt === null ? null : startedAt + sitting.policy.earliestSubmitMs,
    pledge: asksPledge(sitting.policy)
      ? { zh: sitting.policy.pledgeZh, en: sitting.policy.pledgeEn, sha256: pledgeHash(sitting.policy) }
      : null,
    streams: selectHeads(s, row.attempt),
    released,
  };
}
