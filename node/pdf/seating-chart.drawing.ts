/** A room on one sheet, A4 or A3 landscape. Aisles are narrow; a seat has its number above and its name below. */
import type { ChartCell, ChartRoom, SeatingChartReport, Side } from '#domain/reports/seating-chart.ts';
import type { DrawingContext } from './drawing.ts';
import type { Box, PaperSize, PdfDocument } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';

/** Width of an aisle as a share of a seat's. */
const AISLE = 0.32;
/** Sizes in points: what is read from a metre away. `name` shrinks to `least` before a name may break inside a part. */
const SIZES = {
  A4: { seat: 17, name: 17, least: 11, note: 7.5, words: 11 },
  A3: { seat: 25, name: 25, least: 14, note: 10, words: 15 },
} as const satisfies Record<PaperSize, object>;

export function drawSeatingChart(
  sheets: ReportSheets,
  { rooms }: SeatingChartReport,
  { size }: DrawingContext,
): void {
  for (const room of rooms) {
    const area = sheets.next({ size, landscape: true, title: room.title, lines: room.lines });
    const sizes = SIZES[size];
    const line = { size: sizes.words - 1, valign: 'middle' } as const;
    const height = sizes.words + 6;
    sheets.pdf.text(room.counts, { ...area, width: area.width * 0.6, height }, line);
    sheets.pdf.text(
      room.viewWords,
      { ...area, x: area.x + area.width * 0.6, width: area.width * 0.4, height },
      { ...line, align: 'right', weight: 'bold' },
    );
    const below = area.y + height + 4;
    drawRoom(sheets.pdf, room, { ...area, y: below, height: area.y + area.height - below }, size);
  }
}

function drawRoom(pdf: PdfDocument, room: ChartRoom, area: Box, size: PaperSize): void {
  const rim = SIZES[size].words + 10;
  // Only walls that bear the lectern or the door need room outside.
  const marked = new Set<Side>([room.lectern.side, ...(room.door ? [room.door.side] : [])]);
  const rimAt = (side: Side) => (marked.has(side) ? rim : 1);
  const floor = {
    x: area.x + rimAt('left'),
    y: area.y + rimAt('top'),
    width: area.width - rimAt('left') - rimAt('right'),
    height: area.height - rimAt('top') - rimAt('bottom'),
  };
  pdf.box(floor, { weight: 1.2 });
  const inner = { x: floor.x + 5, y: floor.y + 5, width: floor.width - 10, height: floor.height - 10 };
  const columns = spans(inner.x, inner.width, room.columns, (column) => rowsOf(room, column));
  const rows = spans(inner.y, inner.height, room.rows, (row) =>
    room.cells.slice(row * room.columns, (row + 1) * room.columns),
  );
  room.cells.forEach((cell, index) => {
    const column = columns[index % room.columns];
    const row = rows[Math.floor(index / room.columns)];
    if (column && row)
      drawCell(pdf, cell, { x: column.from, y: row.from, width: column.length, height: row.length }, size);
  });
  drawWallMark(pdf, room.lectern.words, room.lectern.side, floor, null, rim, size);
  if (room.door) {
    const span =
      room.door.side === 'left' || room.door.side === 'right'
        ? rows[room.door.row]
        : columns[room.door.column];
    drawWallMark(pdf, room.door.words, room.door.side, floor, span ?? null, rim, size);
  }
}

interface Span {
  from: number;
  length: number;
}

