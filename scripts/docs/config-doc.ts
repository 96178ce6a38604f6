/** docs/config.md: every setting of the box, in both languages. */
import { SETTINGS } from '#server/platform/config.ts';
import { code, table } from './markdown.ts';

/** The empty text and the empty list are shown as nothing set. */
function fallbackOf(value: string | number | readonly string[]): string {
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return text === '' ? '–' : code(text);
}

export function configDoc(): string {
  const settings = Object.entries(SETTINGS);
  return `${[
    '# Settings · 设置',
    'Made from the code by `npm run docs`: change server/platform/config.ts, not this page. 本页由程序生成，请勿直接修改。',
    [
      'A value comes from the command line (`npm start -- --port 8443`), then from the environment (`GONGYUAN_PORT=8443`),',
      'then from the default. An unknown flag or a value that is not accepted stops the start with `box/config` and names it.',
    ].join('\n'),
    '设置依次取自命令行（`npm start -- --port 8443`）、环境变量（`GONGYUAN_PORT=8443`）、默认值。不认识的参数或无效的值会使启动停止，并指出是哪一项。',
    table(
      ['Flag', 'Environment', '名称', 'Name', 'Accepts', '可填', 'Default · 默认'],
      settings.map(([key, setting]) => [
        code(`--${key}`),
        code(`GONGYUAN_${key.toUpperCase()}`),
        setting.titleZh,
        setting.title,
        setting.accepts,
        setting.acceptsZh,
        fallbackOf(setting.fallback),
      ]),
    ),
    ...settings.map(
      ([key, setting]) =>
        `## ${code(key)} · ${setting.titleZh} · ${setting.title}\n\n${setting.description}\n\n${setting.descriptionZh}`,
    ),
  ].join('\n\n')}\n`;
}
