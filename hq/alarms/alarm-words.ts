/** Words of a code, whichever catalogue it is of. */
import { LEDGER_FAULTS } from '#node/ledger/faults.ts';
import { ERRORS } from '#protocol/errors.ts';

export interface Coded {
  code: string;
  zh: string;
  en: string;
  doZh: string;
  doEn: string;
  /** In a few words; empty for none. */
  detail: string;
}

type Words = Omit<Coded, 'code' | 'detail'>;
const CATALOGUE: Readonly<Record<string, Words>> = ERRORS;
const FAULTS: Readonly<Record<string, { zh: string; en: string }>> = LEDGER_FAULTS;
const ASK = {
  doZh: '请联系考点核实，并保留该服务器的数据',
  doEn: "Ask the site about it, and keep the box's data",
};

export function codedWords(code: string, detail: Readonly<Record<string, unknown>>): Coded {
  const text = Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
  const known = Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code] : undefined;
  const fault = Object.hasOwn(FAULTS, code) ? FAULTS[code] : undefined;
  if (known) {
    const { zh, en, doZh, doEn } = known;
    return { code, zh, en, doZh, doEn, detail: text };
  }
  return { code, zh: fault?.zh ?? code, en: fault?.en ?? code, ...ASK, detail: text };
}
