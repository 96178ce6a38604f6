/** General promises, tried on many made-up packages: no key reaches the paper, nothing that loads or runs is left. */
import fc from 'fast-check';
import t from 'tap';
import { paperCharacters } from '#domain/papers/glyphs.ts';
import { nodeListsOf } from '#domain/papers/walk.ts';
import { PAPER_ATTRIBUTES, PAPER_ELEMENTS, PAPER_MATH, type PaperNode } from '#protocol/paper.ts';
import { importItem, item3, OGG, PNG, response } from './package.testing.ts';

const ELEMENTS = new Set([...PAPER_ELEMENTS, ...PAPER_MATH]);
const ATTRIBUTES = new Set(PAPER_ATTRIBUTES);
const FORBIDDEN = /^(on.*|src|href|style|srcset|action|formaction|data|xlink:href|xml:base)$/i;

/** Everything in the tree that the contract does not allow. */
function offences(nodes: readonly PaperNode[]): string[] {
  return nodes.flatMap((node): string[] => {
    if (typeof node === 'string' || 'g' in node) return [];
    if ('i' in node) return nodeListsOf(node.i).flatMap(offences);
    if ('h' in node) return offences(node.c);
    const own = Object.keys(node.a ?? {}).filter((name) => !ATTRIBUTES.has(name) || FORBIDDEN.test(name));
    if (!ELEMENTS.has(node.e)) own.push(`<${node.e}>`);
    return [...own, ...offences(node.c ?? [])];
  });
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

t.test('no value, mapping, default, rule or marking note ever enters the paper', async (t) => {
  // A letter outside every other text, so that a find is a leak and no coincidence.
  const secret = fc.stringMatching(/^[a-zA-Z0-9 ]{0,12}$/).map((text) => `𝄞${text.trim()}`);
  const kinds = fc.constantFrom('text-entry', 'extended-text', 'upload');
  await fc.assert(
    fc.asyncProperty(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      secret,
      secret,
      kinds,
      async (values, note, rule, kind) => {
        const base = kind === 'upload' ? 'file' : 'string';
        const cardinality = 'single';
        const more = `<qti-mapping default-value="0">${values.map((value) => `<qti-map-entry map-key="${escapeXml(value)}" mapped-value="1"/>`).join('')}</qti-mapping>`;
        const xml = item3({
          head: `${response(base, { cardinality, correct: [escapeXml(values[0]!)], more: `<qti-default-value><qti-value>${escapeXml(note)}</qti-value></qti-default-value>${more}` })}
<qti-outcome-declaration identifier="MODEL_ANSWER" cardinality="single" base-type="string"><qti-default-value><qti-value>${escapeXml(note)}</qti-value></qti-default-value></qti-outcome-declaration>`,
          body: `<p>Question</p><div><qti-${kind}-interaction response-identifier="RESPONSE"/></div>
<qti-rubric-block view="scorer"><p>${escapeXml(note)}</p></qti-rubric-block>
<qti-feedback-inline outcome-identifier="F" identifier="${'f'}" show-hide="show">${escapeXml(note)}</qti-feedback-inline>`,
          tail: `<qti-response-processing><qti-response-condition><qti-response-if><qti-string-match case-sensitive="false"><qti-variable identifier="RESPONSE"/>
<qti-base-value base-type="string">${escapeXml(rule)}</qti-base-value></qti-string-match><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing>
<qti-modal-feedback outcome-identifier="F" identifier="f" show-hide="show"><qti-content-body>${escapeXml(note)}</qti-content-body></qti-modal-feedback>`,
        });
        const { paper, keys, files } = importItem(xml);
        if (paper === undefined || keys === undefined) throw new Error('refused');
        const text = JSON.stringify(paper);
        if (text.includes('𝄞')) throw new Error('a key is in the paper');
        if (paperCharacters(paper).text.includes('𝄞')) throw new Error('a key is in the font');
        if (!JSON.stringify(keys).includes(JSON.stringify(values[0]).slice(1, -1)))
          throw new Error('the key is lost');
        return files.size === 0;
      },
    ),
    { numRuns: 100 },
  );
  t.pass('100 packages');
});

const NAMES = [
  'p',
  'div',
  'span',
  'img',
  'a',
  'table',
  'td',
  'iframe',
  'script',
  'object',
  'audio',
  'video',
  'input',
  'style',
  'link',
  'svg',
  'm:math',
  'm:mi',
  'm:mrow',
  'embed',
  'form',
  'ul',
  'li',
  'madeup',
  'b',
  'pre',
  'details',
  'qti-hottext',
  'qti-gap',
  'meta',
  'base',
];
const ATTRS = [
  'onclick',
  'onerror',
  'src',
  'href',
  'style',
  'class',
  'id',
  'srcset',
  'data',
  'title',
  'alt',
  'xml:lang',
  'dir',
  'role',
  'width',
  'colspan',
  'action',
  'formaction',
  'background',
  'poster',
  'type',
  'aria-label',
  'display',
  'align',
];
const VALUES = [
  'javascript:alert(1)',
  'a.png',
  'a.ogg',
  'https://example.org/x',
  '../../etc',
  'color: red',
  'position: fixed; color: red',
  'background: url(x)',
  '1',
  'x y',
  '#a',
  '" onload="x',
  'ltr',
  'img',
  'data:image/svg+xml;base64,PHN2Zy8+',
  'expression(1)',
  '}</style>',
  'image/png',
];

interface Made {
  name: string;
  attrs: [string, string][];
  children: (Made | string)[];
}

const { node } = fc.letrec<{ node: Made | string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constantFrom('text', ' ', '<script>', '中文'),
    fc.record({
      name: fc.constantFrom(...NAMES),
      attrs: fc.uniqueArray(fc.tuple(fc.constantFrom(...ATTRS), fc.constantFrom(...VALUES)), {
        maxLength: 4,
        selector: ([name]) => name,
      }),
      children: fc.array(tie('node'), { maxLength: 4 }),
    }),
  ),
}));

