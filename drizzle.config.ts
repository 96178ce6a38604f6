import { defineConfig } from 'drizzle-kit';

/** Makes migrations: `npx drizzle-kit generate --name <what-changes>` (every migration has a name). */
export default defineConfig({
  dialect: 'sqlite',
  schema: ['./db/site/schema.ledger.ts', './db/site/schema.local.ts', './db/site/schema.projections.ts'],
  out: './db/site/migrations',
});
