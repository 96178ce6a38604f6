/** What belongs to this box alone: secrets and sign-ins. Backed up encrypted, never rebuilt from the ledger. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Identity of the box: `site`, `box`, `epoch`. */
export const localBox = sqliteTable('local_box', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** Argon2id hash in PHC form. */
export const localStaffSecret = sqliteTable('local_staff_secret', {
  staff: text('staff').primaryKey(),
  hash: text('hash').notNull(),
});

/** Signed-in browsers; the cookie's token is kept as its SHA-256 only. */
export const localSignIn = sqliteTable('local_sign_in', {
  tokenHash: text('token_hash').primaryKey(),
  staff: text('staff').notNull(),
  expires: integer('expires').notNull(),
  address: text('address').notNull(),
  agent: text('agent').notNull(),
});

/** age identity of a sealed paper: here from its import (site's own paper) or its release. */
export const localPaperIdentity = sqliteTable('local_paper_identity', {
  paper: text('paper').primaryKey(),
  identity: text('identity').notNull(),
});
