/** Results, anomalies, one attempt, and files for other systems. */
import type { FastifyInstance } from 'fastify';
import { officerCall } from '#hq/platform/calls.ts';
import type { ResultsService } from './results.service.ts';

export function resultsRoutes(app: FastifyInstance, results: ResultsService): void {
  officerCall(
    app,
    'GET /api/v1/officer/exams/:exam/results',
    'Attempts with their points',
    ({ params, query }) => results.list(params.exam, query),
  );
  officerCall(app, 'GET /api/v1/officer/exams/:exam/anomalies', 'Attempts to look at', ({ params, query }) =>
    results.anomalies(params.exam, query),
  );
  officerCall(app, 'GET /api/v1/officer/attempts/:attempt', 'One attempt with its proof', ({ params }) =>
    results.attempt(params.attempt),
  );
  officerCall(
    app,
    'GET /api/v1/officer/exams/:exam/exports/:format',
    'Results as a file: CSV, OneRoster 1.2, Parquet',
    async ({ caller, params, query, reply }) => {
      const { name, type, body } = await results.export(caller(), params.exam, params.format, query);
      void reply.type(type).header('content-disposition', `attachment; filename="${name}"`);
      return body instanceof Uint8Array ? Buffer.from(body) : body;
    },
  );
}
