import t from 'tap';
import { codes, importItem, item2, item3, MP4, OGG, PNG, response, told } from './package.testing.ts';

const R = 'response-identifier="RESPONSE"';

function one(xml: string, more = {}) {
  const { item, interaction, problems, paper } = importItem(xml, more);
  return { interaction, responses: item?.responses, problems, paper, item };
}

t.test('choice: single, multiple, true or false, in QTI 3 and 2', async (t) => {
  const three = one(
    item3({
      head: response('identifier', { correct: ['B'] }),
      body: `<qti-choice-interaction ${R} max-choices="1" min-choices="1" shuffle="true" class="qti-orientation-horizontal">
<qti-prompt>Choose <i>one</i></qti-prompt>
<qti-simple-choice identifier="A" fixed="true"><p>a</p></qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction>`,
      tail: '<qti-response-processing template="match_correct"/>',
    }),
  );
  t.same(three.problems, []);
  t.same(three.interaction, {
    type: 'choice',
    response: 'RESPONSE',
    prompt: ['Choose ', { e: 'i', c: ['one'] }],
    shuffle: true,
    max: 1,
    min: 1,
    horizontal: true,
    choices: [
      { id: 'A', fixed: true, c: [{ e: 'p', c: ['a'] }] },
      { id: 'B', c: ['b'] },
    ],
  });
  t.same(three.responses, [
    {
      id: 'RESPONSE',
      cardinality: 'single',
      base: 'identifier',
      allowed: { ids: ['A', 'B'] },
      max: 1,
      min: 1,
    },
  ]);
  const two = one(
    item2({
      head: '<responseDeclaration identifier="R1" cardinality="multiple" baseType="identifier"/>',
      body: `<choiceInteraction responseIdentifier="R1" maxChoices="0"><simpleChoice identifier="T">对</simpleChoice>
<simpleChoice identifier="F">错</simpleChoice></choiceInteraction>`,
    }),
  );
  t.match(two.interaction, { type: 'choice', max: 0, shuffle: false, response: 'R1' });
  t.same(two.responses, [
    { id: 'R1', cardinality: 'multiple', base: 'identifier', allowed: { ids: ['T', 'F'] } },
  ]);
});

t.test('text entry, inline choice and several interactions in one item', async (t) => {
  const { item, problems } = one(
    item3({
      head:
        response('string', { id: 'A' }) +
        response('float', { id: 'B' }) +
        response('identifier', { id: 'C' }),
      body: `<p>In <qti-text-entry-interaction response-identifier="A" expected-length="4" pattern-mask="\\d{4}" placeholder-text="year"/>
the <qti-text-entry-interaction response-identifier="B" class="qti-input-width-6"/> and
<qti-inline-choice-interaction response-identifier="C" shuffle="true" required="true"><qti-inline-choice identifier="x">ex</qti-inline-choice>
<qti-inline-choice identifier="y">why</qti-inline-choice></qti-inline-choice-interaction>.</p>`,
    }),
  );
  t.same(codes(problems), ['scoring/by-hand']);
  t.same(item?.body, [
    {
      e: 'p',
      c: [
        'In ',
        { i: { type: 'text-entry', response: 'A', columns: 4, pattern: '\\d{4}', placeholder: 'year' } },
        ' the ',
        { i: { type: 'text-entry', response: 'B', columns: 6, numeric: true } },
        ' and ',
        {
          i: {
            type: 'inline-choice',
            response: 'C',
            shuffle: true,
            choices: [
              { id: 'x', c: ['ex'] },
              { id: 'y', c: ['why'] },
            ],
          },
        },
        '.',
      ],
    },
  ]);
  t.same(
    item?.responses.map(({ id, base, min }) => [id, base, min]),
    [
      ['A', 'string', undefined],
      ['B', 'float', undefined],
      ['C', 'identifier', 1],
    ],
  );
});

t.test('patterns that JavaScript cannot read or that could run for ever are removed', async (t) => {
  for (const mask of ['[', '(a+)+b', '\\p{IsGreek}+[']) {
    const { interaction, problems } = one(
      item3({
        head: response('string'),
        body: `<p><qti-text-entry-interaction ${R} pattern-mask="${mask}"/></p>`,
      }),
    );
    t.same(codes(problems), ['item/pattern', 'scoring/by-hand'], mask);
    t.notOk(interaction !== undefined && 'pattern' in interaction);
  }
});

t.test('extended text: plain, rich, length', async (t) => {
  const { interaction, responses } = one(
    item3({
      head: response('string'),
      body: `<qti-extended-text-interaction ${R} format="xhtml" expected-lines="6" expected-length="900" pattern-mask="[\\s\\S]{0,800}"/>`,
    }),
  );
  t.same(interaction, { type: 'extended-text', response: 'RESPONSE', lines: 6, maxChars: 800, rich: true });
  t.match(responses, [{ maxChars: 800 }]);
  const plain = one(
    item3({ head: response('string'), body: `<qti-extended-text-interaction ${R} expected-length="900"/>` }),
  );
  t.same(plain.interaction, { type: 'extended-text', response: 'RESPONSE', rich: false });
});

