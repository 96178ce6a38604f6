/** Sign, word and colour of a printer's state. */
import type { PrinterRow } from '#protocol/reports.ts';
import type { Tone } from '#web/controls/tones.ts';
import { m } from '../../paraglide/messages.js';

export function printerLook(state: PrinterRow['state']): { tone: Tone; sign: string; word: string } {
  switch (state) {
    case 'idle':
      return { tone: 'good', sign: '●', word: m.printer_idle() };
    case 'printing':
      return { tone: 'busy', sign: '▶', word: m.printer_printing() };
    case 'stopped':
      return { tone: 'trouble', sign: '■', word: m.printer_stopped() };
    case 'unknown':
      return { tone: 'plain', sign: '?', word: m.printer_unknown() };
  }
}
