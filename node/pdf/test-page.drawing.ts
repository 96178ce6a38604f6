/** The page that a printer is tried with: what went wrong is seen at a glance, and the person says whether it came out. */
import { dateTimeText } from '#domain/reports/dates.ts';
import { FontBook } from './font-book.ts';
import { millimetres, PdfDocument } from './pdf-document.ts';
import { MARGIN } from './report-sheets.ts';

export interface TestPage {
  queue: string;
  siteName: string;
  /** IANA name. */
  timeZone: string;
  /** Wall time in milliseconds. */
  madeWall: number;
}

const GREYS = [0, 0.25, 0.5, 0.75, 0.9];
const SAMPLE = '监考员 考生 买买提·艾力 𠅤 0123456789 ABC abc';
const QUESTIONS = [
  '四周的框是否完整？ Is the frame whole on all four sides?',
  '尺子的 100 毫米是否准确？ Does the ruler measure 100 mm?',
  '五个灰块是否逐个变浅？ Do the five blocks get lighter one by one?',
  '下面的文字是否清楚？ Is the text below clear?',
  '二维码能否扫出？ Can the code be scanned?',
];

/** One A4 page in both languages. */
export async function drawTestPage({ queue, siteName, timeZone, madeWall }: TestPage): Promise<Uint8Array> {
  const title = '打印测试页 · Printer test page';
  const lines = [
    siteName,
    queue,
    `${dateTimeText(madeWall, timeZone, 'zh-CN')} · ${dateTimeText(madeWall, timeZone, 'en')}`,
  ];
  const then = '请在控制台确认打印是否正确。 Then say in the console whether it came out right.';
  const words = [title, then, SAMPLE, 'mm', ...lines, ...QUESTIONS];
  const pdf = new PdfDocument(FontBook.of(words), { title, lang: 'zh-CN', madeWall, author: siteName });
  pdf.addPage({ size: 'A4' });
  const { width, height } = pdf.page;
  const frame = { x: MARGIN, y: MARGIN, width: width - 2 * MARGIN, height: height - 2 * MARGIN };
  const x = MARGIN + 20;
  const column = { x, width: frame.width - 40 };
  let y = MARGIN + 20;
  y += pdf.text(title, { ...column, y }, { size: 22, weight: 'bold', tag: 'H1' }).height + 10;
  for (const line of lines) y += pdf.text(line, { ...column, y }, { size: 12 }).height + 5;
  y += 12;
  for (const [i, question] of QUESTIONS.entries())
    y += pdf.text(`${i + 1}. ${question}`, { ...column, y }, { size: 12 }).height + 7;
  y += 16;
  for (let mm = 0; mm <= 100; mm += 5)
    pdf.rule(x + millimetres(mm), y, x + millimetres(mm), y + (mm % 10 === 0 ? 14 : 8), { weight: 0.6 });
  pdf.rule(x, y, x + millimetres(100), y, { weight: 0.8 });
  pdf.text('100 mm', { x: x + millimetres(102), y, width: 60 }, { size: 10 });
  y += 34;
  GREYS.forEach((fill, i) => {
    pdf.box({ x: x + i * 50, y, width: 44, height: 30 }, { fill });
  });
  y += 50;
  for (const size of [6, 8, 10, 14, 20]) y += pdf.text(SAMPLE, { ...column, y }, { size }).height + 6;
  y += 10;
  pdf.qr(`${queue} ${madeWall}`, { x, y, side: 110 }, title);
  pdf.text(then, { x: x + 124, y: y + 40, width: column.width - 124 }, { size: 13, weight: 'bold' });
  pdf.onEveryPage(() => pdf.box(frame, { weight: 1 }));
  return (await pdf.finish()).bytes;
}