function write(made: Made | string): string {
  if (typeof made === 'string') return escapeXml(made);
  const attrs = made.attrs.map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
  return `<${made.name}${attrs}>${made.children.map(write).join('')}</${made.name}>`;
}

/** Properties that a sheet may never set, and anything that loads. */
const UNSAFE_CSS = /url\(|@|expression|javascript|position|z-index|behavior|content\s*:|<|\\/i;

t.test('whatever a body contains, only permitted elements, attributes and styles come out', async (t) => {
  let whole = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(node, { maxLength: 6 }), async (nodes) => {
      const xml = item3({
        body: nodes.map(write).join(''),
        attributes: 'xmlns:m="http://www.w3.org/1998/Math/MathML"',
      });
      const { paper, problems, item } = importItem(xml, { 'a.png': PNG, 'a.ogg': OGG });
      const refused = problems.some((problem) => problem.severity === 'error');
      if (refused !== (paper === undefined)) throw new Error('an error must refuse, and only an error');
      if (item === undefined || paper === undefined) return;
      whole++;
      const found = offences(item.body);
      if (found.length > 0) throw new Error(found.join(', '));
      if (UNSAFE_CSS.test(paper.styles)) throw new Error(paper.styles);
      for (const line of paper.styles.split('\n'))
        if (line !== '' && !line.startsWith('.paper ')) throw new Error(line);
    }),
    { numRuns: 400 },
  );
  t.ok(whole > 50, `${whole} of 400 made-up bodies were accepted`);
});

t.test('made-up style sheets stay inside the paper', async (t) => {
  const parts = [
    '.a',
    'p',
    '{',
    '}',
    'color: red;',
    'position: fixed;',
    '@import "x";',
    'url(x)',
    ':',
    ';',
    ',',
    '>',
    '/*',
    '*/',
    '"',
    '\\',
    '@media print',
    'body',
    '#x',
    '::after',
    '(',
    ')',
    ' ',
    '\n',
    '<!--',
    'background:',
    'margin: -1px;',
    ':not(.a)',
    '[x]',
    '*',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 40 }), async (tokens) => {
      const { paper } = importItem(
        item3({ head: '<qti-stylesheet href="a.css"/>', body: '<p class="a">x</p>' }),
        { 'a.css': tokens.join('') },
      );
      if (paper === undefined) throw new Error('a sheet must never refuse a paper');
      for (const line of paper.styles.split('\n')) {
        if (line === '') continue;
        const rule = /^([^{}]+) \{ ([^{}]+) \}$/.exec(line);
        if (rule === null || UNSAFE_CSS.test(line)) throw new Error(line);
        for (const selector of rule[1]!.split(/,(?![^(]*\))/))
          if (!selector.trim().startsWith('.paper .q-')) throw new Error(line);
      }
    }),
    { numRuns: 500 },
  );
  t.pass('500 sheets');
});
