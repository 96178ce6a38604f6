/**
 * Makes one report from the data folder alone: facts from a reading connection, the plain object, its digest and mark, the
 * drawing, the signature, the file. Runs in a process of its own beside the box, or on the command line.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openReader, type SiteDatabase } from '#db/site/open.ts';
import { markUrl } from '#domain/checking/mark.ts';
import type { RequestFacts, SessionFacts } from '#domain/reports/facts.ts';
import { digestInput, type Report, textsOf } from '#domain/reports/report.ts';
import { ensureAuthority } from '#node/certificates/certificates.ts';
import { ensureDocumentCertificate } from '#node/certificates/document-certificate.ts';
import { isUnseen } from '#node/fonts/characters.ts';
import { readFontCoverage } from '#node/fonts/coverage.ts';
import { drawPages } from '#node/pdf/draw-report.ts';
import { drawTestPage } from '#node/pdf/test-page.drawing.ts';
import { type BoxKey, loadBoxKey } from '#node/signing/box-key.ts';
import { signPdf } from '#node/signing/pades.ts';
import { signMark } from '#node/signing/report-mark.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';
import { SealedPapers } from '#server/papers/sealed-papers.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { BOX_KEY_FILE } from '#server/platform/data-folder.ts';
import { Statements } from '#server/platform/statements.ts';
import { readAnswers } from './facts.answers.ts';
import { EventFactsReader } from './facts.events.ts';
import { selectSmallPhotos } from './facts.repo.ts';
import { SessionFactsReader } from './facts.session.ts';
import type { MadeReport, ReportJob, TestPageJob } from './report-job.ts';
import { makeObject } from './report-objects.ts';
import { narrowFacts } from './report-request.ts';
import { writeSynced } from './report-store.ts';

/** Characters of a title; the event takes 300 UTF-16 units. */
const TITLE = 150;
/** Photos beyond this are put in small, so that a session with hundreds of them still comes out. */
const PHOTO_BYTES = 160 * 1024 * 1024;

/** The PDF lies signed and synced at `job.to` when it resolves. Throws coded refusals; whatever else is a fault. */
export async function makeReport(job: ReportJob): Promise<MadeReport> {
  const { request, folder } = job;
  const key = await loadBoxKey(join(folder.keys, BOX_KEY_FILE));
  const db = openReader(folder.database);
  try {
    const facts = new SessionFactsReader(db).read(request.session, job.room, job.elapsed);
    const session = narrowFacts(facts, request);
    const report = await objectOf(job, db, session, key);
    const digest = createHash('sha256').update(digestInput(report)).digest();
    const mark = signMark(
      {
        c: job.copy,
        d: digest.subarray(0, 16).toString('base64url'),
        k: request.kind,
        m: job.madeWall,
        r: job.report,
        s: session.site.site,
      },
      key,
    );
    const drawn = await drawPages(report, {
      qr: markUrl(session.site.origin, mark),
      size: request.size ?? 'A4',
      photos: await readPhotos(db, folder.blobs, session, report),
    });
    const title = titleOf(session, job.room, report);
    const signed = await signPaper(job, session, drawn.bytes, title);
    await writeSynced(job.to, signed);
    return {
      title,
      pages: drawn.pages,
      bytes: signed.byteLength,
      sha256: createHash('sha256').update(signed).digest('hex'),
      digest: digest.toString('base64url'),
    };
  } finally {
    db.close();
  }
}

/** The page that a printer is tried with; unsigned, for nobody keeps it. */
export async function makeTestPage({ testPage, to }: TestPageJob): Promise<MadeReport> {
  const bytes = await drawTestPage(testPage);
  await writeSynced(to, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { title: testPage.queue, pages: 1, bytes: bytes.byteLength, sha256, digest: '' };
}

/** A refusal as a code of the catalogue with its detail; what is none is `report/failed`. */
export function codeOfRefusal(error: unknown): { code: ErrorCode; detail: Record<string, unknown> } {
  if (error instanceof Error && 'characters' in error)
    return { code: 'report/glyph', detail: { characters: error.characters } };
  if (error instanceof BoxError) return { code: error.code, detail: error.detail ?? {} };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code in ERRORS) return { code: code as ErrorCode, detail: {} }; // `in` says so
  return { code: 'report/failed', detail: { problem: error instanceof Error ? error.name : 'unknown' } };
}

