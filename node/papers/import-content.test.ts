import { Buffer } from 'node:buffer';
import t from 'tap';
import { codes, importItem, item3, OGG, PNG, told } from './package.testing.ts';

function body(xml: string, more = {}, head = '') {
  const imported = importItem(item3({ body: xml, head }), more);
  return {
    ...imported,
    body: imported.item?.body,
    codes: codes(imported.problems).filter((code) => code !== 'item/no-interaction'),
  };
}

t.test('tables, lists, ruby and images come through; blanks that nobody sees do not', async (t) => {
  const { body: nodes, codes: found } = body(
    `
  <h2>标题</h2>
  <table><tbody>
    <tr> <th scope="col" colspan="2">A</th> </tr>
  </tbody></table>
  <ol type="a" start="3"> <li>one</li> <li>two  words</li> </ol>
  <p>  <ruby>漢<rp>(</rp><rt>hàn</rt></ruby> <img src="a.png" alt="dot" width="20" height="10px"/> <b>x</b> <i>y</i> </p>
  <pre>  a
   b</pre>`,
    { 'a.png': PNG },
  );
  t.same(found, []);
  t.same(nodes, [
    { e: 'h2', c: ['标题'] },
    {
      e: 'table',
      c: [{ e: 'tbody', c: [{ e: 'tr', c: [{ e: 'th', a: { scope: 'col', colspan: '2' }, c: ['A'] }] }] }],
    },
    {
      e: 'ol',
      a: { type: 'a', start: '3' },
      c: [
        { e: 'li', c: ['one'] },
        { e: 'li', c: ['two words'] },
      ],
    },
    {
      e: 'p',
      c: [
        { e: 'ruby', c: ['漢', { e: 'rp', c: ['('] }, { e: 'rt', c: ['hàn'] }] },
        ' ',
        { e: 'img', a: { width: '20', height: '10px', alt: 'dot', media: 'm1' } },
        ' ',
        { e: 'b', c: ['x'] },
        ' ',
        { e: 'i', c: ['y'] },
      ],
    },
    { e: 'pre', c: ['  a\n   b'] },
  ]);
});

t.test('what could run, load or take input goes, and is named with its line', async (t) => {
  const imported =
    body(`<p onclick="steal()" id="x" data-y="z" style="position:fixed">a<script>alert(1)</script></p>
<iframe src="https://example.org"/>
<form><input name="i"/></form>
<a href="javascript:alert(1)">link</a> <a href="#x">part</a>
<madeUp>kept <b>too</b></madeUp>`);
  t.same(imported.body, [{ e: 'p', c: ['a'] }, 'link part kept ', { e: 'b', c: ['too'] }]);
  t.same(told(imported.problems).sort(), [
    'item/link-removed q1.xml:8 q1',
    'item/link-removed q1.xml:8 q1',
    'item/no-interaction q1.xml:5 q1',
    'item/removed-element q1.xml:6 q1',
    'item/removed-element q1.xml:7 q1',
    'item/removed-script q1.xml:5 q1',
    'item/removed-script q1.xml:5 q1',
    'item/unknown-element q1.xml:9 q1',
    'style/dropped q1.xml:5 q1',
  ]);
});

t.test('rubrics: only what candidates may see; marking notes go into the keys', async (t) => {
  const {
    body: nodes,
    keys,
    codes: found,
  } = body(`<qti-rubric-block view="candidate"><qti-content-body><p>Hint</p></qti-content-body></qti-rubric-block>
<qti-rubric-block view="scorer" use="scoring"><p>MARKING-GUIDE</p></qti-rubric-block><qti-rubric-block><p>unsaid</p></qti-rubric-block>
<qti-feedback-block outcome-identifier="F" identifier="f" show-hide="show"><p>RIGHT!</p></qti-feedback-block>
<p>n = <qti-printed-variable identifier="N"/></p>`);
  t.same(nodes, [
    { e: 'div', c: [{ e: 'p', c: ['Hint'] }] },
    { e: 'p', c: ['n ='] },
  ]);
  t.same(keys?.items.q1?.markerNotes, ['MARKING-GUIDE', 'unsaid']);
  t.same(found, ['item/feedback-removed', 'item/printed-variable', 'item/rubric-view']);
});

const MATH = 'xmlns:m="http://www.w3.org/1998/Math/MathML"';

