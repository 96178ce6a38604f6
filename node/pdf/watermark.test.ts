import t from 'tap';
import { attendance } from '#domain/reports/attendance.ts';
import { REQUEST, room, session } from '#domain/reports/facts.fixture.ts';
import { drawReport } from './draw-report.ts';
import { coarse, drawPdfPage, readPdf, readQr } from './read-pdf.testing.ts';

const QR = `https://exam.local:8443/check#${'eyJjIjox'.repeat(22)}.${'A'.repeat(86)}`;
const MARK = '北城考点 · 考务张 · 复核 · 第 1 份 · 2026年11月7日 07:30';

function sheet(watermark: string | null): Promise<Uint8Array> {
  // Three rooms: more than one page refers to the one drawing.
  const report = attendance(session([room(), room(), room()]), REQUEST, 'zh-CN');
  return drawReport({ ...report, head: { ...report.head, watermark } }, { qr: QR });
}

const plain = await sheet(null);
const marked = await sheet(MARK);

t.test('it is over every part of every page', async (t) => {
  for (const number of [1, 3]) {
    const without = coarse(await drawPdfPage(plain, number, 1), 6, 8);
    const grid = coarse(await drawPdfPage(marked, number, 1), 6, 8);
    t.ok(
      grid.every((dark, index) => dark > (without[index] ?? 0) + 0.002),
      `page ${number}`,
    );
    t.ok(
      grid.every((dark, index) => dark < (without[index] ?? 0) + 0.15),
      'and light enough to read through',
    );
  }
});

t.test('it survives a copier that drops light grey: outlines are darker than the letters', async (t) => {
  const canvas = await drawPdfPage(marked, 1, 4);
  const { data } = canvas
    .getContext('2d')
    .getImageData(0, canvas.height * 0.6, canvas.width, canvas.height * 0.2);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 215) dark += 1;
  // Nothing else is on this part of the page: there are two candidates.
  t.ok(dark / (data.length / 4) > 0.01, `${((400 * dark) / data.length).toFixed(2)} % of the page`);
});

t.test('whoever reads or searches the text finds the page’s words alone', async (t) => {
  const texts = async (bytes: Uint8Array) => (await readPdf(bytes)).map(({ text }) => text);
  t.same(await texts(marked), await texts(plain));
});

t.test('the code under it still scans', async (t) => {
  const canvas = await drawPdfPage(marked, 1, 3);
  t.equal(readQr(canvas, Math.round(canvas.width * 0.7), 0, Math.round(canvas.width * 0.3), 420), QR);
});

t.test('its drawing is in the file once', async (t) => {
  t.ok(marked.length - plain.length < 60_000, `${marked.length - plain.length} bytes for three pages`);
});
