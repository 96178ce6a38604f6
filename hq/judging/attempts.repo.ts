/** Reads what an attempt was in, and writes what it came to. */
import { and, eq, sql } from 'drizzle-orm';
import { attempt } from '#db/hq/schema.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';

export interface AttemptPlace {
  exam: string;
  session: string;
  subject: string;
  room: string;
  papers: { version: string; paper: string }[];
  startedWall: number | null;
  version: string | null;
  orderSeed: string | null;
}

export async function selectOptionalPlace(
  db: Sql,
  site: string,
  sitting: string,
  entry: string,
): Promise<AttemptPlace | null> {
  const [row] = await db.rows<AttemptPlace>(sql`
    SELECT sitting.exam, sitting.session, sitting.subject, sitting.room, sitting.papers,
      sitting.started_wall AS "startedWall", seat.version, seat.order_seed AS "orderSeed"
    FROM sitting LEFT JOIN seat ON seat.site = sitting.site AND seat.sitting = sitting.sitting AND seat.entry = ${entry}
    WHERE sitting.site = ${site} AND sitting.sitting = ${sitting}`);
  return row ?? null;
}

export async function selectMachines(
  db: Sql,
  site: string,
  machines: readonly string[],
): Promise<{ machine: string; key: string }[]> {
  if (machines.length === 0) return [];
  return db.rows(
    sql`SELECT machine, key FROM machine WHERE site = ${site} AND machine = ANY(${sql.param(machines)}::text[])`,
  );
}

/** Every box that was ever enrolled: what it signed before it was revoked stands. */
export async function selectBoxKeys(db: Sql, site: string): Promise<{ box: string; key: string }[]> {
  return db.rows(sql`SELECT box, key FROM site_box WHERE site = ${site} ORDER BY enrolled`);
}

/** False where the attempt is another site's: its row is left alone. */
export async function saveAttempt(tx: Tx, row: typeof attempt.$inferInsert): Promise<boolean> {
  const saved = await tx.orm
    .insert(attempt)
    .values(row)
    .onConflictDoUpdate({ target: attempt.attempt, set: row, setWhere: eq(attempt.site, row.site) })
    .returning({ attempt: attempt.attempt });
  return saved.length > 0;
}

export interface RoomAttempt {
  attempt: string;
  paper: string;
  points: number | null;
  maximum: number | null;
  isFinal: boolean;
  anomalies: { code: string; detail: string }[];
}

export async function selectSittingAttempts(db: Sql, site: string, sitting: string): Promise<RoomAttempt[]> {
  return db.rows(sql`
    SELECT attempt, paper, points_milli / 1000.0::float8 AS points, maximum_milli / 1000.0::float8 AS maximum,
      coalesce(score ->> 'state' = 'final', false) AS "isFinal", anomalies
    FROM attempt WHERE site = ${site} AND sitting = ${sitting} ORDER BY attempt`);
}

export async function saveAnomalies(
  tx: Tx,
  site: string,
  id: string,
  anomalies: RoomAttempt['anomalies'],
): Promise<void> {
  await tx.orm
    .update(attempt)
    .set({ anomalies })
    .where(and(eq(attempt.attempt, id), eq(attempt.site, site)));
}