/** Lines of cells side by side; one in which nobody can sit is narrow. */
function spans(from: number, length: number, count: number, cellsOf: (line: number) => ChartCell[]): Span[] {
  const shares = Array.from({ length: count }, (_, line) =>
    cellsOf(line).every(({ seat }) => seat === '') ? AISLE : 1,
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  let at = from;
  return shares.map((share) => {
    const span = { from: at, length: (share / total) * length };
    at += span.length;
    return span;
  });
}

function rowsOf(room: ChartRoom, column: number): ChartCell[] {
  return room.cells.filter((_, index) => index % room.columns === column);
}

function drawCell(pdf: PdfDocument, cell: ChartCell, box: Box, size: PaperSize): void {
  if (cell.seat === '') {
    if (cell.kind === 'missing') pdf.hatch(inset(box, 2), { step: 9, grey: 0.75, weight: 0.3 });
    return;
  }
  const sizes = SIZES[size];
  const desk = inset(box, 2);
  const taken = cell.names.length > 0;
  if (cell.kind === 'broken' && !taken) pdf.hatch(desk, { step: 7, grey: 0.7 });
  pdf.box(desk, taken ? { weight: 1 } : { weight: 0.7, grey: 0.4, dash: [3, 2] });
  const center = { align: 'center', valign: 'middle' } as const;
  const parts = deskParts(pdf, cell, desk, size);
  pdf.element('P', {}, () => {
    pdf.text(cell.seat, parts.seat, { size: sizes.seat, least: 7, weight: 'bold', ...center });
    const each = parts.names.height / cell.names.length;
    cell.names.forEach((name, index) => {
      const box = { ...parts.names, y: parts.names.y + index * each, height: each };
      pdf.text(name, box, { size: sizes.name, least: sizes.least, breaks: 'name', leading: 1.12, ...center });
    });
    const note = taken ? sizes.note : sizes.words;
    pdf.text(cell.note, parts.note, { size: note, least: 5, ...center });
  });
}

/** Where number, names and small print go: below one another, or side by side where a room of many ranks leaves low desks. */
function deskParts(
  pdf: PdfDocument,
  cell: ChartCell,
  desk: Box,
  size: PaperSize,
): { seat: Box; names: Box; note: Box } {
  const sizes = SIZES[size];
  const inner = inset(desk, 2);
  const low = desk.height < sizes.seat + sizes.least + 4 && desk.width > 1.8 * desk.height;
  // A name in several lines needs the room more than the number does.
  const wide = (name: string) => pdf.widthOf(name, sizes.least) > inner.width;
  const long = cell.names.length > 1 || cell.names.some(wide);
  const share = long ? 0.27 : 0.36;
  const seat = low
    ? { ...inner, width: inner.width * 0.3 }
    : { ...inner, height: Math.min(sizes.seat * 1.15, desk.height * share) };
  const rest = low
    ? { ...inner, x: inner.x + seat.width, width: inner.width - seat.width }
    : { ...inner, y: inner.y + seat.height, height: inner.height - seat.height };
  if (cell.names.length === 0) return { seat, names: rest, note: rest };
  const noteHeight = cell.note === '' ? 0 : Math.min(sizes.note + 3, rest.height * 0.35);
  const names = { ...rest, height: rest.height - noteHeight };
  return { seat, names, note: { ...rest, y: names.y + names.height, height: noteHeight } };
}

/** The lectern in the middle of its wall, the door beside its cell (`span`): a solid bar with the word outside. */
function drawWallMark(
  pdf: PdfDocument,
  words: string,
  side: Side,
  floor: Box,
  span: Span | null,
  rim: number,
  size: PaperSize,
): void {
  const upright = side === 'left' || side === 'right';
  const wall = upright ? { from: floor.y, length: floor.height } : { from: floor.x, length: floor.width };
  const middle = span ? span.from + span.length / 2 : wall.from + wall.length / 2;
  const wide = pdf.widthOf(words, SIZES[size].words, 'bold') + 20;
  const long = span ? Math.min(wide, span.length) : Math.max(wide * 1.6, 80);
  const deep = rim - 5;
  const edge = {
    top: floor.y - deep,
    bottom: floor.y + floor.height,
    left: floor.x - deep,
    right: floor.x + floor.width,
  }[side];
  const box = upright
    ? { x: edge, y: middle - long / 2, width: deep, height: long }
    : { x: middle - long / 2, y: edge, width: long, height: deep };
  if (span) {
    // A door is a gap in the wall: white over it, jambs at its ends.
    const gap = upright
      ? { x: side === 'left' ? floor.x - 1 : floor.x + floor.width - 1, y: box.y, width: 2, height: long }
      : { x: box.x, y: side === 'top' ? floor.y - 1 : floor.y + floor.height - 1, width: long, height: 2 };
    pdf.box(gap, { weight: 0, fill: 1 });
    if (upright) {
      pdf.rule(box.x, box.y, box.x + box.width, box.y, { weight: 1.2 });
      pdf.rule(box.x, box.y + long, box.x + box.width, box.y + long, { weight: 1.2 });
    } else {
      pdf.rule(box.x, box.y, box.x, box.y + deep, { weight: 1.2 });
      pdf.rule(box.x + long, box.y, box.x + long, box.y + deep, { weight: 1.2 });
    }
  } else pdf.box(box, { weight: 1, fill: 0.88 });
  const style = {
    size: SIZES[size].words,
    least: 6,
    weight: 'bold',
    align: 'center',
    valign: 'middle',
  } as const;
  if (!upright || /^\p{Script=Han}+$/u.test(words)) {
    // Chinese stands upright on a side wall, one character below the other.
    const column = upright
      ? { ...box, x: box.x + (deep - style.size * 1.3) / 2, width: style.size * 1.3 }
      : inset(box, 1);
    pdf.text(words, column, { ...style, leading: 1.15 });
    return;
  }
  const lying = { x: box.x + deep / 2 - long / 2, y: box.y + long / 2 - deep / 2, width: long, height: deep };
  pdf.turned(side === 'left' ? -90 : 90, box.x + deep / 2, box.y + long / 2, () =>
    pdf.text(words, lying, style),
  );
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}
