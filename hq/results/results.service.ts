/** Results as officers see them, and as they go out. */
import { Readable } from 'node:stream';
import type { Static } from 'typebox';
import { SCORE_FAULTS } from '#domain/papers/scoring/score-faults.ts';
import { ANOMALIES } from '#domain/results/anomalies.ts';
import type { ResultRow } from '#domain/results/result-row.ts';
import { codedWords } from '#hq/alarms/alarm-words.ts';
import { recordAction } from '#hq/platform/actions.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { oneRosterZip } from '#node/exports/one-roster.ts';
import { resultsCsv } from '#node/exports/results-csv.ts';
import { resultsParquet } from '#node/exports/results-parquet.ts';
import type {
  AnomaliesAnswer,
  HqAttemptDetail,
  HqResultRow,
  ResultsAnswer,
} from '#protocol/hq.answers.schema.ts';
import type {
  AnomaliesQuery,
  EXPORT_FORMATS,
  ExportQuery,
  ResultsQuery,
} from '#protocol/hq.officer.schema.ts';
import { distributionOf } from './distribution.ts';
import * as repo from './results.repo.ts';

type Row = Static<typeof HqResultRow>;
type Detail = Static<typeof HqAttemptDetail>;
const LIMIT = 100;
const PIECE = 1_000;
/** Exams of this service are held in China: one zone. */
const TIME_ZONE = 'Asia/Shanghai';

export interface Export {
  name: string;
  type: string;
  body: Readable | Uint8Array;
}

export class ResultsService {
  readonly #deps: HqDeps;

  constructor(deps: HqDeps) {
    this.#deps = deps;
  }

  /** Throws `thing/not-found`, `request/invalid` for an `after` that is none. */
  async list(
    exam: string,
    { sort = 'site', limit = LIMIT, after, ...filter }: Static<typeof ResultsQuery>,
  ): Promise<Static<typeof ResultsAnswer>> {
    const { db } = this.#deps;
    await this.#require(exam);
    const offset = offsetOf(after);
    const found = await repo.selectResults(db, exam, filter, { sort, offset, limit: limit + 1 });
    return {
      total: await repo.countResults(db, exam, filter),
      distribution: distributionOf(
        await repo.selectPoints(db, exam, filter),
        await repo.selectSubjects(db, exam),
      ),
      rows: found.slice(0, limit).map(resultRow),
      next: found.length > limit ? String(offset + limit) : null,
    };
  }

  /** Attempts that somebody should look at; superseded ones do not count any more. */
  async anomalies(
    exam: string,
    { limit = LIMIT, after, code, ...filter }: Static<typeof AnomaliesQuery>,
  ): Promise<Static<typeof AnomaliesAnswer>> {
    await this.#require(exam);
    const all: Static<typeof AnomaliesAnswer>['rows'] = [];
    const counts = new Map<string, number>();
    for await (const record of this.#records(exam, filter)) {
      if (record.state === 'superseded') continue;
      const { attempt, site, siteName, session, subject, name, ticket, points, maximum } = record;
      for (const found of record.anomalies) {
        counts.set(found.code, (counts.get(found.code) ?? 0) + 1);
        if (code !== undefined && found.code !== code) continue;
        const about = { attempt, site, siteName, session, subject, name, ticket, points, maximum };
        all.push({ ...about, ...anomalyWords(found) });
      }
    }
    const offset = offsetOf(after);
    return {
      counts: [...counts].sort().map(([code, count]) => {
        const { zh, en } = anomalyWords({ code, detail: '' });
        return { code, zh, en, count };
      }),
      rows: all.slice(offset, offset + limit),
      next: all.length > offset + limit ? String(offset + limit) : null,
    };
  }

