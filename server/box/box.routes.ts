/** What anyone may know of the box: who it is, whether it is well, its certificate authority; and the demo's sign-ins. */
import type { FastifyInstance } from 'fastify';
import type { BoxInfo, DemoAnswer } from '#protocol/console.ts';
import { isLoopback } from '#server/machines/machines.service.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { addressOf } from '#server/staff/auth.service.ts';

export interface BoxRouteParts {
  /** PEM of the site's own authority. */
  authority: string;
  /** The demo's sign-ins; null on every real box. */
  demo: () => DemoAnswer | null;
  connections: () => number;
}

export function boxRoutes(app: FastifyInstance, deps: Deps, parts: BoxRouteParts): void {
  const s = new Statements(deps.db);
  const { box, clock, ledger } = deps;

  app.get('/api/v1/box', async (): Promise<BoxInfo> => {
    const site = s.get<{ site: string; name: string; timeZone: string; contact: string; demo: number }>(
      'SELECT site, name, time_zone AS timeZone, contact, demo FROM site',
    );
    return {
      product: 'gongyuan',
      version: box.version,
      site: site?.site ?? null,
      siteName: site?.name ?? null,
      timeZone: site?.timeZone ?? null,
      contact: site?.contact ?? null,
      box: box.box,
      boxEpoch: box.boxEpoch,
      boxKey: box.key.publicKey,
      origin: box.origin,
      demo: site?.demo === 1,
      elapsed: clock.elapsed(),
      wall: clock.wall(),
    };
  });

  app.get('/api/v1/health', async () => {
    const confirmed =
      s.get<{ confirmed: number }>('SELECT confirmed FROM clock WHERE id = 1')?.confirmed !== 0;
    return {
      ok: true,
      events: ledger.size,
      backlog: ledger.backlog,
      machines: parts.connections(),
      clockConfirmed: confirmed,
    };
  });

  app.get('/ca.crt', async (_request, reply) => {
    void reply
      .type('application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="gongyuan-ca.crt"');
    return reply.send(parts.authority);
  });

  app.get('/api/v1/demo', async (request): Promise<DemoAnswer> => {
    const demo = parts.demo();
    if (!demo || !isLoopback(addressOf(request.ip))) throw new BoxError('request/not-found');
    return demo;
  });
}
