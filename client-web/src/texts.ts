/** Words of the screens: messages by key, error words by code. */
import { KIOSK_ERRORS } from '#protocol/errors.kiosk.ts';
import type { ErrorEntry } from '#protocol/errors.ts';
import type { Language } from '#web/texts/language.ts';
import * as m from './paraglide/messages.js';

export { m };

export interface ErrorWords {
  what: string;
  /** What to do next. */
  remedy: string;
}

/** Words of an error code; a code that this application does not know (a newer box) gets a general text. */
export function errorWords(code: string, language: Language): ErrorWords {
  const entries: Record<string, ErrorEntry> = KIOSK_ERRORS;
  const entry = Object.hasOwn(entries, code) ? entries[code] : undefined;
  if (!entry) return { what: m.error_unknown(), remedy: m.error_unknown_do() };
  return language === 'en' ? { what: entry.en, remedy: entry.doEn } : { what: entry.zh, remedy: entry.doZh };
}
