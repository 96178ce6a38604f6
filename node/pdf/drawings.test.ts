/** What is on paper: texts in reading order with every name whole, codes that scan, tags, and pictures that follow the facts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import t from 'tap';
import { attendance } from '#domain/reports/attendance.ts';
import { answerSheets, scratchSheets } from '#domain/reports/candidate-sheets.ts';
import { deskLabels } from '#domain/reports/desk-labels.ts';
import { doorList } from '#domain/reports/door-list.ts';
import { drawSlips } from '#domain/reports/draw-slips.ts';
import { entry, REQUEST, room, session } from '#domain/reports/facts.fixture.ts';
import type { EntryFacts } from '#domain/reports/facts.ts';
import { incidentSheet } from '#domain/reports/incident-sheet.ts';
import { machineChangeSlip } from '#domain/reports/machine-change-slip.ts';
import { machineList } from '#domain/reports/machine-list.ts';
import type { AnyReport } from '#domain/reports/reports.ts';
import { seatingChart } from '#domain/reports/seating-chart.ts';
import { tickets } from '#domain/reports/tickets.ts';
import { drawn } from '#domain/seating/plan.fixture.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import { drawPages, drawReport } from './draw-report.ts';
import { coarse, drawPdfPage, readPdf, readQr } from './read-pdf.testing.ts';

/** As long as a signed mark is. */
const QR = `https://exam.local:8443/check#${'eyJjIjox'.repeat(22)}.${'A'.repeat(86)}`;
const ROSTER = join(import.meta.dirname, '..', '..', 'domain', 'roster', 'fixtures', '240-utf8.csv');

/** The demo's roster, fifty seats a room, with its long names and rare characters. */
const roster = readFileSync(ROSTER, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line, index): EntryFacts => {
    const [ticket = '', name = ''] = line.split(',');
    return entry(index + 1, name, String((index % 50) + 1).padStart(2, '0'), { ticket });
  });
const hall = drawn(Array(7).fill('ss|ss|ss|ss').with(6, 'ss|..|..|..'), { door: { row: 6, column: 0 } });
const rooms = Array.from({ length: Math.ceil(roster.length / 50) }, (_, index) =>
  room({
    room: `room-${index}`,
    name: `第0${index + 1}考场`,
    plan: hall,
    entries: roster.slice(index * 50, index * 50 + 50),
  }),
);
const site = session(rooms);

const KINDS: Readonly<Record<string, (lang: ReportLanguage) => AnyReport>> = {
  'seating-chart': (lang) => seatingChart(site, REQUEST, lang),
  'door-list': (lang) => doorList(site, REQUEST, lang),
  'desk-labels': (lang) => deskLabels(site, REQUEST, lang),
  attendance: (lang) => attendance(site, REQUEST, lang),
  tickets: (lang) => tickets(site, REQUEST, lang),
  'answer-sheets': (lang) => answerSheets(site, REQUEST, lang),
  'scratch-sheets': (lang) => scratchSheets(site, REQUEST, lang),
};

for (const [kind, make] of Object.entries(KINDS))
  for (const lang of ['zh-CN', 'en'] as const)
    t.test(`${kind} in ${lang}: every name of the roster is whole and in its place`, async (t) => {
      const pages = await readPdf(await drawReport(make(lang), { qr: QR }));
      const text = pages.map((page) => page.text).join('');
      const lost = roster.filter(({ name }) => !text.includes(name)).map(({ name }) => name);
      t.same(lost, []);
      // Seats of a chart follow the room, everything else the order of the seats.
      if (kind !== 'seating-chart') {
        const places: number[] = [];
        for (const { name } of roster) places.push(text.indexOf(name, places.at(-1) ?? 0));
        t.notOk(places.includes(-1), 'in the order of the roster');
      }
      t.ok(
        pages.every(({ tags }) => tags.includes('Document')),
        'tagged',
      );
      t.ok(
        pages.every((page) => page.text.includes(site.site.name) && page.text.includes(REQUEST.report)),
        'each page says where it is from',
      );
    });

t.test('a name keeps its seat: the chart says them one after the other', async (t) => {
  const [first] = await readPdf(await drawReport(seatingChart(site, REQUEST, 'zh-CN'), { qr: QR }));
  for (const { seat, name } of roster.slice(0, 50)) t.ok(first?.text.includes(`${seat}${name}`), name);
});

