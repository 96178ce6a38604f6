/**
 * `npm run report -- --data DIR --session ID --kind KIND --lang zh-CN --out FILE.pdf […]`: makes a report from a data
 * folder, beside a running box or of a stopped one. Signed with the folder's keys and recorded in its ledger: at once
 * where the box is stopped; else it is put into the spool that the box takes up within seconds.
 * Ends with 0, 1 when there is nothing to print or it could not be made, 2 for wrong use.
 */
import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Value } from 'typebox/value';
import { openReader, type SiteDatabase } from '#db/site/open.ts';
import { dateTimeText } from '#domain/reports/dates.ts';
import type { Anchor } from '#domain/time/box-time.ts';
import { ReportBody } from '#protocol/evidence.schema.ts';
import { REPORT_KINDS, type ReportRequest } from '#protocol/reports.ts';
import { openBox } from '#server/open-box.ts';
import { BoxClock, systemTime } from '#server/platform/box-clock.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { readConfig } from '#server/platform/config.ts';
import { dataPaths } from '#server/platform/data-folder.ts';
import { codedError } from '#server/platform/http.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import { selectSessions, selectSite } from '#server/reports/facts.repo.ts';
import { codeOfRefusal, makeReport } from '#server/reports/make-report.ts';
import { placeRequest } from '#server/reports/report-request.ts';
import { countReports } from '#server/reports/reports.repo.ts';
import { ReportsService } from '#server/reports/reports.service.ts';
import { ReportSpool } from '#server/reports/spool.ts';
import { explain } from '#server/server.ts';

const USAGE = `usage: npm run report -- --data DIR --session ID --kind KIND --out FILE.pdf
         [--lang zh-CN|en] [--room ID] [--attempt ID] [--incident ID] [--size A4|A3] [--view lectern|door]
         [--purpose TEXT] [--requester NAME]
       npm run report -- --kind list                  names the kinds
       npm run report -- --data DIR --session list    names the sessions`;

const OPTIONS = {
  data: { type: 'string' },
  session: { type: 'string' },
  kind: { type: 'string' },
  out: { type: 'string' },
  lang: { type: 'string' },
  room: { type: 'string' },
  attempt: { type: 'string' },
  incident: { type: 'string' },
  size: { type: 'string' },
  view: { type: 'string' },
  purpose: { type: 'string' },
  requester: { type: 'string' },
} as const;

type Values = { [K in keyof typeof OPTIONS]?: string | undefined };

/** Wrong use: told with the usage, status 2. */
class UsageError extends Error {}