function objectOf(job: ReportJob, db: SiteDatabase, session: SessionFacts, key: BoxKey) {
  const { request } = job;
  const { attempt = null, incident = null } = request;
  const by: RequestFacts = {
    report: job.report,
    madeWall: job.madeWall,
    requester: job.requester,
    purpose: (request.purpose ?? '').trim(),
    copy: job.copy,
  };
  const scope = incident ? 'incident' : attempt ? 'attempt' : job.room ? 'room' : 'session';
  const events = new EventFactsReader(db);
  const box = { box: session.site.box, boxEpoch: session.site.boxEpoch, origin: session.site.origin };
  // Of a box's identity, papers need the key that signed their manifests.
  const papers = new SealedPapers({
    db,
    folder: {
      ...job.folder,
      root: '',
      uploads: '',
      incoming: '',
      portraits: '',
      reports: '',
      outbox: '',
      packages: '',
      release: () => {},
    },
    box: { ...box, key, version: '' },
  });
  return makeObject({
    session,
    request,
    by,
    scope: { scope, attempt, incident },
    timeline: () => events.timeline(session, { attempt, incident }),
    answers: (of) => readAnswers(new Statements(db), papers, of, events.submission(session, of)),
    show: printable(),
  });
}

/** 证据报告 · 上午场 · 考场 01 · 张三: what a list of reports shows. */
function titleOf(session: SessionFacts, room: string | null, { head, kind }: Report): string {
  const name = room === null ? '' : (session.rooms.find((one) => one.room === room)?.name ?? '');
  const parts = [head.title, session.name, name].filter((part) => part !== '');
  // By characters: half of one has no place in the ledger.
  return [...parts.join(' · ')].slice(0, TITLE).join('') || kind;
}

async function signPaper(job: ReportJob, { site }: SessionFacts, pdf: Uint8Array, title: string) {
  const at = { siteName: site.name, now: new Date(job.madeWall) };
  await ensureAuthority(job.folder.keys, at);
  const signer = await ensureDocumentCertificate(job.folder.keys, at);
  // With the number: by it a check finds the original of a changed file.
  const reason = `${title} · ${job.report}`;
  return signPdf(pdf, signer, { reason, location: site.name, when: at.now });
}

/** What a candidate typed, with each character that no font has as its code point. */
function printable(): (text: string) => string {
  const coverage = readFontCoverage();
  return (text) =>
    [...text.replace(/\r\n?/g, '\n').replace(/\t/g, '    ')]
      .map((character) => {
        const code = character.codePointAt(0) ?? 0;
        if (character === '\n' || coverage.sourceOf(code) !== null) return character;
        // A joiner or selector needs no glyph; a control character would show as a box.
        if (isUnseen(code)) return code < 0x20 || code === 0x7f ? ' ' : character;
        return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
      })
      .join('');
}

/** Pictures that the report names, by SHA-256; one that is gone, or is not what its name says, is left out. */
async function readPhotos(
  db: SiteDatabase,
  blobs: string,
  session: SessionFacts,
  report: Report,
): Promise<Map<string, Uint8Array>> {
  const named = new Set(textsOf(report));
  const known = session.rooms.flatMap((room) => [
    ...room.entries.map(({ photo }) => photo ?? ''),
    ...room.photos.map(({ stampedSha256 }) => stampedSha256),
  ]);
  const wanted = [...new Set(known)].filter((sha256) => named.has(sha256));
  const small = selectSmallPhotos(new Statements(db), session.session);
  const photos = new Map<string, Uint8Array>();
  let total = 0;
  for (const sha256 of wanted) {
    const instead = total > PHOTO_BYTES ? (small.get(sha256) ?? sha256) : sha256;
    const bytes = await readFile(blobPath(blobs, instead)).catch(() => null);
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== instead) continue;
    photos.set(sha256, bytes);
    total += bytes.byteLength;
  }
  return photos;
}
