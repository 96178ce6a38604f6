/** What headquarters says of itself: who it is, that it lives, how it is spoken with. */

import canonicalize from 'canonicalize';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { describe } from '#hq/platform/calls.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import { sign } from '#node/signing/box-key.ts';
import { VERSION } from '#node/version/version.ts';
import { HqIdentitySchema } from '#protocol/hq.schema.ts';
import { HQ_IDENTITY_PURPOSE, type HqIdentity } from '#protocol/hq.ts';
import { Count, strict } from '#protocol/shapes.schema.ts';

const Health = strict({ ok: Type.Literal(true), now: Count, version: Type.String() });

export function serviceRoutes(app: FastifyInstance, deps: HqDeps): void {
  const { key, recipients } = deps.keys;
  const said = { name: deps.config.name, key: key.publicKey, recipients, version: VERSION };
  const text = canonicalize(said) ?? '';
  const identity: HqIdentity = { ...said, signature: sign(key, HQ_IDENTITY_PURPOSE, Buffer.from(text)) };

  app.get('/api/v1/hq', describe('Who this headquarters is, signed', HqIdentitySchema), async () => identity);
  app.get('/api/v1/health', describe('That service and database answer', Health), async () => {
    await deps.db.rows(sql`SELECT 1 AS one`);
    return { ok: true, now: deps.time.wall(), version: VERSION };
  });
  app.get('/api/v1/openapi.json', describe('This description (OpenAPI 3.1)', Type.Unknown()), async () =>
    app.swagger(),
  );
}