t.test('order: without a minimum everything is ordered', async (t) => {
  const order = (attributes: string) =>
    one(
      item3({
        head: response('identifier', { cardinality: 'ordered' }),
        body: `<qti-order-interaction ${R} shuffle="true" ${attributes}>${['a', 'b', 'c'].map((id) => `<qti-simple-choice identifier="${id}">${id}</qti-simple-choice>`).join('')}</qti-order-interaction>`,
      }),
    );
  t.match(order('').interaction, { type: 'order', min: 3, max: 3, shuffle: true });
  t.match(order('max-choices="2"').interaction, { min: 3, max: 3 });
  t.match(order('min-choices="1" max-choices="2"').responses, [{ min: 1, max: 2, cardinality: 'ordered' }]);
  t.ok(codes(order('min-choices="5"').problems).includes('item/limits'));
});

const ASSOCIABLE = (ids: string, more = '') =>
  [...ids]
    .map(
      (id) =>
        `<qti-simple-associable-choice identifier="${id}" match-max="1" ${more}>${id}</qti-simple-associable-choice>`,
    )
    .join('');

t.test('match and associate', async (t) => {
  const match = one(
    item3({
      head: response('directedPair', { cardinality: 'multiple', correct: ['a x'] }),
      body: `<qti-match-interaction ${R} shuffle="true" max-associations="2" min-associations="1"><qti-simple-match-set>${ASSOCIABLE('ab', 'match-min="1"')}</qti-simple-match-set>
<qti-simple-match-set>${ASSOCIABLE('xy').replaceAll('match-max="1"', 'match-max="0"')}</qti-simple-match-set></qti-match-interaction>`,
      tail: '<qti-response-processing template="match_correct"/>',
    }),
  );
  t.same(match.problems, []);
  t.match(match.interaction, {
    type: 'match',
    max: 2,
    min: 1,
    rows: [{ id: 'a', max: 1, min: 1 }, { id: 'b' }],
    columns: [{ id: 'x', max: 0 }, { id: 'y' }],
  });
  t.match(match.responses, [{ allowed: { from: ['a', 'b'], to: ['x', 'y'] }, max: 2, min: 1 }]);
  const associate = one(
    item3({
      head: response('pair', { cardinality: 'multiple', correct: ['b a'] }),
      body: `<qti-associate-interaction ${R} max-associations="0">${ASSOCIABLE('abcd')}</qti-associate-interaction>`,
      tail: '<qti-response-processing template="match_correct"/>',
    }),
  );
  t.same(associate.problems, []);
  t.match(associate.interaction, { type: 'associate', max: 0, choices: [{ id: 'a' }, {}, {}, { id: 'd' }] });
});

t.test('gap match and hot text', async (t) => {
  const gap = one(
    item3({
      head: response('directedPair', { cardinality: 'multiple', correct: ['w1 G1'] }),
      body: `<qti-gap-match-interaction ${R} shuffle="true"><qti-prompt>Fill</qti-prompt><qti-gap-text identifier="w1" match-max="1">winter</qti-gap-text>
<qti-gap-img identifier="w2" match-max="2"><img src="a.png" alt="sun"/></qti-gap-img>
<blockquote><p>Now is the <qti-gap identifier="G1"/> of our <qti-gap identifier="G2"/></p></blockquote></qti-gap-match-interaction>`,
      tail: '<qti-response-processing template="match_correct"/>',
    }),
    { 'a.png': PNG },
  );
  t.same(gap.problems, []);
  t.same(gap.interaction, {
    type: 'gap-match',
    response: 'RESPONSE',
    prompt: ['Fill'],
    shuffle: true,
    words: [
      { id: 'w1', c: ['winter'], max: 1 },
      { id: 'w2', c: [{ e: 'img', a: { alt: 'sun', media: 'm1' } }], max: 2 },
    ],
    body: [{ e: 'blockquote', c: [{ e: 'p', c: ['Now is the ', { g: 'G1' }, ' of our ', { g: 'G2' }] }] }],
  });
  t.match(gap.responses, [{ allowed: { from: ['w1', 'w2'], to: ['G1', 'G2'] }, max: 2 }]);
  const hot = one(
    item3({
      head: response('identifier', { cardinality: 'multiple' }),
      body: `<qti-hottext-interaction ${R} max-choices="2"><p>It <qti-hottext identifier="h1">is <em>so</em></qti-hottext> far</p></qti-hottext-interaction>`,
    }),
  );
  t.match(hot.interaction, {
    type: 'hot-text',
    max: 1,
    body: [{ e: 'p', c: ['It ', { h: 'h1', c: ['is ', { e: 'em', c: ['so'] }] }, ' far'] }],
  });
});

