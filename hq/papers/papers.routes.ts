/** Papers: import and removal. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { PapersService } from './papers.service.ts';

export function papersRoutes(app: FastifyInstance, papers: PapersService): void {
  officerCall(
    app,
    'POST /api/v1/officer/exams/:exam/papers',
    'Compiles and seals a QTI package or a spreadsheet of questions',
    async ({ params, query, body, caller }) => papers.import(caller(), params.exam, query, body),
  );
  officerCall(
    app,
    'DELETE /api/v1/officer/papers/:paper',
    'Removes a paper that was never published',
    async ({ params, caller }) => {
      await papers.remove(caller(), params.paper);
      return null;
    },
  );
}
