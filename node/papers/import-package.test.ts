import { Buffer } from 'node:buffer';
import t from 'tap';
import {
  choice3,
  codes,
  type Files,
  importFiles,
  item2,
  item3,
  manifest,
  PNG,
  response,
  told,
} from './package.testing.ts';

const QTI3 = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"';

function testFile(sections: string, more = ''): string {
  return `<?xml version="1.0"?>
<qti-assessment-test ${QTI3} identifier="exam" title="Exam">
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-test-part identifier="part" navigation-mode="nonlinear" submission-mode="simultaneous">${sections}</qti-test-part>${more}
</qti-assessment-test>`;
}

function section(id: string, inner: string, attributes = ''): string {
  return `<qti-assessment-section identifier="${id}" title="Section ${id}" visible="true" ${attributes}>${inner}</qti-assessment-section>`;
}

function ref(id: string, href = `${id}.xml`, attributes = '', inner = ''): string {
  return `<qti-assessment-item-ref identifier="${id}" href="${href}" ${attributes}>${inner}</qti-assessment-item-ref>`;
}

t.test('without a test all items in the order of the manifest are one section', async (t) => {
  const { paper, keys, problems } = importFiles({ 'q2.xml': choice3('q2'), 'sub dir/q1.xml': choice3('q1') });
  t.same(problems, []);
  t.same(paper?.sections, [{ id: 'items', title: '', children: [{ item: 'q2' }, { item: 'q1' }] }]);
  t.same(Object.keys(keys!.items), ['q2', 'q1']);
  t.equal(paper?.id, 'pack');
});

t.test('a test gives sections, nesting, drawing, points and names of its own', async (t) => {
  const files: Files = {
    'test.xml': testFile(
      section(
        'a',
        `<qti-rubric-block view="candidate tutor"><p>Read <b>this</b></p></qti-rubric-block>
         <qti-rubric-block view="scorer"><p>secret guide</p></qti-rubric-block>
         <qti-selection select="2"/><qti-ordering shuffle="true"/>
         ${ref('one', 'items/q1.xml', 'required="true" fixed="true"')}${ref('two', 'items/q1.xml')}
         ${section('inner', ref('three', 'items/q1.xml', '', '<qti-weight identifier="W" value="2.5"/>'), 'fixed="true"')}`,
      ),
      `<qti-outcome-processing><qti-set-outcome-value identifier="SCORE"><qti-sum>
       <qti-test-variables variable-identifier="SCORE" weight-identifier="W"/></qti-sum></qti-set-outcome-value></qti-outcome-processing>`,
    ),
    'items/q1.xml': item3({
      id: 'own-name',
      head: response('string', { correct: ['x'] }).replace('base-type="string"', 'base-type="string"'),
      body: '<p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>',
      tail: '<qti-response-processing template="match_correct"/>',
    }).replace('identifier="SCORE" cardinality', 'normal-maximum="4" identifier="SCORE" cardinality'),
  };
  const { paper, keys, problems } = importFiles(files);
  t.same(problems, []);
  t.same(paper!.sections, [
    {
      id: 'a',
      title: 'Section a',
      rubric: [{ e: 'p', c: ['Read ', { e: 'b', c: ['this'] }] }],
      shuffle: true,
      select: 2,
      children: [
        { item: 'one', fixed: true, required: true },
        { item: 'two' },
        { id: 'inner', title: 'Section inner', fixed: true, children: [{ item: 'three' }] },
      ],
    },
  ]);
  t.equal(paper!.items.one!.points, 4);
  t.equal(paper!.items.three!.points, 10, 'times the weight');
  t.equal(keys!.items.three!.identifier, 'own-name');
  t.same(keys!.items.three!.weights, { W: 2.5 });
  t.match(keys!.processing, [{ op: 'setOutcomeValue', c: [{ op: 'sum', c: [{ op: 'testVariables' }] }] }]);
  t.notMatch(JSON.stringify(paper), /secret guide/);
});

