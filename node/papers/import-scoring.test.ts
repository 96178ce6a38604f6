import t from 'tap';
import { codes, importItem, item2, item3, response, told } from './package.testing.ts';

const ENTRY = '<p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>';
const CHOICE = `<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-simple-choice identifier="A">a</qti-simple-choice>
<qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction>`;

function scored(processing: string, head = response('string', { correct: ['x'] }), body = ENTRY) {
  return importItem(item3({ head, body, tail: processing }));
}

function set(expression: string, outcome = 'SCORE'): string {
  return `<qti-response-processing><qti-set-outcome-value identifier="${outcome}">${expression}</qti-set-outcome-value></qti-response-processing>`;
}

const MAPPING = `<qti-mapping default-value="-1" lower-bound="0" upper-bound="2"><qti-map-entry map-key="York" mapped-value="1" case-sensitive="false"/>
<qti-map-entry map-key="york" mapped-value="0.5"/></qti-mapping>`;

t.test('keys hold everything that scoring needs', async (t) => {
  const { keys, problems } = scored(
    set('<qti-map-response identifier="RESPONSE"/>'),
    response('string', { correct: ['York'], more: MAPPING }),
  );
  t.same(problems, []);
  t.same(keys?.items.q1, {
    identifier: 'q1',
    responses: {
      RESPONSE: {
        cardinality: 'single',
        base: 'string',
        correct: ['York'],
        mapping: {
          default: -1,
          lower: 0,
          upper: 2,
          entries: [
            { key: 'York', value: 1, caseSensitive: false },
            { key: 'york', value: 0.5, caseSensitive: true },
          ],
        },
      },
    },
    outcomes: { SCORE: { cardinality: 'single', base: 'float' } },
    processing: {
      rules: [
        {
          op: 'setOutcomeValue',
          a: { identifier: 'SCORE' },
          c: [{ op: 'mapResponse', a: { identifier: 'RESPONSE' } }],
        },
      ],
    },
    weights: {},
    categories: [],
    markerNotes: [],
  });
});

t.test('the same rules in QTI 2 give the same tree', async (t) => {
  const two = importItem(
    item2({
      head: '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration>',
      body: '<choiceInteraction responseIdentifier="R" maxChoices="1"><simpleChoice identifier="A">a</simpleChoice></choiceInteraction>',
      tail: `<responseProcessing><responseCondition><responseIf><match><variable identifier="R"/><correct identifier="R"/></match>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float"> 1 </baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`,
    }),
  );
  t.same(two.problems, []);
  t.match(two.keys?.items.q1?.processing?.rules, [
    {
      op: 'responseCondition',
      c: [
        {
          op: 'responseIf',
          c: [
            { op: 'match', c: [{ op: 'variable' }, { op: 'correct' }] },
            { op: 'setOutcomeValue', c: [{ op: 'baseValue', a: { baseType: 'float' }, v: '1' }] },
          ],
        },
      ],
    },
  ]);
});

t.test('templates: standard by name, of the package by file, others refused', async (t) => {
  const template = (address: string, head?: string) =>
    scored(`<qti-response-processing template="${address}"/>`, head);
  const standard = template('http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct');
  t.same(standard.problems, []);
  t.same(standard.keys?.items.q1?.processing, { template: 'match_correct', rules: [] });
  t.same(codes(template('https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml').problems), [
    'scoring/no-mapping',
  ]);
  t.same(codes(template('match_correct', response('string')).problems), ['scoring/no-correct']);
  t.same(codes(template('match_correct', response('string', { id: 'OTHER', correct: ['x'] })).problems), [
    'item/undeclared-response',
    'item/unused-response',
    'scoring/undeclared',
  ]);
  t.same(told(template('https://example.org/my_own.xml').problems), ['scoring/template q1.xml:6 q1']);
  const own = importItem(
    item3({
      head: response('string', { correct: ['x'] }),
      body: ENTRY,
      tail: '<qti-response-processing template="rp/own.xml"/>',
    }),
    {
      'rp/own.xml':
        '<qti-response-processing xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-processing>',
    },
  );
  t.same(own.problems, []);
  t.match(own.keys?.items.q1?.processing, { template: 'own', rules: [{ op: 'setOutcomeValue' }] });
});

t.test('rules that cannot be carried out refuse the package, with the line', async (t) => {
  const problem = (processing: string, head?: string, body?: string) =>
    told(scored(processing, head, body).problems)[0];
  t.equal(problem(set('<qti-variable identifier="NOBODY"/>')), 'scoring/undeclared q1.xml:6 q1');
  t.equal(
    problem(set('<qti-base-value base-type="float">1</qti-base-value>', 'GHOST')),
    'scoring/undeclared q1.xml:6 q1',
  );
  t.equal(problem(set('<qti-map-response identifier="RESPONSE"/>')), 'scoring/no-mapping q1.xml:6 q1');
  t.equal(
    problem(
      set('<qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>'),
      response('string'),
    ),
    'scoring/type q1.xml:6 q1',
  );
  t.match(codes(scored(set('<qti-correct identifier="RESPONSE"/>'), response('string')).problems), [
    'scoring/no-correct',
    'scoring/type',
  ]);
  t.equal(problem(set('<qti-invented/>')), 'scoring/unknown-rule q1.xml:6 q1');
  t.equal(problem(set('<qti-custom-operator class="a.b"/>')), 'scoring/custom q1.xml:6 q1');
  t.equal(
    problem(
      '<qti-response-processing><qti-lookup-outcome-value identifier="SCORE"><qti-variable identifier="SCORE"/></qti-lookup-outcome-value></qti-response-processing>',
    ),
    'scoring/no-table q1.xml:6 q1',
  );
});

t.test('keys that no answer could reach', async (t) => {
  const choice = (correct: string[], more = '') =>
    codes(
      scored(
        '<qti-response-processing template="match_correct"/>',
        response('identifier', { correct, more }),
        CHOICE,
      ).problems,
    );
  t.same(choice(['B']), []);
  t.same(choice(['C']), ['scoring/correct-unknown']);
  t.same(choice(['A', 'B']), ['scoring/correct-count']);
  t.same(choice(['A'], '<qti-mapping><qti-map-entry map-key="Z" mapped-value="1"/></qti-mapping>'), [
    'scoring/mapping-unknown',
  ]);
  t.same(choice(['A'], '<qti-mapping><qti-map-entry map-key="A" mapped-value="much"/></qti-mapping>'), [
    'scoring/mapping-value',
  ]);
});

t.test('no scoring is a warning that tells whether it was to be expected', async (t) => {
  t.same(told(scored('', response('string')).problems), ['scoring/by-hand q1.xml:2 q1']);
  t.same(told(scored('<qti-response-processing/>').problems), ['scoring/absent q1.xml:6 q1']);
  t.same(codes(scored(set('<qti-null/>')).problems), []);
  t.same(codes(scored('<qti-response-processing><qti-exit-response/></qti-response-processing>').problems), [
    'scoring/no-score',
  ]);
  t.ok(scored('').paper, 'the paper can be sat all the same');
});
