/** A sitting as lists and maps show it. */

import { deadline } from '#domain/attempt/deadline.ts';
import type { SittingRow, SittingState } from '#protocol/console.ts';
import type { SittingFacts } from '#server/attempts/attempts.repo.ts';
import type { Statements } from '#server/platform/statements.ts';

export function describeSitting(s: Statements, sitting: SittingFacts, now: number): SittingRow {
  const name = s.get<{ name: string }>(
    'SELECT subject.name AS name FROM subject JOIN session ON session.exam = subject.exam WHERE session.session = ? AND code = ?',
    sitting.session,
    sitting.subject,
  );
  const seated = s.get<{ n: number }>('SELECT count(*) AS n FROM seating WHERE sitting = ?', sitting.sitting);
  const most = s.get<{ ms: number | null }>(
    'SELECT max(credit_ms) AS ms FROM attempt WHERE sitting = ?',
    sitting.sitting,
  );
  const limits = deadline(
    sitting.time,
    { creditMs: sitting.creditMs + (most?.ms ?? 0), accommodationMs: 0 },
    now,
  );
  return {
    sitting: sitting.sitting,
    session: sitting.session,
    subject: sitting.subject,
    subjectName: name?.name ?? sitting.subject,
    room: sitting.room,
    roomName: sitting.roomName,
    papers: sitting.papers.map(({ version, paper }) => ({
      version,
      paper,
      label: s.get<{ label: string }>('SELECT label FROM paper WHERE paper = ?', paper)?.label ?? '',
    })),
    durationMs: sitting.time.durationMs,
    state: stateOf(sitting, limits, now),
    seated: seated?.n ?? 0,
    startedAt: sitting.time.startedAt,
    endsAt: limits.endsAt,
  };
}

function stateOf(
  sitting: SittingFacts,
  limits: { endsAt: number | null; pausedAt: number | null },
  now: number,
): SittingState {
  if (sitting.time.startedAt === null) return sitting.time.endedAt === null ? 'planned' : 'ended';
  if (sitting.time.endedAt !== null && now >= sitting.time.endedAt) return 'ended';
  if (limits.pausedAt !== null) return 'paused';
  return limits.endsAt !== null && now >= limits.endsAt ? 'ended' : 'running';
}