t.test('QTI 2 tests, sections in files of their own, the folder zipped instead of its content', async (t) => {
  const { paper, problems } = importFiles({
    'folder/imsmanifest.xml': `<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m" xml:base="">
<resources xml:base="content/"><resource identifier="t" type="imsqti_test_xmlv2p1" href="the%20test.xml"><dependency identifierref="i"/></resource>
<resource identifier="i" type="imsqti_item_xmlv2p1" href="../items/q1.xml"/></resources></manifest>`,
    'folder/content/the test.xml': `<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="T" title="">
<testPart identifier="p" navigationMode="linear" submissionMode="individual"><timeLimits maxTime="600"/>
<assessmentSectionRef identifier="s-ref" href="sections/s.xml"/></testPart></assessmentTest>`,
    'folder/content/sections/s.xml': `<assessmentSection xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="s" title="Hidden" visible="false">
<assessmentItemRef identifier="x" href="../../items/q1.xml"/></assessmentSection>`,
    'folder/items/q1.xml': item2({
      head: '<responseDeclaration identifier="R" cardinality="single" baseType="string"/>',
      body: '<p>中文题目<textEntryInteraction responseIdentifier="R" expectedLength="4"/></p>',
    }),
  });
  t.same(told(problems), [
    'test/time-limit folder/content/the test.xml:2',
    'test/linear folder/content/the test.xml:2',
    'scoring/by-hand folder/items/q1.xml:2 x',
  ]);
  t.same(paper?.sections, [{ id: 's', title: '', children: [{ item: 'x' }] }]);
  t.equal(paper?.language, 'zh-CN');
});

t.test('packages that are none', async (t) => {
  t.same(told(importFiles({ 'imsmanifest.xml': '<manifest/>' }).problems), [
    'package/no-items imsmanifest.xml',
  ]);
  t.same(told(importFiles({ 'imsmanifest.xml': '<html/>' }).problems), [
    'package/not-manifest imsmanifest.xml:1',
  ]);
  t.same(told(importFiles({ 'imsmanifest.xml': '<manifest>' }).problems), [
    'xml/malformed imsmanifest.xml:1',
  ]);
  const none = importFiles({ 'imsmanifest.xml': '<a/>', 'q1.xml': choice3() });
  t.equal(none.paper, undefined);
  const bare = importFiles({ 'other.xml': '<x/>', 'imsmanifest.xml': '<manifest/>' });
  t.equal(bare.paper, undefined);
});

t.test('QTI 1 is named as such', async (t) => {
  const old = manifest({ 'q1.xml': '' }).replace('imsqti_item_xmlv3p0', 'imsqti_xmlv1p2');
  t.ok(
    codes(importFiles({ 'imsmanifest.xml': old, 'q1.xml': '<questestinterop/>' }).problems).includes(
      'package/old-qti',
    ),
  );
});

t.test('every fault of every file is told at once, with item, file and line', async (t) => {
  const files: Files = {
    'test.xml': testFile(
      section(
        's',
        `${ref('a')}\n${ref('b')}\n${ref('gone')}\n${ref('a', 'c.xml')}\n${ref('e')}\n${ref('bad id', 'a.xml')}`,
      ),
    ),
    'a.xml': choice3('a'),
    'b.xml': choice3('b').replace('</p>', '</q>'),
    'c.xml': choice3('c'),
    'e.xml':
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><qti-assessment-item>&e;</qti-assessment-item>',
  };
  const { paper, keys, problems, files: media } = importFiles(files);
  t.same([paper, keys, media.size], [undefined, undefined, 0]);
  t.same(told(problems).sort(), [
    'test/duplicate test.xml:7',
    'test/identifier test.xml:9',
    'test/missing-item test.xml:6 gone',
    'xml/doctype e.xml:1 e',
    'xml/malformed b.xml:5 b',
  ]);
});

t.test('references that lead out, dangle or repeat', async (t) => {
  const bad = manifest(
    { 'q1.xml': '' },
    `<resource identifier="r0" type="webcontent" href="x.png"/>
<resource identifier="w" type="webcontent"><file href="../../secret.txt"/><file href="nothing.png"/><dependency identifierref="nobody"/></resource>
<resource identifier="i" type="imsqti_item_xmlv3p0" href="missing.xml"/>`,
  );
  const { problems } = importFiles({ 'imsmanifest.xml': bad, 'q1.xml': choice3() });
  t.same(codes(problems), [
    'package/dangling-dependency',
    'package/duplicate-resource',
    'package/missing-file',
    'package/unlisted-file',
    'package/unsafe-path',
  ]);
  const out = importFiles({ 'test.xml': testFile(section('s', ref('a', '../../etc/a.xml'))) });
  t.same(codes(out.problems), ['package/unsafe-path']);
});

