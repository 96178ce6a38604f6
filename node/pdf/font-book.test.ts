import t from 'tap';
import { FontBook, MissingGlyphsError, missingGlyphs } from './font-book.ts';

t.test('a character that no font has is told before anything is drawn', async (t) => {
  t.same(missingGlyphs(['张𡋾', '孙兰𠅤 𬭛 䶮 𠮷', 'Łódź ɑ̃']), []);
  t.same(missingGlyphs(['a😀', '😀\ue5e5']), ['😀', '\ue5e5']);
  t.throws(() => FontBook.of(['考场', '好😀']), new MissingGlyphsError(['😀']));
  t.match(new MissingGlyphsError(['😀']), { code: 'report/glyph', characters: ['😀'], message: /U\+1F600/ });
});

t.test('a drawing cannot put on paper what was not looked at', async (t) => {
  const book = FontBook.of(['考场']);
  t.same(
    book.runs('考场 12', 'regular').map(({ text }) => text),
    ['考场 12'],
    'numbers of pages are always there',
  );
  t.throws(() => book.runs('门', 'regular'), RangeError);
});

t.test('each font is cut once, however many texts there are', async (t) => {
  const book = FontBook.of(['张𡋾', '张三', '李𡋾']);
  t.equal(new Set(book.fonts.map(({ name }) => name)).size, book.fonts.length);
  t.ok(book.fonts.every(({ bytes }) => bytes.length < 60_000));
  t.same(
    book.runs('张𡋾', 'bold').map(({ text }) => text),
    ['张', '𡋾'],
  );
});

t.test('an apostrophe is narrow between letters and wide between Chinese characters', async (t) => {
  const book = FontBook.of(['Candidate’s “A” 称为“甲”']);
  t.same(
    book.runs('Candidate’s', 'regular').map(({ text }) => text),
    ['Candidate', '’', 's'],
  );
  t.same(
    book.runs('称为“甲”', 'regular').map(({ text }) => text),
    ['称为“甲”'],
  );
});
