/** One fault that an import can name. Errors refuse the whole package, warnings are for a person to look at. */
export interface Fault {
  severity: 'error' | 'warning';
  zh: string;
  en: string;
  /** What to do about it. */
  doZh: string;
  doEn: string;
}

export function error(zh: string, en: string, doZh: string, doEn: string): Fault {
  return { severity: 'error', zh, en, doZh, doEn };
}

export function warning(zh: string, en: string, doZh: string, doEn: string): Fault {
  return { severity: 'warning', zh, en, doZh, doEn };
}