t.test('hotspot and graphic gap match; a missing size is read from the picture', async (t) => {
  const hotspot = one(
    item2({
      head: '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"/>',
      body: `<hotspotInteraction responseIdentifier="R" maxChoices="1"><object type="image/png" data="a.png" width="206" height="280">Map</object>
<hotspotChoice shape="circle" coords="77,115,8" identifier="A" hotspotLabel="west"/><hotspotChoice shape="poly" coords="0,0 5,0 5,5" identifier="B"/></hotspotInteraction>`,
    }),
    { 'a.png': PNG },
  );
  t.same(hotspot.interaction, {
    type: 'hotspot',
    response: 'R',
    max: 1,
    min: 0,
    picture: { media: 'm1', width: 206, height: 280, alt: 'Map' },
    spots: [
      { id: 'A', shape: 'circle', coords: [77, 115, 8], label: 'west' },
      { id: 'B', shape: 'poly', coords: [0, 0, 5, 0, 5, 5] },
    ],
  });
  const graphic = one(
    item3({
      head: response('directedPair', { cardinality: 'multiple', correct: ['w S'] }),
      body: `<qti-graphic-gap-match-interaction ${R}><img src="a.png" alt="Map"/>
<qti-gap-img identifier="w" match-max="1" object-label="wind"><img src="a.png" alt=""/></qti-gap-img><qti-gap-text identifier="v" match-max="0">vane</qti-gap-text>
<qti-associable-hotspot identifier="S" match-max="2" shape="rect" coords="0,0,9,9"/></qti-graphic-gap-match-interaction>`,
      tail: '<qti-response-processing template="match_correct"/>',
    }),
    { 'a.png': PNG },
  );
  t.same(graphic.problems, []);
  t.match(graphic.interaction, {
    type: 'graphic-gap-match',
    picture: { media: 'm1', width: 1, height: 1, alt: 'Map' },
    words: [
      { id: 'w', media: 'm1', c: ['wind'], max: 1 },
      { id: 'v', c: ['vane'], max: 0 },
    ],
    spots: [{ id: 'S', max: 2, coords: [0, 0, 9, 9] }],
  });
  t.match(graphic.responses, [{ max: 2, allowed: { from: ['w', 'v'], to: ['S'] } }]);
});

t.test('slider', async (t) => {
  const slider = (attributes: string, base = 'integer') =>
    one(item3({ head: response(base), body: `<qti-slider-interaction ${R} ${attributes}/>` }));
  const good = slider(
    'lower-bound="-5" upper-bound="5" step="2" orientation="vertical" reverse="true" step-label="true"',
  );
  t.same(good.interaction, {
    type: 'slider',
    response: 'RESPONSE',
    lower: -5,
    upper: 5,
    step: 2,
    vertical: true,
    reverse: true,
    stepLabel: true,
  });
  t.match(good.responses, [{ lower: -5, upper: 5 }]);
  for (const bad of [
    'lower-bound="5" upper-bound="5"',
    'upper-bound="5"',
    'lower-bound="0" upper-bound="5" step="0"',
    'lower-bound="0" upper-bound="5" step="0.5"',
  ])
    t.ok(codes(slider(bad).problems).includes('item/bounds'), bad);
  t.same(codes(slider('lower-bound="0" upper-bound="1" step="0.1"', 'float').problems), ['scoring/by-hand']);
});

t.test('upload with starter material that can be fetched again', async (t) => {
  const { interaction, responses, paper, item } = one(
    item3({
      head: response('file'),
      body: `<p>Start from <a href="start/data.csv">the table</a> and <a href="https://example.org">look</a>.</p>
<qti-upload-interaction ${R} type="image/* application/pdf" data-max-bytes="5000"/>`,
    }),
    { 'start/data.csv': 'a,b\n1,2\n' },
  );
  t.same(interaction, {
    type: 'upload',
    response: 'RESPONSE',
    types: ['image/*', 'application/pdf'],
    maxBytes: 5000,
    starter: ['m1'],
  });
  t.match(responses, [{ base: 'file', maxBytes: 5000, types: ['image/*', 'application/pdf'] }]);
  t.match(paper?.media.m1, { kind: 'file', name: 'data.csv', type: 'text/csv', bytes: 8, file: 'f1.age' });
  t.same(item?.body[0], {
    e: 'p',
    c: ['Start from ', { e: 'a-ref', a: { media: 'm1' }, c: ['the table'] }, ' and look.'],
  });
});