  /** Throws `thing/not-found`. */
  async attempt(id: string): Promise<Detail> {
    const record = await repo.selectOptionalAttempt(this.#deps.db, id);
    if (!record) throw new HqError('thing/not-found', { attempt: id });
    const { exam, examName, idNumber, school, paper, paperLabel, revisions, digest, agrees, judged } = record;
    return {
      ...resultRow(record),
      exam,
      examName,
      idTail: idNumber.slice(-4),
      school,
      paper: paper === '' ? null : paper,
      paperLabel,
      items: itemsOf(record),
      anomalyRows: record.anomalies.map(anomalyWords),
      proof: {
        revisions,
        digest,
        agrees,
        faultRows: record.faults.map(({ code, detail, seq }) =>
          codedWords(code, { detail, event: seq ?? null }),
        ),
        judged,
      },
    };
  }

  /** Everything that the filter finds, as a file. Throws `thing/not-found`. */
  async export(
    caller: OfficerCaller,
    exam: string,
    format: (typeof EXPORT_FORMATS)[number],
    { lang = 'zh-CN', ...filter }: Static<typeof ExportQuery>,
  ): Promise<Export> {
    const { db, time, config } = this.#deps;
    const examName = await this.#require(exam);
    const at = time.wall();
    await db.transaction((tx) =>
      recordAction(tx, {
        officer: caller.officer,
        at,
        what: 'results.export',
        detail: { exam, format, ...filter },
      }),
    );
    const rows = this.#rows(exam, filter);
    const name = `results-${exam}`;
    switch (format) {
      case 'csv': {
        const csv = resultsCsv(rows, { lang: lang === 'en' ? 'en' : 'zh', timeZone: TIME_ZONE });
        return { name: `${name}.csv`, type: 'text/csv; charset=utf-8', body: Readable.from(csv) };
      }
      case 'parquet':
        return {
          name: `${name}.parquet`,
          type: 'application/vnd.apache.parquet',
          body: await resultsParquet(rows),
        };
      case 'oneroster': {
        const sessions = await repo.selectSessions(db, exam);
        const body = oneRosterZip(await Array.fromAsync(rows), {
          organisation: config.name,
          exam: { id: exam, name: examName },
          subjects: Object.fromEntries(await repo.selectSubjects(db, exam)),
          sessions: Object.fromEntries(
            sessions.map(({ session, name, plannedStart }) => [session, { name, startMs: plannedStart }]),
          ),
          timeZone: TIME_ZONE,
          madeMs: at,
        });
        return { name: `${name}-oneroster.zip`, type: 'application/zip', body };
      }
    }
  }

  async *#records(exam: string, filter: repo.ResultFilter): AsyncGenerator<repo.ResultRecord> {
    for (let after = ''; ; ) {
      const found = await repo.selectForExport(this.#deps.db, exam, filter, after, PIECE);
      yield* found;
      const last = found.at(-1);
      if (!last || found.length < PIECE) return;
      after = last.attempt;
    }
  }

  async *#rows(exam: string, filter: repo.ResultFilter): AsyncGenerator<ResultRow> {
    for await (const record of this.#records(exam, filter)) {
      const { sessionName: _, score, anomalies, faults, submitted, ...rest } = record;
      const items = Object.entries(score?.items ?? {}).map(
        ([id, { state, score, maximum }]) => [id, { state, score, maximum }] as const,
      );
      yield {
        ...rest,
        items: Object.fromEntries(items),
        submittedMs: submitted,
        anomalies: anomalies.map(({ code }) => code),
        faults: faults.length,
      };
    }
  }

  async #require(exam: string): Promise<string> {
    const name = await repo.selectOptionalExam(this.#deps.db, exam);
    if (name === null) throw new HqError('thing/not-found', { exam });
    return name;
  }
}

function resultRow(record: repo.ResultRecord): Row {
  const { attempt, site, siteName, session, sessionName, subject, name, ticket, room, seat, state } = record;
  const { submitted, points, maximum, marker, anomalies, faults } = record;
  return {
    attempt,
    site,
    siteName,
    session,
    sessionName,
    subject,
    name,
    ticket,
    room,
    seat,
    state,
    submitted,
    points,
    maximum,
    marker,
    anomalies: anomalies.map(({ code }) => code),
    faults: faults.length,
  };
}

/** Items in the order of the score; answers to items that the paper does not have come last. */
function itemsOf({ score, answers }: repo.AttemptRecord): Detail['items'] {
  const scored = score?.items ?? {};
  const names = [...new Set([...Object.keys(scored), ...Object.keys(answers)])];
  return names.map((item) => {
    const found = Object.hasOwn(scored, item) ? scored[item] : undefined;
    const given = Object.hasOwn(answers, item) ? answers[item] : undefined;
    const fault = found?.fault;
    return {
      item,
      answers: Object.entries(given ?? {}).map(([response, value]) => ({
        response,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })),
      score: found?.score ?? null,
      maximum: found?.maximum ?? null,
      state: found?.state ?? (score ? 'failed' : 'needs-marker'),
      detail: fault
        ? `${fault.code} ${SCORE_FAULTS[fault.code].en} ${fault.where} ${fault.detail}`.trim()
        : '',
    };
  });
}

function anomalyWords({ code, detail }: { code: string; detail: string }) {
  const words = Object.hasOwn(ANOMALIES, code)
    ? ANOMALIES[code as keyof typeof ANOMALIES]
    : { zh: code, en: code };
  return { code, zh: words.zh, en: words.en, detail };
}

function offsetOf(after: string | undefined): number {
  if (after === undefined) return 0;
  if (!/^\d{1,9}$/.test(after)) throw new HqError('request/invalid', { where: 'after' });
  return Number(after);
}
