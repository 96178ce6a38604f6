/** Reports over the console's calls: rights, refusals, copies, events, files; processes that die; the spool. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { decodeEvent } from '#domain/ledger/event.ts';
import { readPdf } from '#node/pdf/read-pdf.testing.ts';
import type { ReportRequest } from '#protocol/reports.ts';
import type { RoleName } from '#protocol/rights.ts';
import { newId } from '#server/platform/ids.ts';
import { COOKIE } from '#server/staff/auth.service.ts';
import { buildReports, type ReportsBox } from './box.testing.ts';
import { ReportsService } from './reports.service.ts';
import { ReportSpool, type SpooledReport } from './spool.ts';

const C = '/api/v1/console';

function eventsOf(box: ReportsBox, kind: string) {
  return box.statements
    .all<{ bytes: string }>('SELECT bytes FROM ledger_event WHERE kind = ? ORDER BY seq', kind)
    .map(({ bytes }) => decodeEvent(bytes));
}

function ask(box: ReportsBox, change: Partial<ReportRequest> = {}): ReportRequest {
  return { kind: 'room-report', lang: 'zh-CN', session: box.run.site.session, ...change };
}

t.test('made, listed, opened, printed', async (t) => {
  const box = await buildReports(t);
  const { run } = box;
  const body = ask(box, { room: run.rooms[0] });
  const first = (await box.call(`POST ${C}/reports`, { as: 'chief', body })).answer;
  t.match(first, {
    kind: 'room-report',
    title: '考场报告单 · 上午场 · 考场 01',
    copy: 1,
    requester: 'chief 某',
    room: run.rooms[0],
    prints: 0,
  });
  const english = (await box.call(`POST ${C}/reports`, { as: 'chief', body: { ...body, lang: 'en' } }))
    .answer;
  t.equal(english.copy, 2, 'copies count on over both languages');
  const whole = (await box.call(`POST ${C}/reports`, { as: 'chief', body: ask(box) })).answer;
  t.equal(whole.copy, 1, 'another scope counts by itself');

  const params = { session: run.site.session };
  const list = (await box.call(`GET ${C}/sessions/:session/reports`, { as: 'chief', params })).answer;
  t.same(
    new Set(list.map(({ report }) => report)),
    new Set([first, english, whole].map(({ report }) => report)),
  );

  const { cookie } = await box.signIn('chief');
  const file = await box.app.inject({
    url: `${C}/reports/${first.report}/file`,
    cookies: { [COOKIE]: cookie },
  });
  t.equal(file.headers['content-type'], 'application/pdf');
  t.match(file.headers['content-disposition'], /^inline/);
  t.equal(file.rawPayload.length, first.bytes);
  const pages = await readPdf(new Uint8Array(file.rawPayload));
  t.equal(pages.length, first.pages);
  t.match(pages[0]?.text, run.people.absent.name);

  const printed = await box.call(`POST ${C}/reports/:report/printed`, {
    as: 'chief',
    params: { report: first.report },
    body: { way: 'browser' },
  });
  t.equal(printed.answer.prints, 1);
  t.match(eventsOf(box, 'REPORT_MADE')[0], { body: { report: first.report, sha256: first.sha256 } });
  t.match(eventsOf(box, 'REPORT_PRINTED'), [{ body: { report: first.report, way: 'browser' } }]);
  t.equal(typeof eventsOf(box, 'REPORT_MADE')[0]?.by?.staff, 'string', 'and who did it');

  writeFileSync(box.reports.path(first.report), 'something else');
  const changed = await box.call(`GET ${C}/reports/:report/file`, {
    as: 'chief',
    params: { report: first.report },
  });
  t.equal(changed.code, 'report/none', 'a file that is not what was made is not given out');
});

t.test('what each may make and see', async (t) => {
  const box = await buildReports(t);
  const { run } = box;
  const own = await box.signIn('invigilator', [run.rooms[0]]);
  const make = async (as: RoleName | { cookie: string }, change: Partial<ReportRequest>) =>
    box.call(`POST ${C}/reports`, { as, body: ask(box, change) });
  t.equal((await make(own, { room: run.rooms[0] })).code, '', 'the own room');
  t.equal((await make(own, { room: run.rooms[1] })).code, 'auth/scope', 'another room');
  t.equal((await make(own, {})).code, 'auth/scope', 'the whole session');
  const evidence = { kind: 'evidence', purpose: '复核' } as const;
  t.equal((await make(own, { ...evidence, room: run.rooms[0] })).code, 'auth/forbidden');
  t.equal((await make('technician', { ...evidence, room: run.rooms[0] })).code, 'auth/forbidden');
  t.equal(
    (await make('technician', { ...evidence, kind: 'answers', attempt: run.attempts.done })).code,
    'auth/forbidden',
  );
  t.equal(
    (await make('auditor', { room: run.rooms[0] })).code,
    'auth/forbidden',
    'sheets are not for auditors',
  );
  const audited = await make('auditor', { ...evidence, room: run.rooms[1] });
  t.equal(audited.code, '', 'evidence is');
  const forAuditor = await box.call(`GET ${C}/sessions/:session/reports`, {
    as: 'auditor',
    params: { session: run.site.session },
  });
  t.same(
    forAuditor.answer.map(({ report }) => report),
    [audited.answer.report],
  );
  const secret = await make('chief', { ...evidence, incident: run.incident });
  t.equal(secret.code, '');
  const other = await make('chief', { room: run.rooms[1] });
  const params = { session: run.site.session };
  const seen = await box.call(`GET ${C}/sessions/:session/reports`, { as: own, params });
  t.same(
    seen.answer.map(({ room, kind }) => [room, kind]),
    [[run.rooms[0], 'room-report']],
    'of the own room, and none that tells about people',
  );
  const open = (report: string) => box.call(`GET ${C}/reports/:report/file`, { as: own, params: { report } });
  t.equal((await open(secret.answer.report)).code, 'auth/forbidden');
  t.equal((await open(other.answer.report)).code, 'auth/scope');
  const print = await box.call(`POST ${C}/reports/:report/printed`, {
    as: own,
    params: { report: other.answer.report },
    body: { way: 'browser' },
  });
  t.equal(print.code, 'auth/scope');
});

t.test('refusals, each before anything is drawn', async (t) => {
  let started = 0;
  const box = await buildReports(t, {
    onStart: () => {
      started += 1;
    },
  });
  const { run } = box;
  const refused = async (change: Partial<ReportRequest>) =>
    (await box.call(`POST ${C}/reports`, { as: 'chief', body: ask(box, change) })).code;
  const evidence = { kind: 'evidence', purpose: '复核' } as const;
  t.equal(await refused({ session: newId('session') }), 'thing/not-found');
  t.equal(await refused({ room: newId('room') }), 'report/scope', 'no room of the session');
  t.equal(await refused({ attempt: run.attempts.done }), 'report/scope', 'no report of a single candidate');
  t.equal(await refused({ ...evidence, kind: 'answers' }), 'report/scope', 'answers of nobody');
  t.equal(await refused({ ...evidence, attempt: newId('attempt') }), 'report/no-data');
  t.equal(await refused({ ...evidence, incident: newId('incident') }), 'incident/none');
  t.equal(
    await refused({ ...evidence, incident: run.incident, room: run.rooms[1] }),
    'report/scope',
    'an incident of another room',
  );
  t.equal(await refused({ ...evidence, session: run.empty, incident: run.incident }), 'report/scope');
  t.equal(await refused({ size: 'A3' }), 'report/size');
  t.equal(await refused({ ...evidence, size: 'A3' }), 'report/size');
  t.equal(await refused({ kind: 'evidence' }), 'report/purpose');
  t.equal(await refused({ kind: 'evidence', purpose: '  ' }), 'report/purpose');
  t.equal(await refused({ entries: [run.people.done.entry] }), 'report/scope', 'a room report of one person');
  t.equal(started, 0);
  for (const kind of ['seating-chart', 'minutes', 'machine-list', 'night-pack'] as const)
    t.equal(await refused({ kind, session: run.empty }), 'report/no-data', `${kind} without seating`);
  t.equal(await refused({ kind: 'machine-list', room: run.rooms[1] }), 'report/no-data', 'no machines');
  t.equal(
    await refused({ kind: 'tickets', room: run.rooms[0], entries: [run.people.other.entry] }),
    'report/no-data',
    'nobody of those asked for',
  );
  t.same(eventsOf(box, 'REPORT_MADE'), []);
  t.same(pdfs(box), [], 'and no file is left');
  const one = await box.call(`POST ${C}/reports`, {
    as: 'chief',
    body: ask(box, { kind: 'tickets', entries: [run.people.moved.entry] }),
  });
  const [ticket, more] = await readPdf(new Uint8Array(await box.reports.file(one.answer.report)));
  t.match(ticket?.text, run.people.moved.name, 'a single ticket');
  t.notMatch(ticket?.text, run.people.done.name);
  t.equal(more, undefined);
});

t.test('a character without a glyph is named; elsewhere nothing of it is kept', async (t) => {
  const box = await buildReports(t);
  const { run } = box;
  await box.deps.ledger.append([
    {
      kind: 'INCIDENT_NOTED',
      body: { incident: await openIncident(box), text: '他说 🫠' },
    },
  ]);
  const refused = await box.call(`POST ${C}/reports`, {
    as: 'chief',
    body: ask(box, { kind: 'evidence', purpose: '复核', room: run.rooms[0] }),
  });
  t.equal(refused.code, 'report/glyph');
  t.same(refused.detail, { characters: ['🫠'] });
  t.same(pdfs(box), []);
});

async function openIncident(box: ReportsBox): Promise<string> {
  const incident = newId('incident');
  const { site, rooms } = box.run;
  await box.deps.ledger.append([
    {
      kind: 'INCIDENT_RECORDED',
      body: {
        incident,
        session: site.session,
        room: rooms[0],
        reason: 'disturbance',
        text: '',
        happenedWall: box.deps.clock.wall(),
        people: [],
      },
    },
  ]);
  return incident;
}

function pdfs(box: ReportsBox): string[] {
  return readdirSync(box.deps.folder.reports).filter((name) => name.endsWith('.pdf'));
}

t.test('one at a time, a few may wait, and one that is killed spoils none', async (t) => {
  let alive = 0;
  let most = 0;
  let kill: ((child: ChildProcess) => void) | null = null;
  const box = await buildReports(t, {
    queue: 2,
    onStart(child) {
      alive += 1;
      most = Math.max(most, alive);
      child.once('close', () => {
        alive -= 1;
      });
      kill?.(child);
      kill = null;
    },
  });
  const make = () => box.call(`POST ${C}/reports`, { as: 'chief', body: ask(box) });
  await box.signIn('chief');
  kill = (child) => setImmediate(() => child.kill('SIGKILL'));
  const answers = await Promise.all([make(), make(), make()]);
  const codes = answers.map(({ code }) => code);
  t.same(codes.toSorted(), ['', 'report/busy', 'report/failed']);
  const good = answers.find(({ code }) => code === '');
  t.equal(good?.answer.copy, 1, 'the one that failed is no copy');
  t.equal(most, 1);
  t.equal(pdfs(box).length, 1);
  t.equal((await make()).answer.copy, 2);
});

t.test('a report that takes too long is given up', async (t) => {
  const box = await buildReports(t, { timeoutMs: 1 });
  const { code } = await box.call(`POST ${C}/reports`, { as: 'chief', body: ask(box) });
  t.equal(code, 'report/failed');
  t.same(pdfs(box), []);
});

t.test('what a crash left is swept at the next start; what was made stays', async (t) => {
  const box = await buildReports(t);
  const { answer } = await box.call(`POST ${C}/reports`, { as: 'chief', body: ask(box) });
  const { reports } = box.deps.folder;
  for (const name of [`.coming-${newId('report')}.pdf`, `${newId('report')}.pdf`, 'notes.txt'])
    writeFileSync(join(reports, name), 'x');
  const next = new ReportsService(box.deps);
  await next.start();
  t.teardown(() => next.stop());
  t.same(readdirSync(reports).sort(), [`${answer.report}.pdf`, 'notes.txt'].sort());
});

t.test('the spool: taken up once, whole, and only what its note says', async (t) => {
  const box = await buildReports(t);
  const { answer } = await box.call(`POST ${C}/reports`, { as: 'chief', body: ask(box) });
  const bytes = await readFile(box.reports.path(answer.report));
  const spool = new ReportSpool(box.deps.folder.reports);
  const note = (change: Partial<SpooledReport> = {}): SpooledReport => {
    const { madeWall, prints, ...made } = answer;
    t.ok(madeWall > 0 && prints === 0);
    return { ...made, report: newId('report'), copy: 2, requester: '技术员', ...change };
  };
  const put = async (one: SpooledReport, content: Buffer | null = bytes) => {
    const to = await spool.begin(one.report);
    if (content) writeFileSync(to, content);
    await spool.put(one);
    return one;
  };
  const good = await put(note());
  const changed = await put(note(), Buffer.from('%PDF-something else'));
  const missing = await put(note(), null);
  const strange = await put(note({ session: newId('session') }));
  writeFileSync(join(box.deps.folder.reports, 'spool', `${newId('report')}.json`), '{"report":');
  // A crash between the renaming and the event: the file is at its place, the note still here.
  const crashed = note();
  writeFileSync(box.reports.path(crashed.report), bytes);
  await spool.begin(crashed.report);
  await spool.put(crashed);

  await box.reports.start();
  t.match(box.reports.row(good.report), { copy: 2, requester: '技术员', prints: 1 });
  t.match(box.reports.row(crashed.report), { prints: 1 });
  t.same(await box.reports.file(good.report), bytes);
  for (const { report } of [changed, missing, strange])
    t.throws(() => box.reports.row(report), { code: 'report/none' });
  t.same(readdirSync(join(box.deps.folder.reports, 'spool')), [], 'the spool is empty');
  t.equal(eventsOf(box, 'REPORT_MADE').length, 3);
  t.match(eventsOf(box, 'REPORT_PRINTED')[0], { body: { way: 'command' } });

  await put(good);
  await box.reports.takeUp();
  t.equal(box.reports.row(good.report).prints, 1, 'a note that came back changes nothing');
  t.ok(existsSync(box.reports.path(good.report)));
});
