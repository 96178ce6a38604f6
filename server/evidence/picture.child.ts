/**
 * The picture process: decodes what came from outside, apart from the box, so that a picture made to break a decoder, or
 * a very large one, costs one process and no exam. It lives for one job, and puts evidence files where they belong itself.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ZipLimits } from '#domain/papers/import/package-limits.ts';
import { decode, drawUpright, encodeJpeg, fitInto } from '#node/photos/decode.ts';
import { materialType } from '#node/photos/file-type.ts';
import { PhotoFault } from '#node/photos/photo-fault.ts';
import { registerFonts, stamp } from '#node/photos/stamp.ts';
import { stripPhoto } from '#node/photos/strip.ts';
import { clockText, momentOf, offsetText } from '#node/photos/zoned-time.ts';
import { useZipFile, type ZipOnDisk } from '#node/zip/read-zip-file.ts';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { putBlob } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { MaterialJob, PhotoJob, PictureJob, PictureLine, RegisteredJob } from './picture-jobs.ts';

/** Size of a registered photo: twice what a sheet or screen shows of it. */
const REGISTERED_FRAME = { width: 480, height: 640 };
const ZIP: ZipLimits = {
  // Folders are entries too.
  entries: EVIDENCE_LIMITS.zipPhotos + 2_000,
  entryBytes: EVIDENCE_LIMITS.photoBytes,
  totalBytes: 2 * EVIDENCE_LIMITS.zipBytes,
  ratio: 120,
  ratioFromBytes: 4 * 1024 * 1024,
};

function tell(line: PictureLine): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(line)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

async function photo(job: PhotoJob): Promise<void> {
  const { blobs, timeZone } = job;
  const stripped = await stripPhoto(await readFile(job.path));
  const picture = await decode(stripped);
  const { original, type, taken } = stripped;
  const takenWall = taken === null ? null : momentOf(taken, timeZone);
  const sha256 = createHash('sha256').update(original).digest('hex');
  const facts = job.stamp.facts.map(({ label, value }) => {
    if (label === job.hashLabel) return { label, value: shortHash(sha256) };
    if (label !== job.takenLabel) return { label, value };
    const said =
      takenWall === null
        ? job.takenUnknown
        : `${clockText(takenWall, timeZone)} ${offsetText(takenWall, timeZone)}`;
    return { label, value: said };
  });
  registerFonts();
  const stamped = await encodeJpeg(
    stamp(picture, { ...job.stamp, facts }, job.marks, EVIDENCE_LIMITS.stampedSide),
  );
  const frame = { width: EVIDENCE_LIMITS.smallSide, height: EVIDENCE_LIMITS.smallSide };
  const small = await encodeJpeg(drawUpright(picture, fitInto(picture, frame)));
  // Only now, when all three are made: a refused picture leaves nothing.
  await tell({
    t: 'photo',
    original: { ...(await putBlob(blobs, original)), type },
    stamped: await putBlob(blobs, stamped),
    small: await putBlob(blobs, small),
    width: picture.width,
    height: picture.height,
    takenWall,
  });
}

/** Sixteen of its 64 digits, in fours: enough to tell a file from any other by eye. */
const shortHash = (sha256: string) => sha256.slice(0, 16).replace(/.{4}(?=.)/g, '$& ');

async function registered(job: RegisteredJob): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(job.path) as AsyncIterable<Buffer>) hash.update(chunk);
  const outcome = await useZipFile(job.path, ZIP, (zip) => takePhotos(job, zip));
  if ('faults' in outcome) {
    const [fault] = outcome.faults;
    throw new BoxError('registered/zip', { fault: fault?.code ?? '', file: fault?.file ?? '' });
  }
  await tell({ t: 'zip', sha256: hash.digest('hex') });
}

async function takePhotos({ candidates, blobs }: RegisteredJob, zip: ZipOnDisk): Promise<void> {
  const filesOf = new Map<string, string[]>();
  for (const file of zip.names) {
    const number = numberOf(file);
    const candidate = Object.hasOwn(candidates, number) ? (candidates[number] ?? null) : null;
    if (candidate === null) await tell({ t: 'unknown', file });
    else filesOf.set(candidate, [...(filesOf.get(candidate) ?? []), file]);
  }
  for (const [candidate, files] of filesOf) {
    const [file] = files;
    if (file === undefined || files.length > 1) {
      for (const double of files) await tell({ t: 'doubled', file: double, candidate });
      continue;
    }
    try {
      const picture = await decode(await stripPhoto(Buffer.from(await zip.read(file))));
      const jpeg = await encodeJpeg(drawUpright(picture, fitInto(picture, REGISTERED_FRAME)));
      await tell({ t: 'registered', file, candidate, ...(await putBlob(blobs, jpeg)) });
    } catch (error) {
      if (!(error instanceof PhotoFault)) throw error;
      await tell({ t: 'unreadable', file, code: error.code });
    }
  }
}

/** `一班/11010119900101123x.JPG` → `11010119900101123X`. */
function numberOf(file: string): string {
  const name = basename(file);
  return basename(name, extname(name)).normalize('NFKC').trim().toUpperCase();
}

async function material({ path, blobs }: MaterialJob): Promise<void> {
  const bytes = await readFile(path);
  const type = materialType(bytes);
  if (type === null) throw new BoxError('material/type');
  await tell({ t: 'material', type, ...(await putBlob(blobs, bytes)) });
}

function failure(error: unknown): PictureLine {
  if (error instanceof PhotoFault) return { t: 'failed', code: error.code, reason: error.reason };
  if (error instanceof BoxError)
    return {
      t: 'failed',
      code: error.code,
      reason: error.message,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  return { t: 'failed', code: 'box/internal', reason: String(error) };
}

async function run(): Promise<void> {
  // The box wrote it; see picture-process.ts.
  const job = JSON.parse(await text(process.stdin)) as PictureJob;
  if (job.t === 'photo') await photo(job);
  else if (job.t === 'registered') await registered(job);
  else await material(job);
  await tell({ t: 'done' });
}

run().catch((error: unknown) => tell(failure(error)).catch(() => undefined));
