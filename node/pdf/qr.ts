/**
 * QR codes as vectors: black squares put together to runs, sharp on any printer, and about 1.5 kB packed.
 *
 *   qrRuns('https://…')  → { modules: 61, runs: [[row, from, length], …] }
 *   pdf.qr(text, { x, y, side })   draws it with its quiet zone inside `side`
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
