import { defineConfig } from 'drizzle-kit';

/** Makes headquarters' migrations: `npx drizzle-kit generate --config drizzle.hq.config.ts --name <what-changes>`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/hq/schema.ts',
  out: './db/hq/migrations',
});
