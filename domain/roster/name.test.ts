import fc from 'fast-check';
import t from 'tap';
import { nameDoubt, normaliseName, readName } from './name.ts';
import { standardForm } from './private-use.ts';

const value = (text: string): string | undefined => {
  const result = readName(text);
  return result.ok ? result.value : undefined;
};

t.test('outer blanks go, everything else stays as given', async (t) => {
  t.equal(value(' 万轩博\u3000'), '万轩博');
  t.equal(value('\u202a张三\u202c'), '张三');
  for (const name of [
    '汤轩𠅤',
    '𬭛',
    '䶮',
    '韦铭𡋾',
    'Anna  Maria Ｓｃｈｍｉｄｔ',
    '欧阳 修',
    // Compatibility ideographs and variation selectors: Unicode normalisation would change or lose them.
    '\uF91D\uFA11',
    '邊\u{E0101}',
    'e\u0301',
    'می\u200cرا',
  ]) {
    t.equal(value(name), name);
  }
});

t.test('the dots between the parts of a name become one', async (t) => {
  for (const dot of ['\u2022', '\u2027', '\u30fb', '\uff0e', '\u00b7']) {
    t.equal(value(`扎西${dot}尼玛`), '扎西\u00b7尼玛');
  }
  t.equal(value('J. R. Smith'), 'J. R. Smith', 'a plain full stop is no such dot');
});

t.test('what cannot be kept is refused', async (t) => {
  const code = (text: string): string | undefined => {
    const result = readName(text);
    return result.ok ? undefined : result.code;
  };
  t.equal(code(''), 'roster/name-missing');
  t.equal(code('\u3000 \t'), 'roster/name-missing');
  t.equal(code('张\u0000三'), 'roster/control-character');
  t.equal(code('张\n三'), 'roster/control-character');
  t.equal(code('张\u202e三'), 'roster/control-character');
  t.equal(code('张\ud840'), 'roster/damaged-text');
  t.equal(code('\udd64三'), 'roster/damaged-text');
  t.equal(code('张\ufffd'), 'roster/damaged-text');
  t.equal(code('张'.repeat(201)), 'roster/text-too-long');
});

t.test('normalising twice is normalising once, and never loses a character of a name', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = normaliseName(text);
      return normaliseName(once) === once;
    }),
  );
  const han = fc.oneof(
    fc.integer({ min: 0x3400, max: 0x9fff }),
    fc.integer({ min: 0x20000, max: 0x323af }),
    fc.integer({ min: 0xf900, max: 0xfad9 }),
  );
  fc.assert(
    fc.property(fc.array(han, { minLength: 1, maxLength: 12 }), (points) => {
      const name = String.fromCodePoint(...points);
      return value(` ${name}\u3000`) === name;
    }),
  );
});

t.test('doubts about a well-formed name', async (t) => {
  t.same(nameDoubt('潘静?'), { kind: 'question-mark' });
  t.same(nameDoubt('潘静？'), { kind: 'question-mark' });
  t.same(nameDoubt('张\ue863'), { kind: 'private-use', suggestion: '张䶮' });
  t.equal(nameDoubt('张䶮'), undefined);
});

t.test('private-use characters of GBK have their standard forms', async (t) => {
  t.equal(standardForm('\ue863\ue816\ue831\ue864'), '䶮\u{20087}\u{215d7}\u9fbb');
  t.equal(standardForm('\ue000\ue814\ue865'), '\ue000\ue814\ue865', 'others are left');
});
