/**
 * The ledger itself. Rows are only ever added; `server/ledger/writer.ts` is the only writer. The content of answers alone may
 * be deleted, its leaf hash kept (docs/decisions/retention.md).
 */
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** `seq` is the leaf index. `bytes` are the hashed bytes, or what stands for deleted ones. `attempt_prev` links an attempt's events backwards. */
export const ledgerEvent = sqliteTable(
  'ledger_event',
  {
    seq: integer('seq').primaryKey(),
    kind: text('kind').notNull(),
    attemptPrev: integer('attempt_prev'),
    bytes: text('bytes').notNull(),
  },
  (t) => [
    // Answers and anchors are the many; everything else is looked for by kind.
    index('ledger_event_kind')
      .on(t.kind, t.seq)
      .where(sql`kind NOT IN ('ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED')`),
  ],
);

/** Finished tiles: 256 hashes of 32 bytes. */
export const ledgerTile = sqliteTable(
  'ledger_tile',
  {
    level: integer('level').notNull(),
    idx: integer('idx').notNull(),
    hashes: blob('hashes', { mode: 'buffer' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.idx] })],
);

export const ledgerCheckpoint = sqliteTable('ledger_checkpoint', {
  size: integer('size').primaryKey(),
  wall: integer('wall').notNull(),
  note: text('note').notNull(),
});

/**
 * One row while the writer, under load, has revisions from event `seq` on whose effect is not in the projections yet
 * (server/ledger/projections/deferral.ts); none otherwise.
 */
export const ledgerDeferred = sqliteTable('ledger_deferred', {
  id: integer('id').primaryKey(),
  seq: integer('seq').notNull(),
});
