/** Every kind, of every scope, in both languages: a signed PDF with every name on it. Made in this process, for time's sake. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { drawPdfPage, readPdf, readQr } from '#node/pdf/read-pdf.testing.ts';
import { readMark } from '#node/signing/report-mark.ts';
import { REPORT_KINDS, type ReportKind, type ReportLanguage, type ReportScope } from '#protocol/reports.ts';
import { newId } from '#server/platform/ids.ts';
import { build } from '#server/test/harness.ts';
import { signCheckpoints } from './box.testing.ts';
import { makeReport } from './make-report.ts';
import { runSession } from './reports.testing.ts';

const box = await build(t);
const run = await runSession(box.deps);
signCheckpoints(box.deps);
await box.deps.ledger.append([], { checkpoint: true });

async function make(
  kind: ReportKind,
  scope: ReportScope,
  lang: ReportLanguage,
  attempt = run.attempts.moved,
) {
  const { database, sealed, blobs, keys, reports } = box.deps.folder;
  const report = newId('report');
  const to = join(reports, `${report}.pdf`);
  const made = await makeReport({
    report,
    request: {
      kind,
      lang,
      session: run.site.session,
      purpose: '复核 review',
      ...(scope === 'attempt' ? { attempt } : {}),
      ...(scope === 'incident' ? { incident: run.incident } : {}),
      ...(scope === 'room' ? { room: run.rooms[0] } : {}),
    },
    room: scope === 'session' ? null : run.rooms[0],
    copy: 3,
    requester: '赵主考',
    madeWall: box.deps.clock.wall(),
    elapsed: box.deps.clock.elapsed(),
    folder: { database, sealed, blobs, keys },
    to,
  });
  const bytes = new Uint8Array(await readFile(to));
  const pages = await readPdf(bytes);
  return { report, made, bytes, pages, text: pages.map((page) => page.text).join('\n') };
}

const { done, moved, writing, absent, other } = run.people;
const ROOM = [done, moved, writing, absent].map(({ name }) => name);
/** Kinds that name no candidate, or not all: what their text must have instead. */
const INSTEAD: Partial<Record<ReportKind, string[]>> = {
  'machine-list': ['10.0.0.11', '10.0.0.13'],
  'machine-change-slip': [],
  'draw-slips': [],
  'incident-sheet': [moved.name],
  'room-report': [moved.name, writing.name, absent.name, '换机耽误', '短时断电', '李监考'],
  minutes: [moved.name, '换机耽误', '短时断电'],
  handover: ['TEST01/', 'bx_'],
};

for (const kind of Object.keys(REPORT_KINDS) as ReportKind[])
  if (kind !== 'evidence' && kind !== 'answers')
    t.test(`${kind}, of a session and of a room`, async (t) => {
      const session = await make(kind, 'session', 'zh-CN');
      const room = await make(kind, 'room', 'en');
      for (const { made, bytes, pages } of [session, room]) {
        t.equal(Buffer.from(bytes.subarray(0, 5)).toString(), '%PDF-');
        t.equal(made.pages, pages.length);
        t.equal(made.bytes, bytes.length);
        t.equal(made.sha256, createHash('sha256').update(bytes).digest('hex'));
        t.match(Buffer.from(bytes).toString('latin1'), /ETSI\.CAdES\.detached/, 'signed');
      }
      const names = INSTEAD[kind] ?? ROOM;
      for (const text of names) {
        t.match(session.text, text);
        t.match(room.text, text);
      }
      if (!INSTEAD[kind]) {
        t.match(session.text, other.name, 'the other room too');
        t.notMatch(room.text, other.name, 'the room alone');
      }
      // A sheet of which each person gets one is called so; a pack is known by what is in it.
      const { zh, en } = REPORT_KINDS[kind === 'night-pack' ? 'door-list' : kind];
      t.match(session.text, zh);
      t.match(room.text, en.replace(/s$/, ''));
      t.match(session.text, '测试考点');
    });

t.test('evidence, of each scope', async (t) => {
  for (const [scope, lang] of [
    ['session', 'zh-CN'],
    ['room', 'en'],
    ['attempt', 'zh-CN'],
    ['incident', 'en'],
  ] as const) {
    const { text, pages } = await make('evidence', scope, lang);
    const names = scope === 'session' ? [...ROOM, other.name] : scope === 'room' ? ROOM : [moved.name];
    for (const name of names) t.match(text, name, `${scope}: ${name}`);
    if (scope === 'attempt' || scope === 'incident')
      t.notMatch(text, writing.name, `${scope}: nobody who is not concerned`);
    t.match(text, '考试机蓝屏');
    t.match(text, '已通知技术员');
    t.match(text, '换机后继续考试');
    t.match(text, run.photo, 'the photo by its hash');
    t.ok(
      pages.some(({ alts }) => alts.some((alt) => alt.includes(run.photo))),
      'and the photo itself',
    );
    t.match(text, '换机耽误');
    t.match(text, '赵主考', 'who approved');
    t.match(text, '复核', 'its purpose');
    t.match(text, lang === 'en' ? 'Incident recorded' : '登记异常');
  }
});

t.test('answers: what was asked and answered, digest, receipt, proof', async (t) => {
  const { text } = await make('answers', 'attempt', 'zh-CN', run.attempts.done);
  for (const part of [
    done.name,
    done.ticket,
    '样卷',
    '我的故乡在塔克拉玛干沙漠边上',
    '[U+1F600]',
    run.code,
    '与回执一致',
    '未作答',
    '#',
  ])
    t.match(text, part);
  const open = await make('answers', 'attempt', 'en', run.attempts.writing);
  t.match(open.text, writing.name);
  t.match(open.text.replaceAll(' ', ''), 'Nothandedin');
});

t.test('the code on the paper is the signed mark', async (t) => {
  const { report, made, bytes } = await make('handover', 'session', 'zh-CN');
  const page = await drawPdfPage(bytes, 1, 4);
  const code = readQr(
    page,
    Math.floor(page.width * 0.7),
    0,
    Math.ceil(page.width * 0.3),
    Math.ceil(page.height * 0.15),
  );
  t.match(code, /^https:\/\/gongyuan\.test\/check#/);
  t.match(readMark(code ?? '', box.deps.box.key.publicKey), {
    c: 3,
    d: Buffer.from(made.digest, 'base64url').subarray(0, 16).toString('base64url'),
    k: 'handover',
    r: report,
    s: 'TEST01',
  });
  const checkpoint = readQr(
    page,
    0,
    Math.floor(page.height * 0.3),
    Math.ceil(page.width * 0.5),
    Math.ceil(page.height * 0.5),
  );
  t.match(checkpoint, /^TEST01\/bx_/, 'the checkpoint whole');
});