t.test('listening: play limit, plain audio, video, objects', async (t) => {
  const { item, paper } = one(
    item3({
      head: response('integer'),
      body: `<qti-media-interaction ${R} max-plays="2" autostart="false"><audio><source src="a.ogg" type="audio/ogg"/></audio></qti-media-interaction>
<audio src="a.ogg" aria-label="again"></audio><video src="v.mp4"/><object type="audio/ogg" data="a.ogg"/>
<qti-media-interaction max-plays="1"><object type="audio/ogg" data="a.ogg">Dialogue</object></qti-media-interaction>`,
    }),
    { 'a.ogg': OGG, 'v.mp4': MP4 },
  );
  t.match(item?.body, [
    { i: { type: 'media', response: 'RESPONSE', media: 'm1', kind: 'audio', maxPlays: 2 } },
    { i: { response: '', media: 'm2', kind: 'audio', maxPlays: 0, label: 'again' } },
    { i: { media: 'm3', kind: 'video', maxPlays: 0 } },
    { i: { media: 'm2', maxPlays: 0 } },
    { i: { media: 'm4', maxPlays: 1, label: 'Dialogue' } },
  ]);
  t.same(
    ['m1', 'm2', 'm4'].map((id) => paper?.media[id]?.file),
    ['f1.age', 'f1.age', 'f1.age'],
    'one file, counted apart where plays are limited',
  );
  const none = one(item3({ body: '<qti-media-interaction max-plays="1"/>' }));
  t.ok(codes(none.problems).includes('item/no-medium'));
});

t.test('interactions that cannot be carried out are refused by name', async (t) => {
  const refused = (name: string, attributes = '') =>
    told(one(item3({ head: response('string'), body: `<${name} ${R} ${attributes}/>` })).problems)[0];
  t.equal(refused('qti-select-point-interaction'), 'item/interaction-unsupported q1.xml:5 q1');
  t.equal(refused('qti-drawing-interaction'), 'item/interaction-unsupported q1.xml:5 q1');
  const pci = one(
    item3({
      head: response('string'),
      body: `<qti-portable-custom-interaction ${R} custom-interaction-type-identifier="urn:maker:graph" module="graph"/>`,
    }),
  );
  t.match(pci.problems[0], {
    code: 'item/custom-interaction',
    detail: 'urn:maker:graph',
    item: 'q1',
    severity: 'error',
  });
  t.equal(pci.paper, undefined);
});

t.test('declarations and interactions that do not fit', async (t) => {
  const choices =
    '<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="A">b</qti-simple-choice>';
  const choice = (head: string, inner = choices.replace('"A">b', '"B">b'), attributes = 'max-choices="1"') =>
    codes(
      one(
        item3({ head, body: `<qti-choice-interaction ${R} ${attributes}>${inner}</qti-choice-interaction>` }),
      ).problems,
    );
  t.same(
    choice('').filter((code) => code.startsWith('item')),
    ['item/undeclared-response'],
  );
  t.ok(choice(response('string')).includes('item/base-type'));
  t.ok(choice(response('nonsense')).includes('item/base-type'));
  t.ok(choice(response('identifier', { cardinality: 'ordered' })).includes('item/cardinality'));
  t.ok(choice(response('identifier') + response('identifier')).includes('item/duplicate-response'));
  t.ok(choice(response('identifier'), choices).includes('item/duplicate-choice'));
  t.ok(choice(response('identifier'), '').includes('item/no-choices'));
  t.ok(choice(response('identifier'), undefined, 'min-choices="3"').includes('item/limits'));
  t.ok(
    choice(response('identifier', { cardinality: 'multiple' }), undefined, '').includes('item/limit-guessed'),
  );
  t.ok(choice(response('identifier') + response('string', { id: 'X' })).includes('item/unused-response'));
  for (const id of ['', 'a b', 'constructor', '__proto__', 'x'.repeat(129)])
    t.ok(
      choice(response('identifier'), `<qti-simple-choice identifier="${id}">x</qti-simple-choice>`).includes(
        'item/identifier',
      ),
      id,
    );
  const shared = one(
    item3({
      head: response('string'),
      body: `<p><qti-text-entry-interaction ${R}/><qti-text-entry-interaction ${R}/></p>`,
    }),
  );
  t.ok(codes(shared.problems).includes('item/shared-response'));
});

t.test('items of other kinds', async (t) => {
  t.ok(codes(one(item3({ attributes: 'adaptive="true"', body: '<p/>' })).problems).includes('item/adaptive'));
  const template = '<qti-template-declaration identifier="T" cardinality="single" base-type="integer"/>';
  t.ok(codes(one(item3({ head: template, body: '<p/>' })).problems).includes('item/template'));
  t.ok(codes(one('<qti-assessment-item identifier="x"/>').problems).includes('item/no-body'));
  t.ok(codes(one('<html/>').problems).includes('item/not-item'));
  t.same(codes(one(item3({ body: '<p>Only to read</p>' })).problems), ['item/no-interaction']);
});
