/**
 * What the events of a site say of its sessions, rooms, sittings, seats, candidates, machines and requests, put into
 * tables: as the ledger has it, so later events of a line replace earlier ones.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import {
  machine,
  receipt,
  seat,
  siteEntry,
  siteRequest,
  siteRoom,
  siteSession,
  sitting,
} from '#db/hq/schema.ts';
import type { Tx } from '#hq/platform/database.ts';
import type { EventOf, KnownEvent } from '#node/ledger/event-types.ts';
import { storable } from './judging.repo.ts';

/** Rows of one statement: far below the 65,535 parameters that there may be. */
const ROWS = 500;

/** What else of the service must hear of, in the transaction that judges. */
export interface Heard {
  /** The chief decided a request; `at` is the box's wall time. */
  decidedByChief(
    tx: Tx,
    site: string,
    of: { request: string; granted: boolean; reason: string },
    at: number,
  ): Promise<void>;
  /** The box took a package, by whatever way it came. */
  packageTaken(tx: Tx, site: string, id: string): Promise<void>;
}

export class SiteTables {
  readonly #tx: Tx;
  readonly #site: string;
  readonly #heard: Heard;
  /** Attempts that an event speaks of without being of them. */
  readonly named = new Set<string>();

  constructor(tx: Tx, site: string, heard: Heard) {
    this.#tx = tx;
    this.#site = site;
    this.#heard = heard;
  }

  async take(event: KnownEvent): Promise<void> {
    const { orm } = this.#tx;
    const site = this.#site;
    switch (event.kind) {
      case 'SESSION_SAVED': {
        const { session, exam, name, plannedStart } = storable(event.body);
        const row = { site, session, exam, name, plannedStart };
        await orm
          .insert(siteSession)
          .values(row)
          .onConflictDoUpdate({ target: [siteSession.site, siteSession.session], set: row });
        return;
      }
      case 'ROOM_SAVED': {
        const { room, name } = storable(event.body);
        const row = { site, room, name };
        await orm
          .insert(siteRoom)
          .values(row)
          .onConflictDoUpdate({ target: [siteRoom.site, siteRoom.room], set: row });
        return;
      }
      case 'SITTING_SAVED':
        return this.#sitting(event);
      case 'SITTING_REMOVED':
        await orm.delete(sitting).where(this.#is(sitting.site, sitting.sitting, event.body.sitting));
        return;
      case 'SITTING_STARTED':
        await orm
          .update(sitting)
          .set({ startedWall: event.wall })
          .where(this.#is(sitting.site, sitting.sitting, event.body.sitting));
        return;
      case 'SITTING_ENDED':
        await orm
          .update(sitting)
          .set({ endedWall: event.wall })
          .where(this.#is(sitting.site, sitting.sitting, event.body.sitting));
        return;
      case 'SEATING_DRAWN':
        return this.#seating(event);
      case 'SEAT_DRAWN':
        return this.#seats([event.body]);
      case 'ROSTER_IMPORTED':
        return this.#entries(event.body.exam, event.body.entries);
      case 'ROSTER_AMENDED':
        return this.#entries(event.body.exam, [event.body.entry]);
      case 'MACHINE_ENROLLED': {
        const { machine: id, key } = event.body;
        // A machine has one key for its life: the first told stands.
        await orm.insert(machine).values({ site, machine: id, key }).onConflictDoNothing();
        return;
      }
      case 'ATTEMPT_SUBMITTED': {
        const { receipt: given, receiptSig: signature } = storable(event.body);
        const { code, attempt, box } = given;
        await orm
          .insert(receipt)
          .values({ code, site, attempt, box, receipt: given, signature })
          .onConflictDoNothing();
        return;
      }
      case 'REQUEST_MADE': {
        const body = storable(event.body);
        const { request, kind, exam, attempt } = body;
        await orm
          .insert(siteRequest)
          .values({ request, site, kind, exam, body, asked: event.wall })
          .onConflictDoNothing();
        if (attempt) this.named.add(attempt);
        return;
      }
      case 'REQUEST_DECIDED':
        // Headquarters' own decisions stand here already.
        if (event.body.by === 'chief')
          await this.#heard.decidedByChief(this.#tx, site, storable(event.body), event.wall);
        return;
      case 'PACKAGE_TAKEN':
        return this.#heard.packageTaken(this.#tx, site, event.body.header.package);
      default:
    }
  }

  async #sitting({ body }: EventOf<'SITTING_SAVED'>): Promise<void> {
    const { sitting: id, session, subject, room, papers } = storable(body);
    const [known] = await this.#tx.orm
      .select({ exam: siteSession.exam })
      .from(siteSession)
      .where(this.#is(siteSession.site, siteSession.session, session));
    const row = { site: this.#site, sitting: id, session, exam: known?.exam ?? '', subject, room, papers };
    await this.#tx.orm
      .insert(sitting)
      .values(row)
      .onConflictDoUpdate({ target: [sitting.site, sitting.sitting], set: row });
  }

  /** A drawing is of a whole session: the one before is gone. */
  async #seating({ body }: EventOf<'SEATING_DRAWN'>): Promise<void> {
    await this.#tx.rows(sql`
      DELETE FROM seat USING sitting WHERE seat.site = ${this.#site} AND sitting.site = seat.site
        AND sitting.sitting = seat.sitting AND sitting.session = ${body.session}`);
    await this.#seats(body.assignments);
  }

  async #seats(
    drawn: readonly { entry: string; sitting: string; seat: string; version: string; orderSeed: string }[],
  ): Promise<void> {
    const rows = storable(
      drawn.map(({ entry, sitting: of, seat: label, version, orderSeed }) => ({
        site: this.#site,
        sitting: of,
        entry,
        seat: label,
        version,
        orderSeed,
      })),
    );
    await this.#upsert(
      seat,
      rows,
      ({ sitting: of, entry }) => `${of} ${entry}`,
      [seat.site, seat.sitting, seat.entry],
      {
        seat: sql`excluded.seat`,
        version: sql`excluded.version`,
        orderSeed: sql`excluded.order_seed`,
      },
    );
  }

  async #entries(exam: string, entries: EventOf<'ROSTER_IMPORTED'>['body']['entries']): Promise<void> {
    const rows = storable(entries.map(({ gender: _, ...entry }) => ({ ...entry, site: this.#site, exam })));
    await this.#upsert(siteEntry, rows, ({ entry }) => entry, [siteEntry.site, siteEntry.entry], {
      exam: sql`excluded.exam`,
      candidate: sql`excluded.candidate`,
      idNumber: sql`excluded.id_number`,
      ticket: sql`excluded.ticket`,
      name: sql`excluded.name`,
      school: sql`excluded.school`,
      subject: sql`excluded.subject`,
    });
  }

  /** Rows of one key in one statement would be refused: the last stands. */
  async #upsert<T extends PgTable>(
    table: T,
    rows: readonly T['$inferInsert'][],
    keyOf: (row: T['$inferInsert']) => string,
    target: NonNullable<
      Parameters<ReturnType<ReturnType<Tx['orm']['insert']>['values']>['onConflictDoUpdate']>[0]['target']
    >,
    set: Record<string, SQL>,
  ): Promise<void> {
    const all = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
    for (let i = 0; i < all.length; i += ROWS)
      await this.#tx.orm
        .insert(table)
        .values(all.slice(i, i + ROWS))
        // The columns' names are the table's: the callers above.
        .onConflictDoUpdate({ target, set: set as never });
  }

  #is(site: Parameters<typeof eq>[0], id: Parameters<typeof eq>[0], value: string) {
    return and(eq(site as never, this.#site), eq(id as never, value));
  }
}
