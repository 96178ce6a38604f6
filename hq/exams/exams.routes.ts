/** Exams. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import { type ExamParts, examDetail } from './exam-detail.ts';

export function examsRoutes(app: FastifyInstance, parts: ExamParts): void {
  const { exams } = parts;
  officerCall(app, 'GET /api/v1/officer/exams', 'Exams by name', async () => exams.list());
  officerCall(app, 'POST /api/v1/officer/exams', 'Adds an exam', async ({ body, caller }) =>
    examDetail(parts, await exams.add(caller(), body)),
  );
  officerCall(
    app,
    'GET /api/v1/officer/exams/:exam',
    'An exam with subjects, papers, sessions and counts of sites',
    async ({ params }) => examDetail(parts, params.exam),
  );
}