t.test('fifty seats stand on one page, names large enough to be read from a metre away', async (t) => {
  const tenCharacters = '阿卜杜热合曼·吐尔逊';
  const one = session([
    room({ plan: hall, entries: [entry(1, tenCharacters, '01'), ...(rooms[0]?.entries.slice(1) ?? [])] }),
  ]);
  for (const [size, least] of [
    ['A4', 11],
    ['A3', 14],
  ] as const) {
    const { bytes, pages } = await drawPages(seatingChart(one, REQUEST, 'zh-CN'), { qr: QR, size });
    t.equal(pages, 1);
    const [page] = await readPdf(bytes);
    t.ok((page?.width ?? 0) > (page?.height ?? 0), 'landscape');
    const runs = page?.runs ?? [];
    const sizeOf = (part: string) => runs.find(({ text }) => text === part)?.size ?? 0;
    t.ok(sizeOf('赵涛') >= least, `${size}: ${sizeOf('赵涛')} pt`);
    t.ok(sizeOf('阿卜杜热合曼·') >= least, `${size}: ${sizeOf('阿卜杜热合曼·')} pt, broken after the dot`);
  }
});

t.test('a paper form without people is a form with its words', async (t) => {
  for (const [make, word] of [
    [drawSlips, '抽签条'],
    [machineChangeSlip, '换机原因'],
    [machineList, '10.20.1.11'],
    [incidentSheet, '携带违禁物品'],
  ] as const) {
    const { bytes, pages } = await drawPages(make(session(), REQUEST, 'zh-CN'), { qr: QR });
    t.equal(pages, 1, word);
    t.ok((await readPdf(bytes))[0]?.text.includes(word), word);
  }
});

t.test('a table over pages has its head on each, and read aloud it has it once', async (t) => {
  const pages = await readPdf(
    await drawReport(attendance(session([rooms[0]!]), REQUEST, 'zh-CN'), { qr: QR }),
  );
  t.ok(pages.length > 1);
  t.ok(
    pages.every(({ text }) => text.includes('考生签名')),
    'in print',
  );
  t.equal(pages.flatMap(({ tags }) => tags).filter((tag) => tag === 'H1').length, 1);
  t.match(pages[0]?.text ?? '', /第 1 页 \/ 共 2 页/);
  t.match(pages[1]?.text ?? '', /第 2 页 \/ 共 2 页/);
});

t.test('a room of thirty signs on one page', async (t) => {
  const thirty = session([room({ entries: roster.slice(0, 30) })]);
  t.equal((await drawPages(attendance(thirty, REQUEST, 'zh-CN'), { qr: QR })).pages, 1);
  t.equal((await drawPages(doorList(thirty, REQUEST, 'zh-CN'), { qr: QR })).pages, 1);
  t.equal((await drawPages(doorList(thirty, REQUEST, 'zh-CN'), { qr: QR, size: 'A3' })).pages, 1);
});

t.test('the codes scan: the report’s own in the head, the ticket’s and the sheet’s', async (t) => {
  const chart = await drawPdfPage(
    await drawReport(seatingChart(session(), REQUEST, 'zh-CN'), { qr: QR }),
    1,
    3,
  );
  t.equal(readQr(chart, Math.round(chart.width * 0.8), 0, Math.round(chart.width * 0.2), 420), QR);

  const page = await drawPdfPage(await drawReport(tickets(session(), REQUEST, 'zh-CN'), { qr: QR }), 1, 3);
  const half = Math.round(page.height / 2) - 60;
  t.equal(readQr(page, 0, 0, page.width, half), '261107010100001', 'of the upper ticket');
  t.equal(readQr(page, page.width - 360, page.height - 320, 360, 320), QR, 'of the report, at the foot');

  const sheet = await drawPdfPage(await drawReport(answerSheets(session(), REQUEST, 'en'), { qr: QR }), 4, 3);
  t.equal(readQr(sheet, 0, 0, Math.round(sheet.width * 0.4), 420), '261107010100002 0101 2/2');
});

t.test('sheets of a candidate count by candidate, not by file', async (t) => {
  const pages = await readPdf(await drawReport(answerSheets(session(), REQUEST, 'zh-CN'), { qr: QR }));
  t.match(pages[3]?.text ?? '', /第 2 张 \/ 共 2 张/);
  t.notMatch(pages[3]?.text ?? '', /第 4 页/);
});

t.test('a registered photo is on the ticket, an empty frame where there is none', async (t) => {
  const canvas = createCanvas(60, 80);
  canvas.getContext('2d').fillRect(0, 0, 60, 80);
  const photo = new Uint8Array(canvas.toBuffer('image/jpeg', 80));
  const [first, second] = room().entries;
  const facts = session([room({ entries: [{ ...first!, photo: 'abc' }, second!] })]);
  const report = tickets(facts, REQUEST, 'zh-CN');
  const without = await drawReport(report, { qr: QR });
  const bytes = await drawReport(report, { qr: QR, photos: new Map([['abc', photo]]) });
  const [page] = await readPdf(bytes);
  t.ok(page?.alts.includes('照片 马浩敏'));
  t.equal(page?.text.match(/照片/g)?.length, 1, 'the other frame says what belongs there');
  const changed = await differences(without, bytes);
  t.ok(changed.length > 0 && changed.every(([, row]) => row < 10), 'the picture is on the upper ticket');
});

