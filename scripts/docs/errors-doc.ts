/** docs/errors.md: every code with its words and its remedy in both languages. */
import { CODE_TABLES } from './error-tables.ts';
import { code, table } from './markdown.ts';

export function errorsDoc(): string {
  const count = CODE_TABLES.reduce((sum, { rows }) => sum + rows.length, 0);
  const parts = [
    '# Codes · 错误代码',
    'Made from the code by `npm run docs`: change the words there, not here. 本页由程序生成，请勿直接修改。',
    [
      `${count} codes. Every refusal carries one of them, and every screen shows it beside the words: give it to whoever`,
      'helps you. A code never changes its meaning. Over HTTP the body of an error is',
      '`{"code", "zh", "en", "doZh", "doEn", "detail"?}`; over a socket `{"t":"error", "id", "code", "detail"?}` (see [protocol.md](protocol.md)).',
    ].join('\n'),
    '每一次拒绝都带有下列代码之一，屏幕上与文字一同显示；求助时请报代码。',
  ];
  for (const { titleZh, titleEn, note, source, kind, rows } of CODE_TABLES) {
    const remedies = rows.some((row) => row.doZh !== '');
    const head = [
      'Code',
      ...(kind ? [kind] : []),
      '说明',
      'Meaning',
      ...(remedies ? ['怎么办', 'What to do'] : []),
    ];
    parts.push(
      `## ${titleZh} · ${titleEn}`,
      `${note} Source: ${source.split(', ').map(code).join(', ')}.`,
      table(
        head,
        rows.map((row) => [
          code(row.code),
          ...(kind ? [row.kind] : []),
          row.zh,
          row.en,
          ...(remedies ? [row.doZh, row.doEn] : []),
        ]),
      ),
    );
  }
  return `${parts.join('\n\n')}\n`;
}
