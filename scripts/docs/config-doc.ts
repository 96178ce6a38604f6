/** docs/config.md: every setting of the box and of the headquarters service, in both languages. */
import { HQ_SETTINGS, hqVariable } from '#hq/platform/config.ts';
import { flagOf } from '#node/settings/settings.ts';
import { SETTINGS } from '#server/platform/config.ts';
import { code, table } from './markdown.ts';

/** The empty text and the empty list are shown as nothing set. */
function fallbackOf(value: string | number | boolean | readonly string[]): string {
  if (value === false) return '–';
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return text === '' ? '–' : code(text);
}

interface Described {
  title: string;
  titleZh: string;
  description: string;
  descriptionZh: string;
  accepts: string;
  acceptsZh: string;
  fallback: string | number | boolean | readonly string[];
}

/** One program's settings: a table, and under it what each is for. */
function sections(
  settings: [string, Described][],
  flag: (key: string) => string,
  variable: (key: string) => string,
): string[] {
  return [
    table(
      ['Flag', 'Environment', '名称', 'Name', 'Accepts', '可填', 'Default · 默认'],
      settings.map(([key, setting]) => [
        code(flag(key)),
        code(variable(key)),
        setting.titleZh,
        setting.title,
        setting.accepts,
        setting.acceptsZh,
        fallbackOf(setting.fallback),
      ]),
    ),
    ...settings.map(
      ([key, setting]) =>
        `### ${code(flag(key).slice(2))} · ${setting.titleZh} · ${setting.title}\n\n${setting.description}\n\n${setting.descriptionZh}`,
    ),
  ];
}

export function configDoc(): string {
  return `${[
    '# Settings · 设置',
    'Made from the code by `npm run docs`: change server/platform/config.ts and hq/platform/config.ts, not this page. 本页由程序生成，请勿直接修改。',
    [
      'A value comes from the command line (`npm start -- --port 8443`), then from the environment (`GONGYUAN_PORT=8443`),',
      'then from the default. An unknown flag or a value that is not accepted stops the start with `box/config` and names it.',
    ].join('\n'),
    '设置依次取自命令行（`npm start -- --port 8443`）、环境变量（`GONGYUAN_PORT=8443`）、默认值。不认识的参数或无效的值会使启动停止，并指出是哪一项。',
    '## The box · 考点服务器',
    ...sections(
      Object.entries(SETTINGS),
      (key) => `--${key}`,
      (key) => `GONGYUAN_${key.toUpperCase()}`,
    ),
    [
      '## Headquarters · 总部服务',
      'Flags of `npm run hq -- --port 8444`, or variables of the environment (`HQ_PORT=8444`).',
      '命令行参数用于 `npm run hq -- --port 8444`，也可用环境变量（`HQ_PORT=8444`）。',
    ].join('\n\n'),
    ...sections(Object.entries(HQ_SETTINGS), flagOf, hqVariable),
  ].join('\n\n')}\n`;
}