/** What somebody asked for that a box would call a bad request. */
const WRONG_USE: ReadonlySet<string> = new Set([
  'report/scope',
  'report/size',
  'report/purpose',
  'request/invalid',
]);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const values = read(argv);
    if (values.kind === 'list') return listKinds();
    const data = folderOf(values);
    if (values.session === 'list') return listSessions(data);
    const { out } = values;
    if (out === undefined) throw new UsageError('--out is missing / 缺少 --out');
    const request = requestOf(values);
    await make(data, request, requesterOf(values), resolve(out));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n${USAGE}`);
      return 2;
    }
    explain(error);
    return WRONG_USE.has(codedError(error).code) ? 2 : 1;
  }
}

function read(argv: readonly string[]): Values {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function folderOf(values: Values): string {
  const data = values.data ?? process.env['GONGYUAN_DATA'];
  if (!data) throw new UsageError('--data is missing / 缺少 --data');
  const folder = resolve(data);
  if (!existsSync(dataPaths(folder).database)) throw new BoxError('report/no-data', { folder });
  return folder;
}

function requestOf(values: Values): ReportRequest {
  const { session, kind, lang = 'zh-CN', room, attempt, incident, size, view, purpose } = values;
  if (session === undefined) throw new UsageError('--session is missing / 缺少 --session');
  if (kind === undefined) throw new UsageError('--kind is missing / 缺少 --kind');
  const given = { session, kind, lang, room, attempt, incident, size, view, purpose };
  const request = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (Value.Check(ReportBody, request)) return request;
  const [first] = Value.Errors(ReportBody, request);
  throw new UsageError(`--${(first?.instancePath ?? '').slice(1) || 'kind'}: ${first?.message ?? ''}`);
}

/** By characters, and never more than the event takes. */
function requesterOf({ requester }: Values): string {
  return [...(requester ?? userInfo().username)].slice(0, 50).join('');
}

function listKinds(): number {
  for (const [kind, { zh, en, scopes, sizes }] of Object.entries(REPORT_KINDS))
    console.log(`${kind.padEnd(20)} ${en} / ${zh} (${scopes.join(', ')}; ${sizes.join(', ')})`);
  return 0;
}

function listSessions(data: string): number {
  const db = openReader(dataPaths(data).database);
  try {
    const s = new Statements(db);
    const { timeZone } = selectSite(s);
    const sessions = selectSessions(s);
    if (sessions.length === 0) throw new BoxError('report/no-data', { missing: 'sessions' });
    for (const { session, name, examName, plannedStart } of sessions)
      console.log(`${session}  ${dateTimeText(plannedStart, timeZone, 'zh-CN')}  ${examName} · ${name}`);
    return 0;
  } finally {
    db.close();
  }
}

async function make(data: string, request: ReportRequest, requester: string, out: string): Promise<void> {
  try {
    await makeOfStopped(data, request, requester, out);
  } catch (error) {
    if (codedError(error).code !== 'box/data-in-use') throw error;
    await makeBesideRunning(data, request, requester, out);
  }
}

/** The box is stopped: it is opened as at any start, and the report is an event like one that was asked for in the console. */
async function makeOfStopped(
  data: string,
  request: ReportRequest,
  requester: string,
  out: string,
): Promise<void> {
  const config = readConfig(['--data', data], {});
  const box = await openBox(
    config,
    originOf(data),
    systemTime(),
    pino({ level: 'warn' }, pino.destination(2)),
  );
  try {
    const reports = new ReportsService(box.deps);
    await reports.start();
    try {
      const row = await reports.make(reports.place(request), { name: requester });
      await copyFile(reports.path(row.report), out);
      await reports.printed(row.report, 'command', '');
      tell(out, row.pages, 'recorded / 已记录');
    } finally {
      await reports.stop();
    }
  } finally {
    await box.close('report');
  }
}

/** The running box owns the only writing connection: the report is left in its spool. */
async function makeBesideRunning(
  data: string,
  request: ReportRequest,
  requester: string,
  out: string,
): Promise<void> {
  const folder = dataPaths(data);
  const spool = new ReportSpool(folder.reports);
  const report = newId('report');
  const db = openReader(folder.database);
  try {
    const s = new Statements(db);
    const { room } = placeRequest(s, request);
    const { kind, lang, session, attempt = null, incident = null, purpose = '' } = request;
    const scope = { kind, session, room, attempt, incident };
    const same = (one: typeof scope) =>
      Object.entries(scope).every(([field, value]) => one[field as keyof typeof scope] === value); // its own fields
    const waiting = (await spool.peek()).filter(same).length;
    const copy = countReports(s, scope) + waiting + 1;
    const to = await spool.begin(report);
    const made = await makeReport({
      report,
      request,
      room,
      copy,
      requester,
      madeWall: Date.now(),
      elapsed: elapsedOf(db),
      folder,
      to,
    }).catch((error: unknown) => {
      const { code, detail } = codeOfRefusal(error);
      throw new BoxError(code, detail, error);
    });
    // Before the box may take it away.
    await copyFile(to, out);
    await spool.put({ report, ...scope, lang, copy, purpose: purpose.trim(), requester, ...made });
    tell(out, made.pages, 'the running box records it within seconds / 运行中的服务器将在数秒内记录');
  } finally {
    db.close();
  }
}

function tell(out: string, pages: number, how: string): void {
  console.log(`${out}: ${pages} pages / ${pages} 页; ${how}`);
}

/** Where the box is reached does not change because a report is made. */
function originOf(data: string): string {
  const db = openReader(dataPaths(data).database);
  try {
    return new Statements(db).get<{ origin: string }>('SELECT origin FROM box')?.origin ?? '';
  } finally {
    db.close();
  }
}

/** Box time now, worked out from the last anchor as the box does at a start. */
function elapsedOf(db: SiteDatabase): number {
  const last = new Statements(db).get<Anchor>(
    'SELECT boot, mono AS monoMs, wall AS wallMs, elapsed AS elapsedMs FROM clock WHERE id = 1',
  );
  const clock = new BoxClock(systemTime());
  clock.resume(last ?? null);
  return clock.elapsed();
}

process.exitCode = await main(process.argv.slice(2));
