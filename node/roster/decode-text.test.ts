import fc from 'fast-check';
import t from 'tap';
import { countLineBreaks, decodeText } from './decode-text.ts';
import { encodeGb18030, encodeGbk } from './encode-gb18030.testing.ts';
import { RosterReadError } from './read-error.ts';

const RARE = '𠅤𬭛䶮𡋾𫖯㛃燚龴龻·扎西';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function refused(bytes: Uint8Array): { code: string; line: number | undefined } | undefined {
  try {
    decodeText(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof RosterReadError)) throw error;
    return { code: error.code, line: error.detail.line };
  }
}

t.test('rare characters survive every encoding', async (t) => {
  t.same(decodeText(utf8(RARE)), { text: RARE, encoding: 'utf-8' });
  t.same(decodeText(utf8(`\uFEFF${RARE}`)), { text: RARE, encoding: 'utf-8' });
  t.same(decodeText(encodeGb18030(RARE)), { text: RARE, encoding: 'gb18030' });
  const little = Buffer.from(`\uFEFF${RARE}`, 'utf16le');
  t.same(decodeText(little), { text: RARE, encoding: 'utf-16le' });
  t.same(decodeText(Buffer.from(little).swap16()), { text: RARE, encoding: 'utf-16be' });
  t.same(decodeText(utf8('plain')), { text: 'plain', encoding: 'utf-8' });
});

t.test('bytes of the 80 characters that GBK had before Unicode', async (t) => {
  // FE9F 䶮 is in names; FE51 is one of the six that decoders still leave in the private-use area.
  t.equal(decodeText(Uint8Array.from([0xd5, 0xc5, 0xfe, 0x9f])).text, '张䶮');
  t.equal(
    decodeText(Uint8Array.from([0xfe, 0x51, 0xfe, 0x6c, 0xfe, 0x91])).text,
    '\u{20087}\u{215d7}\u{241fe}',
  );
  for (let trail = 0x50; trail <= 0xa0; trail++) {
    if (trail === 0x7f) continue;
    t.notMatch(
      decodeText(Uint8Array.from([0xfe, trail])).text,
      /\p{Private_Use}/u,
      `FE${trail.toString(16)}`,
    );
  }
});

t.test('GB18030 of any text of names comes back unchanged', async () => {
  const han = fc.oneof(
    fc.integer({ min: 0x4e00, max: 0x9fa5 }),
    fc.integer({ min: 0x3400, max: 0x4db5 }),
    fc.integer({ min: 0x20000, max: 0x323af }),
  );
  fc.assert(
    fc.property(fc.array(han, { minLength: 3, maxLength: 40 }), (points) => {
      const text = `姓名,身份证号\r\n${String.fromCodePoint(...points)}`;
      const decoded = decodeText(encodeGb18030(text));
      return decoded.encoding === 'gb18030' && decoded.text === text;
    }),
  );
});

t.test('a GBK export has lost its rare characters to question marks', async (t) => {
  t.equal(decodeText(encodeGbk('汤轩𠅤,张䶮')).text, '汤轩?,张䶮');
});

t.test('damage is told with its line', async (t) => {
  const text = '准考证号,姓名\r\n1,张三\r\n2,李四\r\n3,王五\r\n';
  const bytes = utf8(text);
  const broken = Uint8Array.from(bytes);
  broken[bytes.indexOf(0xe6, 30)] = 0xff;
  t.same(refused(broken), { code: 'roster/read-encoding', line: 3 }, 'one byte of UTF-8 is broken');

  const cut = utf8('考生姓名学校科目代码名称').subarray(0, -1);
  t.match(refused(cut), { code: 'roster/read-encoding' }, 'UTF-8 that ends within a character');

  const gb = [...encodeGb18030('姓名\n张三\n李四')];
  t.same(refused(Uint8Array.from([...gb, 0xff])), { code: 'roster/read-encoding', line: 3 });
  t.match(
    refused(Uint8Array.from([...gb, 0xd5])),
    { code: 'roster/read-encoding' },
    'GBK that ends within a character',
  );
  t.same(refused(Uint8Array.from([0xff, 0xfe, 0x0a, 0x00, 0x40, 0xd8])), {
    code: 'roster/read-encoding',
    line: 2,
  });
  t.same(refused(Uint8Array.from([0xef, 0xbb, 0xbf, 0xd5, 0xc5])), { code: 'roster/read-encoding', line: 1 });
});

t.test('any bytes decode or are refused with a code', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      refused(bytes);
      return true;
    }),
  );
});

t.test('line breaks of all systems', async (t) => {
  t.equal(countLineBreaks('a\r\nb\nc\rd\n\r\n'), 5);
});
