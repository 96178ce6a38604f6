/** Judges one attempt: verified anew, rebuilt, scored; and one room: its scores compared. */
import { scorePaper } from '#domain/papers/scoring/score-paper.ts';
import { anomaliesOf } from '#domain/results/anomalies.ts';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { Answers } from '#protocol/paper.ts';
import { type AuditedAttempt, auditAttempt } from './attempt-audit.ts';
import * as repo from './attempts.repo.ts';
import { queueWork, type StoredEvent, selectAttemptEvents, storable } from './judging.repo.ts';
import { PaperKeysShelf } from './paper-keys.ts';

/** Points are kept as whole thousandths: QTI's decimals beyond are none that a mark sheet has. */
const MILLI = 1_000;
const ROOM_ANOMALY = 'score-far-from-room';

export class AttemptsService {
  readonly #deps: HqDeps;
  readonly #alarms: AlarmsService;
  readonly #papers: PaperKeysShelf;

  constructor(deps: HqDeps, alarms: AlarmsService) {
    this.#deps = deps;
    this.#alarms = alarms;
    this.#papers = new PaperKeysShelf(deps.keys.identity);
  }

  /** Faults are alarms; an attempt that cannot be scored has its answers and its faults all the same. */
  async judge(tx: Tx, site: string, attempt: string): Promise<void> {
    const rows = await selectAttemptEvents(tx, site, attempt);
    const machines = await repo.selectMachines(tx, site, machinesOf(rows));
    const boxes = await repo.selectBoxKeys(tx, site);
    const audited = auditAttempt(attempt, rows, { boxes, machines });
    if (!audited) return;
    const place = await repo.selectOptionalPlace(tx, site, audited.sitting, audited.entry);
    const paper = place ? paperOf(place) : '';
    const { score, anomalies } = await this.#score(tx, audited, place, paper);
    const { total = null, maximum = null } = score ?? {};
    const milli = (points: number | null) => (points === null ? null : Math.round(points * MILLI));
    const saved = await repo.saveAttempt(tx, {
      attempt,
      site,
      exam: place?.exam ?? '',
      session: place?.session ?? '',
      sitting: audited.sitting,
      entry: audited.entry,
      subject: place?.subject ?? '',
      paper,
      state: audited.state,
      submitted: audited.submitted,
      answers: storable(audited.answers),
      revisions: audited.revisions,
      digest: audited.digest,
      agrees: audited.agrees,
      faults: storable(audited.faults),
      judged: this.#deps.time.wall(),
      score: score === null ? null : storable(score),
      points: milli(total),
      maximum: milli(maximum),
      anomalies,
    });
    const [first] = audited.faults;
    if (!saved)
      await this.#alarms.raise(tx, {
        site,
        code: 'event/contradiction',
        detail: { attempt, reason: 'of another site' },
      });
    else if (first)
      await this.#alarms.raise(tx, {
        site,
        code: first.code,
        detail: { attempt, faults: audited.faults.length, reason: storable(first.detail) },
      });
    if (saved) await queueWork(tx, 'room', [`${site}/${audited.sitting}`], this.#deps.time.wall());
  }

  /** Scores far from those of the same paper in the same room. */
  async judgeRoom(tx: Tx, site: string, sitting: string): Promise<void> {
    const all = await repo.selectSittingAttempts(tx, site, sitting);
    for (const group of Map.groupBy(all, ({ paper }) => paper).values()) {
      const room = group.flatMap(({ isFinal, points }) => (isFinal && points !== null ? [points] : []));
      for (const { attempt, points: score, maximum, isFinal, anomalies } of group) {
        const alone = { items: 0, answered: 0, revisions: [], startedMs: null, endedMs: 0 };
        const found = anomaliesOf({ score, maximum, isFinal, ...alone, room })
          .filter(({ code }) => code === ROOM_ANOMALY)
          .map(({ code, detail }) => ({ code, detail }));
        const others = anomalies.filter(({ code }) => code !== ROOM_ANOMALY);
        const now = [...others, ...found];
        if (JSON.stringify(now) !== JSON.stringify(anomalies))
          await repo.saveAnomalies(tx, site, attempt, now);
      }
    }
  }

  async #score(db: Sql, audited: AuditedAttempt, place: repo.AttemptPlace | null, id: string) {
    const opened = id === '' ? null : await this.#papers.optional(db, id);
    const seed = place?.orderSeed ?? '';
    const score = opened
      ? scorePaper(opened.keys, audited.answers, {
          ...(opened.paper ? { paper: opened.paper } : {}),
          ...(seed === '' ? {} : { seed }),
        })
      : null;
    const items = Object.values(score?.items ?? {});
    const anomalies = anomaliesOf({
      score: score?.total ?? null,
      maximum: score?.maximum ?? null,
      isFinal: score?.state === 'final',
      items: score ? items.length : 0,
      answered: score ? items.filter(({ answered }) => answered).length : answeredOf(audited.answers),
      revisions: audited.changes,
      startedMs: Math.max(place?.startedWall ?? 0, audited.enteredMs),
      endedMs: audited.endedMs,
      room: [],
    });
    return { score, anomalies: anomalies.map(({ code, detail }) => ({ code, detail })) };
  }
}

const answeredOf = (answers: Answers): number => Object.keys(answers).length;

/** The version that the seat was drawn; where a sitting has one paper, that. */
function paperOf({ papers, version }: repo.AttemptPlace): string {
  const drawn = papers.find((one) => one.version === version);
  return drawn?.paper ?? (papers.length === 1 ? (papers[0]?.paper ?? '') : '');
}

/** Machines that the attempt's log-ins name. */
function machinesOf(rows: readonly StoredEvent[]): string[] {
  const found = new Set<string>();
  for (const { kind, bytes } of rows) {
    if (kind !== 'CANDIDATE_LOGGED_IN' || bytes === null) continue;
    const [, machine] = /"machine":"(ma_[0-9a-hjkmnp-tv-z]{16})"/.exec(bytes) ?? [];
    if (machine) found.add(machine);
  }
  return [...found];
}
