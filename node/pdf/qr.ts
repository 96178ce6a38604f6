/**
 * QR codes as vectors: black squares put together to runs, sharp on any printer, and about 1.5 kB packed.
 *
 *   qrRuns('https://…')  → { modules: 61, runs: [[row, from, length], …] }
 *   pdf.qr(text, { x, y, side }, alt)   draws it with its quiet zone inside `side`
 */
import qrcode from 'qrcode';

/** Light modules around the code that readers need (ISO/IEC 18004 asks for 4; phones and scanners do with 3 on white paper). */
export const QUIET = 3;

export type QrLevel = 'L' | 'M' | 'Q' | 'H';

export interface QrRuns {
  /** Modules along one side, without the quiet zone. */
  modules: number;
  runs: [row: number, from: number, length: number][];
}

export function qrRuns(text: string, level: QrLevel = 'M'): QrRuns {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: level });
  const runs: QrRuns['runs'] = [];
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      const from = column;
      while (column < modules.size && modules.get(row, column)) column += 1;
      runs.push([row, from, column - from]);
    }
  return { modules: modules.size, runs };
}

/** A code as a named form of the file, one unit a module. */
export interface QrForm {
  name: string;
  form: unknown;
  modules: number;
}

/** The codes of a file: one that stands on every page is in it once. */
export class QrForms {
  readonly #doc: PDFKit.PDFDocument;
  readonly #forms = new Map<string, QrForm>();

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
  }

  of(text: string, level: QrLevel): QrForm {
    const key = `${level} ${text}`;
    const known = this.#forms.get(key);
    if (known) return known;
    const { modules, runs } = qrRuns(text, level);
    const side = modules + 2 * QUIET;
    const form = this.#doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, side, side], Resources: {} });
    // One path in one piece: squares painted one by one leave hairlines between neighbours on some screens.
    const path = runs.map(([row, from, length]) => `${from + QUIET} ${row + QUIET} ${length} 1 re`);
    form.end(`0 g\n${path.join('\n')}\nf`);
    const made = { name: `Qr${this.#forms.size + 1}`, form, modules };
    this.#forms.set(key, made);
    return made;
  }
}
