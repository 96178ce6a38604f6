/** What belongs to this box alone: secrets and sign-ins. Backed up encrypted, never rebuilt from the ledger. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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

/** The headquarters this box belongs to: one row, or none. */
export const localHq = sqliteTable('local_hq', {
  id: integer('id').primaryKey(),
  url: text('url').notNull(),
  site: text('site').notNull(),
  name: text('name').notNull(),
  /** Headquarters' Ed25519 key: pinned at enrolment, every receipt, package and decision must be signed with it. */
  key: text('key').notNull(),
  recipients: text('recipients').notNull(),
  ca: text('ca').notNull(),
  sinceWall: integer('since_wall').notNull(),
  /** Number of the last decision that was taken. */
  decisions: integer('decisions').notNull(),
});

/** Batches: their files lie in the data folder's outbox, unchanged, until the receipt is here. */
export const localBatch = sqliteTable(
  'local_batch',
  {
    ledger: text('ledger').notNull(),
    first: integer('first').notNull(),
    last: integer('last').notNull(),
    root: text('root').notNull(),
    batch: text('batch').notNull().unique(),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256').notNull(),
    madeWall: integer('made_wall').notNull(),
    state: text('state').notNull(),
    receipt: text('receipt'),
    receiptSig: text('receipt_sig'),
    code: text('code'),
    changedWall: integer('changed_wall').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ledger, t.first] })],
);

/** Photos, uploads and material that headquarters has said it has. */
export const localMedium = sqliteTable('local_medium', {
  sha256: text('sha256').primaryKey(),
  wall: integer('wall').notNull(),
});