t.test('two people change seats: the picture changes there and nowhere else', async (t) => {
  const plan = drawn(['ssss', 'ssss', 'ssss', 'ssss']);
  const chart = (one: string, two: string) =>
    drawReport(
      seatingChart(
        session([room({ plan, entries: [entry(1, '马浩敏', one), entry(2, '赵涛', two)] })]),
        REQUEST,
        'zh-CN',
      ),
      { qr: QR },
    );
  const here = await chart('01', '16');
  t.same(await differences(here, await chart('01', '16')), []);
  const moved = await differences(here, await chart('01', '15'));
  t.ok(moved.length > 0);
  // Seen from the lectern seats 16 and 15 are the two at the upper left.
  t.ok(
    moved.every(([column, row]) => column <= 10 && row >= 3 && row <= 8),
    JSON.stringify(moved),
  );
});

/** Cells of a grid of 20 by 20 over the first page in which two files look different. */
async function differences(one: Uint8Array, two: Uint8Array): Promise<[column: number, row: number][]> {
  const grids = [];
  for (const bytes of [one, two]) grids.push(coarse(await drawPdfPage(bytes, 1, 1), 20, 20));
  const [first = [], second = []] = grids;
  return first.flatMap((dark, index): [number, number][] =>
    Math.abs(dark - (second[index] ?? 0)) > 0.01 ? [[index % 20, Math.floor(index / 20)]] : [],
  );
}

t.test('rooms of any size and reports of nobody are still files that can be read', async (t) => {
  const plans = [
    drawn(['s']),
    drawn(Array(60).fill('s'.repeat(60))),
    drawn(['s|||s', '|||||', '....s'], { door: { row: 1, column: 4 } }),
  ];
  for (const plan of plans)
    for (const view of ['lectern', 'door'] as const) {
      const facts = session([room({ plan, entries: [entry(1, 'Ann-Kathrin Müller-Lüdenscheidt', '01')] })]);
      const { bytes, pages } = await drawPages(seatingChart(facts, REQUEST, 'en', view), { qr: QR });
      t.equal(pages, 1);
      t.ok((await readPdf(bytes))[0]?.text.replaceAll(' ', '').includes('Ann-KathrinMüller-Lüdenscheidt'));
    }
  const nobody = session([room({ entries: [] })]);
  for (const make of [tickets, answerSheets, attendance, deskLabels, doorList]) {
    const { bytes, pages } = await drawPages(make(nobody, REQUEST, 'zh-CN'), { qr: QR });
    t.equal(pages, 1);
    t.equal((await readPdf(bytes)).length, 1);
  }
});

t.test('the same report gives the same bytes', async (t) => {
  const draw = () => drawReport(doorList(session(), REQUEST, 'zh-CN'), { qr: QR });
  t.ok(Buffer.from(await draw()).equals(Buffer.from(await draw())));
});

t.test('a file is small, and says what it is', async (t) => {
  const bytes = await drawReport(seatingChart(session([rooms[0]!]), REQUEST, 'en'), { qr: QR });
  t.ok(bytes.length < 80_000, `${bytes.length} bytes`);
  const text = Buffer.from(bytes).toString('latin1');
  t.match(text, /^%PDF-1\.7/);
  t.match(text, /\/Lang \(en\)/);
  t.match(text, /\/DisplayDocTitle true/);
  t.match(text, /\/Marked true/);
  t.match(text, /D:20261106233000Z/, 'made when the report was');
  t.match(text, /%%EOF\s*$/);
});

t.test('a name that no font can show is refused before anything is drawn', async (t) => {
  const facts = session([room({ entries: [entry(1, '马😀敏', '01')] })]);
  await t.rejects(drawReport(doorList(facts, REQUEST, 'zh-CN'), { qr: QR }), { code: 'report/glyph' });
});

const poppler = spawnSync('pdftotext', ['-v']).error === undefined;
t.test(
  'poppler reads the same: names that go over two lines are one word',
  { skip: poppler ? false : 'pdftotext is not installed; the tests above read the same files with pdfjs' },
  async (t) => {
    const file = join(t.testdir(), 'chart.pdf');
    writeFileSync(file, await drawReport(seatingChart(site, REQUEST, 'zh-CN'), { qr: QR }));
    const text = execFileSync('pdftotext', ['-raw', file, '-']).toString();
    t.same(
      roster.filter(({ name }) => !text.includes(name)).map(({ name }) => name),
      [],
    );
  },
);