t.test('what a test may not ask for', async (t) => {
  const flow = (inner: string) =>
    codes(
      importFiles({ 'test.xml': testFile(inner), 'a.xml': choice3('a'), 'q9.xml': choice3('q9') }).problems,
    );
  t.same(
    flow(
      section(
        's',
        ref('a', 'a.xml', '', '<qti-branch-rule target="EXIT_TEST"><qti-null/></qti-branch-rule>'),
      ),
    ),
    ['package/unused-item', 'test/branching'],
  );
  t.same(flow(section('s', `<qti-selection select="3"/>${ref('a')}`)), [
    'package/unused-item',
    'test/select-range',
  ]);
  t.same(flow(section('s', `<qti-selection select="1" with-replacement="true"/>${ref('a')}`)), [
    'package/unused-item',
    'test/replacement',
  ]);
  t.same(flow(section('s', ref('a')) + section('empty', '')), ['package/unused-item', 'test/empty-section']);
  const two = {
    'test1.xml': testFile(section('s', ref('a'))),
    'test2.xml': testFile(section('s', ref('a'))),
    'a.xml': choice3('a'),
  };
  t.same(codes(importFiles(two).problems), ['package/several-tests']);
});

t.test('names with blanks, percent signs, other case and Chinese', async (t) => {
  const body = (src: string) => item3({ body: `<p><img src="${src}" alt=""/></p>` });
  const image = (src: string, file: string) => {
    const { paper, problems } = importFiles({ 'items/q1.xml': body(src), [file]: PNG });
    return paper === undefined ? codes(problems) : Object.values(paper.media).map((medium) => medium.name);
  };
  t.same(image('../img/a%20b.png', 'img/a b.png'), ['a b.png']);
  t.same(image('..\\img\\图.png?x=1#y', 'img/图.png'), ['图.png']);
  t.same(image('%E5%9B%BE.png', 'items/图.png'), ['图.png']);
  t.same(image('50%.png', 'items/50%.png'), ['50%.png']);
  t.same(image('/img/a.png', 'img/a.png'), ['a.png']);
  t.same(codes(importFiles({ 'q1.xml': body('A.PNG'), 'a.png': PNG }).problems), [
    'item/no-interaction',
    'media/case',
  ]);
  t.same(image('../../a.png', 'a.png'), ['item/no-interaction', 'package/unsafe-path']);
  t.same(image('https://example.org/a.png', 'a.png'), ['item/no-interaction', 'media/external']);
  t.same(image('//example.org/a.png', 'a.png'), ['item/no-interaction', 'media/external']);
  t.same(image('b.png', 'a.png'), ['item/no-interaction', 'media/missing']);
});

t.test('shared stimuli', async (t) => {
  const stimulus = (body: string) =>
    `<qti-assessment-stimulus ${QTI3} identifier="st" title="Passage"><qti-stimulus-body>${body}</qti-stimulus-body></qti-assessment-stimulus>`;
  const item = (id: string, href: string) =>
    choice3(id).replace(
      '<qti-outcome',
      `<qti-assessment-stimulus-ref identifier="st" href="${href}"/><qti-outcome`,
    );
  const good = importFiles({
    'q1.xml': item('q1', 's.xml'),
    'q2.xml': item('q2', 's.xml'),
    's.xml': stimulus('<p>Text</p>'),
  });
  t.same(good.problems, []);
  t.same(good.paper!.items.q2!.stimuli, ['st']);
  t.same(good.paper!.stimuli, { st: { id: 'st', title: 'Passage', body: [{ e: 'p', c: ['Text'] }] } });
  t.same(told(importFiles({ 'q1.xml': item('q1', 'no.xml') }).problems), ['stimulus/missing q1.xml:4 q1']);
  t.same(codes(importFiles({ 'q1.xml': item('q1', 's.xml'), 's.xml': '<x/>' }).problems), [
    'stimulus/not-stimulus',
  ]);
  const tricky = stimulus('<qti-choice-interaction response-identifier="R"/>');
  t.same(codes(importFiles({ 'q1.xml': item('q1', 's.xml'), 's.xml': tricky }).problems), [
    'stimulus/interaction',
  ]);
});

t.test('GBK documents and documents with a mark', async (t) => {
  const gbk = Buffer.concat([
    Buffer.from(choice3().replace('UTF-8', 'GBK').replace('Which?', '@@')).subarray(0),
  ]);
  const at = gbk.indexOf('@@');
  const bytes = Buffer.concat([
    gbk.subarray(0, at),
    Buffer.from([0xcc, 0xe2, 0xc4, 0xbf]),
    gbk.subarray(at + 2),
  ]);
  const { paper } = importFiles({ 'q1.xml': new Uint8Array(bytes) });
  t.match(JSON.stringify(paper), '题目');
});