t.test('MathML by allow-list, with or without prefix; annotations go', async (t) => {
  const { body: nodes, codes: found } =
    body(`<p ${MATH}><m:math display="block" onclick="x()"><m:semantics><m:mrow href="x">
<m:mi mathvariant="normal"> x </m:mi><m:mo>=</m:mo><m:mfenced open="["><m:mn>1</m:mn></m:mfenced></m:mrow>
<m:annotation encoding="TeX">x=1 \\secret</m:annotation></m:semantics></m:math>
<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>a</mi><mn>2</mn></msup></math></p>`);
  t.same(found, []);
  t.same(nodes, [
    {
      e: 'p',
      c: [
        {
          e: 'math',
          a: { display: 'block' },
          c: [
            {
              e: 'mrow',
              c: [
                { e: 'mi', a: { mathvariant: 'normal' }, c: ['x'] },
                { e: 'mo', c: ['='] },
                { e: 'mfenced', a: { open: '[' }, c: [{ e: 'mn', c: ['1'] }] },
              ],
            },
          ],
        },
        ' ',
        {
          e: 'math',
          c: [
            {
              e: 'msup',
              c: [
                { e: 'mi', c: ['a'] },
                { e: 'mn', c: ['2'] },
              ],
            },
          ],
        },
      ],
    },
  ]);
  t.same(body(`<p ${MATH}><m:math><m:apply><m:plus/></m:apply></m:math></p>`).codes, ['item/math-content']);
  t.same(
    body(
      `<p ${MATH}><m:math><m:mstack><m:mn>1</m:mn></m:mstack><m:mtext>a<img src="x"/></m:mtext></m:math></p>`,
    ).codes,
    ['item/math-removed'],
  );
});

t.test('style sheets: scoped, allow-listed, only the rules that this paper uses', async (t) => {
  const css = `@import "evil.css"; @font-face { src: url(x.woff) } @media print { .note { color: red } }
.note, #id, body .note > p, script .note { color: red !important; position: fixed; background: url(https://example.org/x.png) }
.unused { color: blue } p.note:first-child { font-size: 12px; margin: -50px 0; width: 10em }
.note::before { content: "x" } .note { behavior: url(a.htc); width: expression(alert(1)); c\\6flor: red; display: block }
.big { font-size: 24pt } html, .custom-qti-style .note { text-emphasis: dot }`;
  const {
    paper,
    problems,
    body: nodes,
  } = body(
    '<p class="note other big" style="color: green; background: url(x)">a</p><p style="color: green">b</p>',
    { 'css/a.css': css },
    '<qti-stylesheet href="css/a.css" type="text/css"/><qti-stylesheet href="css/none.css"/>',
  );
  t.same(
    told(problems)
      .filter((line) => line.startsWith('style'))
      .sort(),
    ['style/dropped css/a.css', 'style/dropped q1.xml:5 q1', 'style/missing q1.xml:3 q1'],
  );
  t.equal(
    paper?.styles,
    [
      '.paper .q-sheet-1 .q-note, .paper .q-sheet-1 .q-note > p { color: red }',
      '.paper .q-sheet-1 p.q-note:first-child { font-size: 1rem; width: 10em }',
      '.paper .q-sheet-1 .q-note { display: block }',
      '.paper .q-sheet-1 .q-big { font-size: 2rem }',
      '.paper .q-sheet-1, .paper .q-sheet-1 .q-note { text-emphasis: dot }',
      '.paper .q-i1.q-i1 { color: green }',
    ].join('\n'),
  );
  t.same(nodes, [
    {
      e: 'div',
      a: { class: 'q-sheet-1' },
      c: [
        { e: 'p', a: { class: 'q-note q-big q-i1' }, c: ['a'] },
        { e: 'p', a: { class: 'q-i1' }, c: ['b'] },
      ],
    },
  ]);
});

