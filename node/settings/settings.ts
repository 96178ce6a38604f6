/** Settings of a program as one described table: from the command line, then the environment, then the default. */

export interface Setting<T> {
  title: string;
  titleZh: string;
  description: string;
  descriptionZh: string;
  fallback: T;
  parse: (text: string) => T | undefined;
  /** In words, what is accepted. */
  accepts: string;
  acceptsZh: string;
  /** A switch: its flag stands alone. */
  alone?: boolean;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ValuesOf<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** `keyFile` → `--key-file`, and with the prefix `HQ_` → `HQ_KEY_FILE`. */
export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
export const variableOf = (prefix: string, key: string): string =>
  `${prefix}${key.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`;

/** What is wrong with the settings given; the caller makes a coded error of it. */
export class SettingFault extends Error {
  readonly detail: Record<string, string>;
  constructor(detail: Record<string, string>) {
    super(Object.values(detail).join(', '));
    this.detail = detail;
  }
}

/** @param variable the environment variable of a key @throws SettingFault */
export function readSettings<S extends Settings>(
  settings: S,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  variable: (key: string) => string,
): ValuesOf<S> {
  const byFlag = new Map(Object.keys(settings).map((key) => [flagOf(key), key]));
  const flags = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const [flag = '', inline] = (argv[i] ?? '').split(/=(.*)/s);
    const key = byFlag.get(flag);
    const setting = key === undefined ? undefined : settings[key];
    if (key === undefined || !setting)
      throw new SettingFault({ setting: argv[i] ?? '', problem: 'unknown flag' });
    const value = inline ?? (setting.alone ? 'yes' : argv[++i]);
    if (value === undefined) throw new SettingFault({ setting: flag, problem: 'has no value' });
    flags.set(key, value);
  }
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const given = flags.get(key) ?? env[variable(key)];
    const value = given === undefined || given === '' ? setting.fallback : setting.parse(given);
    if (value === undefined)
      throw new SettingFault({ setting: flagOf(key), value: given ?? '', accepts: setting.accepts });
    values[key] = value;
  }
  return values as ValuesOf<S>; // each key above has its own parser's value
}

export const textSetting = (text: string) => (text.length > 0 && text.length <= 1_000 ? text : undefined);
export const wholeSetting = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  return /^[0-9]+$/.test(text) && value >= from && value <= to ? value : undefined;
};
export const oneOfSetting =
  <T extends string>(...values: T[]) =>
  (text: string) =>
    values.find((value) => value === text);
export const switchSetting = (text: string) =>
  text === 'yes' || text === 'true' ? true : text === 'no' || text === 'false' ? false : undefined;
