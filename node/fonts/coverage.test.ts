import fc from 'fast-check';
import t from 'tap';
import { fontRuns, missingGlyphs, readFontCoverage } from './coverage.ts';
import { TEXT_SOURCES } from './font-sources.ts';

const coverage = readFontCoverage();
const missing = (text: string) => missingGlyphs(text, coverage).join('');

/** All characters of a two-byte range of GBK, decoded as a roster would be. */
function gbk(lead: [number, number], trail: [number, number]): string {
  const bytes: number[] = [];
  for (let high = lead[0]; high <= lead[1]; high += 1) {
    for (let low = trail[0]; low <= trail[1]; low += 1) if (low !== 0x7f) bytes.push(high, low);
  }
  return new TextDecoder('gb18030').decode(Uint8Array.from(bytes)).replace(/\p{Co}|\ufffd/gu, '');
}

t.test('every Chinese character of GB 2312 and of GBK is shown', async (t) => {
  const common = gbk([0xb0, 0xf7], [0xa1, 0xfe]);
  t.equal(new Set(common).size, 6763);
  t.equal(missing(common), '');
  t.equal(missing(gbk([0x81, 0xa0], [0x40, 0xfe])), '');
  t.equal(missing(gbk([0xaa, 0xfe], [0x40, 0xa0])), '');
});

t.test('so are the signs of GB 2312: punctuation, pinyin, Greek, Cyrillic, frames', async (t) => {
  t.equal(missing(gbk([0xa1, 0xa9], [0xa1, 0xfe])), '');
});

t.test('names with rare characters', async (t) => {
  // From outside the basic plane; the last five are of the identity-card system and the newer dictionaries.
  for (const name of ['张𡋾', '𠮷田', '𠀾', '𬱖', '𬘭', '𣲘', '𬭎', '㛃㐱', '𫝋', '𫝦', '𫠁', '𪟎', '𫂈'])
    t.equal(missing(name), '', name);
  t.equal(missing('阿依古丽·买买提'), '');
  // Level 3 of 通用规范汉字表: its characters outside the basic plane.
  const level3 =
    '𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽹𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓';
  t.equal(missing(level3), '');
});

t.test('mathematics, phonetics, units and chemistry', async (t) => {
  t.equal(missing('√∛∜∑∏∫∬∮∂∇∞∝∠∡⊥∥∦∧∨∩∪⊂⊃⊆⊇⊄⊊∈∉∋∅∀∃∄¬⇒⇔⇌→↦↔⟶⟹≤≥⩽⩾≠≈≡≅∼≌±∓×÷·∘⊕⊗⌊⌋⌈⌉⟨⟩′″‴∴∵∶△▲□■○●◇☆★'), '');
  t.equal(
    missing('ℝℤℕℚℂℙℎℏℓ℃℉Å°ΩαβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨϕϵϑ𝑥𝐀𝔸⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉₊₋ₙ½⅓¼¾⅔⅛'),
    '',
  );
  // English phonetic symbols as in Chinese textbooks, with stress, length and a nasal.
  t.equal(missing('iːɪeæɑːɒɔːʊuːʌɜːəeɪaɪɔɪaʊəʊɪəeəʊəpbtdkɡfvθðszʃʒhtʃdʒmnŋlrjwˈˌɑ̃ɛɝɚɹɾʔ'), '');
  t.equal(missing('āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüêńňǹḿ'), '');
  t.equal(missing('ŁódźŞükrüČeštinaĞıİőűœŒßñçЁёЇїЄєҐґ₽₩€£¥₹'), '');
  t.equal(missing('①②③⑳㈠㈩ⅠⅡⅢⅫⅰⅻ㎏㎡㎥㏄‰‱№☐☑☒✓✔✗♀♂♩♪♫♬♭♯♮⚀⚅♔♚⌘⏎'), '');
});

t.test('what no font has is named once, in order', async (t) => {
  t.same(
    missingGlyphs('a😀b\ue5e5😀c', coverage),
    ['😀', '\ue5e5'],
    'an emoji, a private character of an old list',
  );
  t.same(missingGlyphs('half \ud83d', coverage), ['\ufffd']);
  t.same(
    missingGlyphs('\u0000\t\r\n \u00a0\u3000\u200b\u200d\u00ad\ufeff\ufe0f\u{e0100}', coverage),
    [],
    'nothing to see, nothing missing',
  );
  t.same(missingGlyphs('', coverage), []);
  t.same(missingGlyphs(new Set([0x4e00, 0x1f600])), ['😀']);
  t.throws(() => missingGlyphs(new Set([-1])), TypeError);
  t.throws(() => missingGlyphs(new Set([0x110000])), TypeError);
});

t.test('runs put together are the text, and each is in a font that has it', async (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'张𡋾ɑ̃ʃx⩽2 ,。😀') }),
      (one, two) => {
        const text = one + two;
        return (
          fontRuns(text, coverage)
            .map((run) => run.text)
            .join('') === text
        );
      },
    ),
  );
  t.same(fontRuns('张𡋾说 ɑ̃ʃ，x⩽2', coverage), [
    { source: 'main', text: '张' },
    { source: 'han', text: '𡋾' },
    { source: 'main', text: '说 ' },
    { source: 'latin', text: 'ɑ̃ʃ' },
    { source: 'main', text: '，x' },
    { source: 'symbols', text: '⩽' },
    { source: 'main', text: '2' },
  ]);
  t.same(fontRuns('', coverage), []);
  t.same(fontRuns('😀', coverage), [{ source: 'main', text: '😀' }]);
});

t.test('bold has what regular has', async (t) => {
  const { readSfntTable } = await import('./sfnt.ts');
  for (const { source, regular, bold } of TEXT_SOURCES) {
    if (bold === undefined) continue;
    t.same(Buffer.from(readSfntTable(bold, 'cmap')).equals(readSfntTable(regular, 'cmap')), true, source);
  }
});
