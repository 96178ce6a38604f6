/** Alarms: raised where something is wrong with what a site sent, and seen by a person. */
import type { Static } from 'typebox';
import { recordAction } from '#hq/platform/actions.ts';
import type { Sql } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import type { AlarmRow, AlarmsAnswer } from '#protocol/hq.answers.schema.ts';
import type { AlarmsQuery } from '#protocol/hq.officer.schema.ts';
import { codedWords } from './alarm-words.ts';
import * as repo from './alarms.repo.ts';

const LIMIT = 100;

export class AlarmsService {
  readonly #deps: HqDeps;

  constructor(deps: HqDeps) {
    this.#deps = deps;
  }

  /** In the transaction of what is wrong. */
  raise(tx: Sql, alarm: Omit<repo.NewAlarm, 'at'>): Promise<void> {
    return repo.raiseAlarm(tx, { ...alarm, at: this.#deps.time.wall() });
  }

  async list({
    site,
    all = false,
    limit = LIMIT,
    after,
  }: Static<typeof AlarmsQuery>): Promise<Static<typeof AlarmsAnswer>> {
    const before = after === undefined ? undefined : Number(after);
    if (before !== undefined && !Number.isSafeInteger(before))
      throw new HqError('request/invalid', { where: 'after' });
    const found = await repo.selectAlarms(this.#deps.db, {
      ...(site === undefined ? {} : { site }),
      ...(before === undefined ? {} : { before }),
      all,
      limit: limit + 1,
    });
    const rows = found.slice(0, limit);
    const open = await repo.countOpen(this.#deps.db, site);
    const next = found.length > limit ? String(rows.at(-1)?.alarm ?? '') : null;
    return { open, rows: rows.map(alarmRow), next };
  }

  /** Throws `thing/not-found`. Seen twice is seen once. */
  async seen(caller: OfficerCaller, id: number): Promise<Static<typeof AlarmRow>> {
    const at = this.#deps.time.wall();
    return this.#deps.db.transaction(async (tx) => {
      if (!(await repo.selectOptionalAlarm(tx, id))) throw new HqError('thing/not-found');
      await repo.markSeen(tx, id, at, caller.officer);
      await recordAction(tx, { officer: caller.officer, at, what: 'alarm.seen', detail: { alarm: id } });
      const row = await repo.selectOptionalAlarm(tx, id);
      if (!row) throw new HqError('thing/not-found');
      return alarmRow(row);
    });
  }
}

function alarmRow({ code, detail, ...rest }: repo.AlarmRecord): Static<typeof AlarmRow> {
  return { ...rest, ...codedWords(code, detail) };
}