t.test('QTI 3 layout classes get their rules', async (t) => {
  const { paper, body: nodes } = body(
    '<div class="qti-layout-row"><div class="qti-layout-col6">a</div></div>',
  );
  t.match(paper?.styles, /\.paper \.q-qti-layout-row \{ display: flex/);
  t.match(nodes, [{ a: { class: 'q-qti-layout-row' }, c: [{ a: { class: 'q-qti-layout-col6' } }] }]);
});

function svg(inner: string, attributes = ''): string {
  return `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`;
}

t.test('drawings: kept as they are when they are only drawings, otherwise refused by name', async (t) => {
  const image = (text: string) => body('<p><img src="a.svg" alt=""/></p>', { 'a.svg': text });
  const good = image(
    svg(
      '<defs><linearGradient id="g"/></defs><style>.a{fill:url(#g)}</style><path class="a" d="M0 0"/><use xlink:href="#g"/>',
    ),
  );
  t.same(good.codes, []);
  t.match(good.paper?.media.m1, { type: 'image/svg+xml', kind: 'image' });
  for (const bad of [
    svg('<script>alert(1)</script>'),
    svg('<foreignObject><p/></foreignObject>'),
    svg('', 'onload="x()"'),
    svg('<g><rect onclick="x()"/></g>'),
    svg('<image href="https://example.org/a.png"/>'),
    svg('<use xlink:href="other.svg#a"/>'),
    svg('<a href="javascript:x()"><path/></a>'),
    svg('<style>@import url(x.css)</style>'),
    svg('<rect style="fill:url(https://example.org/x)"/>'),
    svg('<rect fill="u\\72l(x)"/>'),
    svg('<set attributeName="xlink:href" to="javascript:x()"/>'),
    `<?xml-stylesheet href="x.css"?>${svg('').slice(21)}`,
    '<html xmlns="http://www.w3.org/1999/xhtml"/>',
  ]) {
    const result = image(bad);
    t.same(result.codes, ['media/unsafe-svg'], bad);
    t.match(
      result.problems.find(({ code }) => code === 'media/unsafe-svg'),
      { file: 'a.svg', item: 'q1' },
    );
  }
  t.same(image('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>').codes, ['xml/doctype']);
  t.same(image('<svg').codes, ['xml/malformed']);
  t.same(body('<p><svg xmlns="http://www.w3.org/2000/svg"/></p>').codes, ['media/type']);
});

t.test('files are what their names say', async (t) => {
  const image = (src: string, data: string | Uint8Array) =>
    body(`<p><img src="${src}" alt=""/></p>`, { [src]: data }).codes;
  t.same(image('a.png', PNG), []);
  t.same(image('a.PNG', PNG), []);
  t.same(image('a.jpg', PNG), ['media/mismatch']);
  t.same(image('a.png', 'text'), ['media/mismatch']);
  t.same(image('a.bmp', 'BM'), ['media/type']);
  t.same(image('a.html', '<html/>'), ['media/type']);
  t.same(image('a.ogg', OGG), ['media/type'], 'sound is no picture');
  t.same(body('<audio src="a.mp3"/>', { 'a.mp3': new Uint8Array([0xff, 0xfb, 0x90, 0]) }).codes, []);
  t.same(body('<audio src="a.mp3"/>', { 'a.mp3': PNG }).codes, ['media/mismatch']);
  t.same(body('<audio src="a.wav"/>', { 'a.wav': 'RIFF....WAVEfmt ' }).codes, []);
  t.same(body('<p><a href="run.exe">x</a></p>', { 'run.exe': 'MZ' }).codes, ['media/type']);
  t.same(body('<p><a href="page.html">x</a></p>', { 'page.html': '<a/>' }).codes, ['item/link-removed']);
  t.same(body('<object data="a.swf" type="application/x-shockwave-flash"/>', { 'a.swf': 'CWS' }).codes, [
    'media/type',
  ]);
});

t.test('every place that uses a bad or missing file is named', async (t) => {
  const { problems } = body(
    '<p><img src="a.png" alt=""/></p>\n<p><img src="a.png" alt=""/></p>\n<p><img src="no.png"/></p>',
    { 'a.png': 'x' },
  );
  t.same(
    told(problems).filter((line) => line.startsWith('media')),
    ['media/mismatch q1.xml:5 q1', 'media/mismatch q1.xml:6 q1', 'media/missing q1.xml:7 q1'],
  );
});

t.test('pictures inside the text of the package', async (t) => {
  const data = `data:image/png;base64,${Buffer.from(PNG).toString('base64')}`;
  const {
    paper,
    files,
    codes: found,
  } = body(`<p><img src="${data}" alt="a"/><img src="${data}" alt="b"/></p>`);
  t.same(found, []);
  t.match(paper?.media, { m1: { name: 'embedded.png', bytes: PNG.length } });
  t.same(
    [...files.values()].map((bytes) => Buffer.from(bytes)),
    [Buffer.from(PNG)],
  );
  t.same(body('<p><img src="data:text/html;base64,PGI+" alt=""/></p>').codes, ['media/data-address']);
  t.same(body('<p><img src="data:image/png;base64,%%%" alt=""/></p>').codes, ['media/data-address']);
});

t.test('language of item, text and paper', async (t) => {
  const { item, paper } = importItem(
    item3({ attributes: 'xml:lang="en-GB"', body: '<p>A <span xml:lang="fr" lang="x y">mot</span></p>' }),
  );
  t.equal(item?.language, 'en-GB');
  t.equal(paper?.language, 'en-GB');
  t.same(item?.body, [{ e: 'p', c: ['A ', { e: 'span', a: { lang: 'fr' }, c: ['mot'] }] }]);
});
