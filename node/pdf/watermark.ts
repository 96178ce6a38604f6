/**
 * The watermark: who asked for it, for what and when, slanted over every page.
 *
 * Light letters read through the page, and a thin dark outline around them, with fine waves between the rows, survives a
 * copier that drops light grey. Painted as outlines, multiplied onto the page: black text below stays black, photos are
 * covered as well, and a search for a word of the page does not find the watermark's.
 * The drawing is in the file once; every page refers to it.
 */
import type { PdfDocument } from './pdf-document.ts';

const SIZE = 10.5;
/** Distance of the rows, points: an essay stays easy to read, and no paragraph is without a row. */
const ROW = 56;
const SLANT = (28 * Math.PI) / 180;
/** Greys, 0 black … 1 white. */
const FILL = 0.85;
const OUTLINE = 0.62;

interface GlyphPath {
  commands: { command: string; args: number[] }[];
}

/** What is used of fontkit's fonts inside pdfkit; its types do not show them. */
interface OutlineFont {
  unitsPerEm: number;
  layout(text: string): { glyphs: { path: GlyphPath; advanceWidth: number }[] };
}

export function drawWatermark(pdf: PdfDocument, text: string): void {
  const forms = new Map<string, { name: string; form: unknown; blend: unknown }>();
  pdf.onEveryPage(() => {
    const { width, height } = pdf.page;
    const key = `${width} ${height}`;
    const known = forms.get(key) ?? makeForm(pdf, text, width, height, `Wm${forms.size + 1}`);
    forms.set(key, known);
    pdf.artifact(() => {
      pdf.raw((doc) => {
        // Named resources of a page: pdfkit keeps them there and has no call to add to them.
        const page = doc.page as unknown as {
          xobjects: Record<string, unknown>;
          ext_gstates: Record<string, unknown>;
        };
        page.xobjects[known.name] = known.form;
        page.ext_gstates[`${known.name}b`] = known.blend;
        doc.save();
        doc.addContent(`/${known.name}b gs /${known.name} Do`);
        doc.restore();
      });
    }, 'Pagination');
  });
}

function makeForm(pdf: PdfDocument, text: string, width: number, height: number, name: string) {
  const reach = Math.hypot(width, height);
  const { path, length } = outlines(pdf, text);
  const step = length + SIZE * 3;
  const content: string[] = [`0.22 w ${OUTLINE} G ${FILL} g`];
  const cos = Math.cos(SLANT).toFixed(5);
  const sin = Math.sin(SLANT).toFixed(5);
  // The page's own transform has y growing downwards; letters have it upwards, hence the mirrored axes below.
  content.push(`${cos} -${sin} ${sin} ${cos} ${fixed(width / 2)} ${fixed(height / 2)} cm`);
  for (let row = -reach / 2, index = 0; row < reach / 2; row += ROW, index += 1) {
    // Every other row begins half a text later, so that no corner of a page is without it.
    const from = -reach / 2 - (index % 2) * (step / 2);
    for (let at = from; at < reach / 2; at += step)
      content.push(`q 1 0 0 -1 ${fixed(at)} ${fixed(row)} cm /Line Do Q`);
    content.push(`0.15 w 0.7 G ${wave(-reach / 2, reach / 2, row + ROW / 2)} S 0.22 w ${OUTLINE} G`);
  }
  return pdf.raw((doc) => {
    // The line of letters is a form of its own: written out sixty times it would weigh a megabyte.
    const bounds = [-SIZE, -SIZE, length + SIZE, 2 * SIZE];
    const line = doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: bounds, Resources: {} });
    line.end(`${path} B`);
    const form = doc.ref({
      Type: 'XObject',
      Subtype: 'Form',
      BBox: [0, 0, width, height],
      Resources: { XObject: { Line: line } },
    });
    form.end(content.join('\n'));
    const blend = doc.ref({ Type: 'ExtGState', BM: 'Multiply' });
    blend.end(undefined);
    return { name, form, blend };
  });
}

/** The text as one path at the origin, y upwards, and its length in points. */
function outlines(pdf: PdfDocument, text: string): { path: string; length: number } {
  return pdf.raw((doc, fonts) => {
    const parts: string[] = [];
    let at = 0;
    for (const run of fonts.runs(text, 'bold')) {
      // The font that pdfkit has just opened; see OutlineFont.
      const { font } = (doc.font(run.font) as unknown as { _font: { font: OutlineFont } })._font;
      const scale = SIZE / font.unitsPerEm;
      for (const glyph of font.layout(run.text).glyphs) {
        parts.push(...glyphPath(glyph.path, scale, at));
        at += glyph.advanceWidth * scale;
      }
    }
    return { path: parts.join(' '), length: at };
  });
}

function glyphPath({ commands }: GlyphPath, scale: number, shift: number): string[] {
  const parts: string[] = [];
  let x = 0;
  let y = 0;
  const at = (one: number, two: number) => `${fixed(one * scale + shift)} ${fixed(two * scale)}`;
  for (const { command, args } of commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    if (command === 'moveTo') parts.push(`${at(a, b)} m`);
    else if (command === 'lineTo') parts.push(`${at(a, b)} l`);
    else if (command === 'bezierCurveTo') parts.push(`${at(a, b)} ${at(c, d)} ${at(e, f)} c`);
    else if (command === 'quadraticCurveTo')
      // PDF has cubic curves alone.
      parts.push(
        `${at(x + (2 / 3) * (a - x), y + (2 / 3) * (b - y))} ${at(c + (2 / 3) * (a - c), d + (2 / 3) * (b - d))} ${at(c, d)} c`,
      );
    else if (command === 'closePath') parts.push('h');
    if (args.length >= 2) [x = 0, y = 0] = args.slice(-2);
  }
  return parts;
}

function wave(from: number, to: number, y: number): string {
  const parts = [`${fixed(from)} ${fixed(y)} m`];
  for (let x = from, up = 1; x < to; x += 12, up = -up)
    parts.push(
      `${fixed(x + 4)} ${fixed(y + up * 3)} ${fixed(x + 8)} ${fixed(y + up * 3)} ${fixed(x + 12)} ${fixed(y)} c`,
    );
  return parts.join(' ');
}

function fixed(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '') || '0';
}
