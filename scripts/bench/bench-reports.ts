/**
 * `npm run bench:reports`: the largest jobs of the night before, each in a process of its own, with time, memory and size
 * as a ratio to their limit (1 is the limit). `--json` for machines.
 */
import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { attendance } from '#domain/reports/attendance.ts';
import type { EntryFacts, RoomFacts, SessionFacts } from '#domain/reports/facts.ts';
import type { AnyReport } from '#domain/reports/reports.ts';
import { seatingChart } from '#domain/reports/seating-chart.ts';
import { tickets } from '#domain/reports/tickets.ts';
import { drawPages } from '#node/pdf/draw-report.ts';
import { DRAWING_OPTIONS } from '#node/pdf/drawing-options.ts';

const START = Date.UTC(2026, 10, 7, 1, 0);
const REQUEST = { report: 'bench', madeWall: START, requester: 'bench', purpose: '', copy: 1 };
const QR = `https://exam.local:8443/check#${'A'.repeat(260)}`;
/** The photos themselves come on top of a file's own bytes. */
const PHOTO_BYTES = 20_000;

/** A grey JPEG of 6 × 8 pixels. Drawing real ones here would take memory that would be laid to the reports. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAAIAAYDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKAIf//Z',
  'base64',
);

interface Job {
  rooms: number;
  seats: number;
  photos: boolean;
  limits: { seconds: number; mebibytes: number; fileBytes: number };
  report(session: SessionFacts): AnyReport;
}

const JOBS: Readonly<Record<string, Job>> = {
  '1,000 tickets with photos': {
    rooms: 20,
    seats: 50,
    photos: true,
    limits: { seconds: 10, mebibytes: 300, fileBytes: 1_000 * PHOTO_BYTES + 8_000_000 },
    report: (session) => tickets(session, REQUEST, 'zh-CN'),
  },
  '20 seating charts': {
    rooms: 20,
    seats: 50,
    photos: false,
    limits: { seconds: 10, mebibytes: 300, fileBytes: 1_500_000 },
    report: (session) => seatingChart(session, REQUEST, 'zh-CN'),
  },
  'attendance of 20 rooms': {
    rooms: 20,
    seats: 50,
    photos: false,
    limits: { seconds: 10, mebibytes: 300, fileBytes: 3_000_000 },
    report: (session) => attendance(session, REQUEST, 'zh-CN'),
  },
};

interface Result {
  job: string;
  pages: number;
  seconds: number;
  mebibytes: number;
  fileBytes: number;
  ratio: { seconds: number; mebibytes: number; fileBytes: number };
}

const { values } = parseArgs({
  options: { job: { type: 'string' }, json: { type: 'boolean', default: false } },
});
if (values.job === undefined) await all();
else process.stdout.write(JSON.stringify(await one(values.job)));

async function all(): Promise<void> {
  const results: Result[] = [];
  const script = fileURLToPath(import.meta.url);
  for (const job of Object.keys(JOBS)) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...DRAWING_OPTIONS,
      script,
      '--job',
      job,
    ]);
    // What `one` has just written in the process that was started here.
    results.push(JSON.parse(stdout) as Result);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  else
    for (const { job, pages, seconds, mebibytes, fileBytes, ratio } of results)
      process.stdout.write(
        `${job}: ${pages} pages, ${seconds.toFixed(1)} s (${ratio.seconds.toFixed(2)} of the limit), ` +
          `${mebibytes.toFixed(0)} MiB (${ratio.mebibytes.toFixed(2)}), ` +
          `${(fileBytes / 1e6).toFixed(1)} MB (${ratio.fileBytes.toFixed(2)})\n`,
      );
  const over = results.some(({ ratio }) => Math.max(ratio.seconds, ratio.mebibytes, ratio.fileBytes) > 1);
  process.exitCode = over ? 1 : 0;
}

async function one(name: string): Promise<Result> {
  const job = JOBS[name];
  if (!job) throw new Error(`no job ${name}`);
  const session = makeSession(job);
  const photos = job.photos ? makePhotos(session) : new Map<string, Uint8Array>();
  const started = performance.now();
  const { bytes, pages } = await drawPages(job.report(session), { qr: QR, photos });
  const seconds = (performance.now() - started) / 1000;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  const { limits } = job;
  return {
    job: name,
    pages,
    seconds,
    mebibytes,
    fileBytes: bytes.length,
    ratio: {
      seconds: seconds / limits.seconds,
      mebibytes: mebibytes / limits.mebibytes,
      fileBytes: bytes.length / limits.fileBytes,
    },
  };
}

function makeSession({ rooms, seats }: Job): SessionFacts {
  return {
    site: {
      site: 'bench',
      name: '北城考点',
      contact: '',
      timeZone: 'Asia/Shanghai',
      origin: 'https://exam.local:8443',
      box: 'bench',
      boxEpoch: 1,
      boxKey: '',
    },
    session: 'bench',
    name: '上午场',
    exam: 'bench',
    examName: '学业水平考试',
    plannedStart: START,
    rooms: Array.from({ length: rooms }, (_, room) => makeRoom(room, seats)),
    chiefs: [],
    checkpoint: null,
  };
}

function makeRoom(number: number, seats: number): RoomFacts {
  const room = `room-${number}`;
  const name = `第${String(number + 1).padStart(2, '0')}考场`;
  const columns = 8;
  const rows = Math.ceil(seats / columns);
  return {
    room,
    name,
    plan: {
      rows,
      columns,
      front: 'top',
      door: { row: rows - 1, column: 0 },
      cells: Array.from({ length: rows * columns }, (_, cell) => (cell < seats ? 'seat' : 'spare')),
      numbering: { scheme: 'column-serpentine', start: 1, width: 2 },
    },
    sittings: [
      {
        sitting: `sitting-${number}`,
        subject: '0101',
        subjectName: '语文',
        room,
        durationMs: 150 * 60_000,
        plannedStart: START,
        startedWall: null,
        endedWall: null,
      },
    ],
    entries: Array.from({ length: seats }, (_, seat) => makeEntry(number * seats + seat, room, name, seat)),
    machines: [],
    machineChanges: [],
    credits: [],
    incidents: [],
    photos: [],
    invigilators: ['李监考', '王监考'],
  };
}

/** Names of three characters out of some two thousand, as a site's roster has. */
function makeEntry(number: number, room: string, roomName: string, seat: number): EntryFacts {
  const character = (salt: number) => String.fromCodePoint(0x4e00 + ((number * 37 + salt * 911) % 2_000) * 9);
  return {
    entry: `entry-${number}`,
    candidate: `candidate-${number}`,
    name: character(1) + character(2) + character(3),
    gender: '女',
    idNumber: `1101011990030${String(number).padStart(5, '0')}`,
    ticket: `2611070101${String(number).padStart(5, '0')}`,
    school: '第一中学',
    sitting: `sitting-${number}`,
    subject: '0101',
    subjectName: '语文',
    room,
    roomName,
    seat: String(seat + 1).padStart(2, '0'),
    version: 'A',
    absent: false,
    photo: `photo-${number}`,
    attempt: null,
  };
}

/** Different photos of 20 kB: the same picture, filled up by a comment that names it. */
function makePhotos(session: SessionFacts): Map<string, Uint8Array> {
  const photos = new Map<string, Uint8Array>();
  for (const { photo } of session.rooms.flatMap(({ entries }) => entries)) {
    const comment = Buffer.alloc(PHOTO_BYTES - JPEG.length, photo ?? '');
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(comment.length - 2, 2);
    photos.set(photo ?? '', new Uint8Array(Buffer.concat([JPEG.subarray(0, 2), comment, JPEG.subarray(2)])));
  }
  return photos;
}
