import { Buffer } from 'node:buffer';
import t from 'tap';
import { PAPER_FAULTS } from '#domain/papers/faults.ts';
import { renameEntry, writeZip } from '#scripts/zip/write-zip.ts';
import { compilePaper } from './compile.ts';
import { choice3, codes, type Files, item3, manifest, OGG, PNG, response, told } from './package.testing.ts';

function zipOf(files: Files): Promise<Buffer> {
  return writeZip({ 'imsmanifest.xml': manifest(files), ...files });
}

t.test('a package becomes a paper with media and fonts, named as the seal wants them', async (t) => {
  const zip = await zipOf({
    'q1.xml': item3({
      head: response('string', { correct: ['KEY-WORD'] }),
      body: '<p>题目<img src="a.png" alt="图"/></p><audio src="a.ogg"/><p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>',
      tail: '<qti-response-processing template="match_correct"/>',
    }),
    'a.png': PNG,
    'a.ogg': OGG,
  });
  const { paper, keys, text, files, problems, missingGlyphs } = await compilePaper(zip);
  t.same(problems, []);
  t.same(missingGlyphs, []);
  t.same(
    [...files].slice(0, 2).map(([name, part]) => [name, part.role, part.bytes.length]),
    [
      ['f1.age', 'media', PNG.length],
      ['f2.age', 'media', OGG.length],
    ],
  );
  t.same(
    [...files.keys()],
    Array.from(files, (_part, at) => `f${at + 1}.age`),
    'without gaps',
  );
  t.ok(paper!.fonts.length >= 2, 'regular and bold');
  for (const font of paper!.fonts) {
    t.equal(files.get(font.file)?.role, 'font');
    t.equal(font.format, 'woff2');
  }
  t.same(JSON.parse(Buffer.from(text!).toString('utf8')), paper);
  t.same(keys?.items.q1?.responses.RESPONSE?.correct, ['KEY-WORD']);
  t.notMatch(Buffer.from(text!).toString('utf8'), 'KEY-WORD');
});

t.test('characters that no font has are named', async (t) => {
  // Byzantine musical notation: in none of the fonts of the box.
  const { paper, missingGlyphs, problems } = await compilePaper(
    await zipOf({ 'q1.xml': choice3('q1', 'sing 𝀀') }),
  );
  t.ok(paper, 'it is a warning');
  t.same(missingGlyphs, ['𝀀']);
  t.match(problems, [{ code: 'font/missing-glyphs', severity: 'warning', detail: '𝀀' }]);
});

t.test('broken packages of every kind: refused with a code, nothing compiled', async (t) => {
  const good = await zipOf({ 'q1.xml': choice3() });
  const cases: [string, Uint8Array | Promise<Uint8Array>, string[]][] = [
    ['no ZIP', Buffer.from('hello'), ['zip/not-zip']],
    ['cut short', good.subarray(0, good.length - 40), ['zip/truncated']],
    ['no manifest', writeZip({ 'q1.xml': choice3() }), ['package/no-manifest']],
    [
      'path leads out',
      zipOf({ 'q1.xml': choice3(), 'aa/x.png': PNG }).then((zip) => renameEntry(zip, 'aa/x.png', '../x.png')),
      ['zip/traversal'],
    ],
    ['bomb', zipOf({ 'q1.xml': choice3(), 'z.xml': Buffer.alloc(20_000_000) }), ['zip/bomb']],
    [
      '10,000 files',
      writeZip(Array.from({ length: 10_000 }, (_, at) => ({ name: `${at}`, data: '', compress: false }))),
      ['zip/too-many-entries'],
    ],
    ['link', writeZip([{ name: 'imsmanifest.xml', data: '/etc/passwd', mode: 0o120777 }]), ['zip/symlink']],
    [
      'malformed in the middle',
      zipOf({ 'q1.xml': choice3('q1'), 'q2.xml': choice3('q2').slice(0, 300), 'q3.xml': choice3('q3') }),
      ['xml/malformed'],
    ],
    [
      'external entity',
      zipOf({
        'q1.xml': choice3().replace('?>', '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
      }),
      ['xml/doctype'],
    ],
    [
      'missing medium',
      zipOf({ 'q1.xml': item3({ body: '<p><img src="x.png" alt=""/></p>' }) }),
      ['item/no-interaction', 'media/missing'],
    ],
  ];
  for (const [name, zip, expected] of cases) {
    const result = await compilePaper(await zip);
    t.same(codes(result.problems), expected, name);
    t.same(
      [result.paper, result.keys, result.text, result.files.size],
      [undefined, undefined, undefined, 0],
      name,
    );
  }
});

t.test('the fault in the middle names item, file and line', async (t) => {
  const broken = choice3('q2').replace('</qti-choice-interaction>', '');
  const { problems } = await compilePaper(
    await zipOf({ 'q1.xml': choice3('q1'), 'q2.xml': broken, 'q3.xml': choice3('q3') }),
  );
  t.match(told(problems), [/^xml\/malformed q2\.xml:7 /]);
});

t.test('the same package gives the same bytes', async (t) => {
  const zip = await zipOf({ 'q1.xml': choice3() });
  const [first, second] = [await compilePaper(zip), await compilePaper(zip)];
  t.same(Buffer.from(first.text!), Buffer.from(second.text!));
  t.same(
    [...first.files.values()].map((part) => part.bytes.length),
    [...second.files.values()].map((part) => part.bytes.length),
  );
});

t.test('every code that can be reported has words in both languages', async (t) => {
  for (const [code, fault] of Object.entries(PAPER_FAULTS)) {
    t.match(code, /^[a-z]+\/[a-z0-9-]+$/);
    t.ok(/\p{Script=Han}/u.test(fault.zh) && /\p{Script=Han}/u.test(fault.doZh), code);
    t.ok(/^[\x20-\x7e]+$/.test(fault.en) && /^[\x20-\x7e]+$/.test(fault.doEn), code);
  }
});
