/** Release codes as people carry them: what is printed is read back however it is typed, and every slip is found. */
import fc from 'fast-check';
import t from 'tap';
import {
  codeGroups,
  formatReleaseCode,
  parseReleaseCode,
  type ReleaseCode,
  SHARE_BYTES,
  shareIndex,
  TAG_BYTES,
} from './code-text.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codes = fc
  .record({
    m: fc.integer({ min: 2, max: 15 }),
    n: fc.integer({ min: 2, max: 15 }),
    tag: fc.uint8Array({ minLength: TAG_BYTES, maxLength: TAG_BYTES }),
    share: fc.uint8Array({ minLength: SHARE_BYTES, maxLength: SHARE_BYTES }),
  })
  .map((code): ReleaseCode => ({ ...code, n: Math.min(code.n, code.m) }));
const bare = (code: ReleaseCode) => formatReleaseCode(code).replaceAll(' ', '');
const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);
const SAMPLE: ReleaseCode = {
  n: 2,
  m: 3,
  tag: Uint8Array.of(0xab, 0xcd),
  share: Uint8Array.from({ length: SHARE_BYTES }, (_, i) => i * 7 + 1),
};

t.test('a code is 16 groups of five, and its text is fixed', async (t) => {
  const text = formatReleaseCode(SAMPLE);
  t.match(text, /^[0-9A-HJKMNP-TV-Z]{5}( [0-9A-HJKMNP-TV-Z]{5}){15}$/);
  // Cards are printed long before they are read: a later version must read this very text.
  t.equal(
    text,
    '04HTH QK81N 107H1 C7948 5CS3S JG272 9SANK RRVA5 E5W75 Z1MDA JJDTK 5ADG1 PYZCE BK6KK VBGS8 7YDG3',
  );
  t.equal(shareIndex(SAMPLE), SAMPLE.share[32]);
});

t.test('what is printed is read back', async () => {
  fc.assert(
    fc.property(codes, (code) => {
      const parsed = parseReleaseCode(formatReleaseCode(code));
      return (
        'code' in parsed &&
        parsed.code.n === code.n &&
        parsed.code.m === code.m &&
        parsed.code.tag.every((byte, i) => byte === code.tag[i]) &&
        parsed.code.share.every((byte, i) => byte === code.share[i]) &&
        parsed.code.share.length === SHARE_BYTES
      );
    }),
  );
});

t.test('case, blanks, hyphens, full-width forms and I, L, O are forgiven', async (t) => {
  const text = formatReleaseCode(SAMPLE);
  const wide = [...text]
    .map((c) => (c === ' ' ? '　' : String.fromCharCode(c.charCodeAt(0) + 0xfee0)))
    .join('');
  for (const typed of [
    text.toLowerCase(),
    text.replaceAll(' ', ''),
    text.replaceAll(' ', '-'),
    text.replaceAll(' ', '－'),
    text.replaceAll(' ', ' – '),
    `\n ${text}\t`,
    wide,
    text.replaceAll('1', 'l').replaceAll('0', 'o'),
    text.replaceAll('1', 'I').replaceAll('0', 'O'),
  ])
    t.same(parseReleaseCode(typed), { code: SAMPLE }, typed);
});

t.test('any one character changed: its group is named', async () => {
  fc.assert(
    fc.property(codes, fc.nat(79), fc.nat(30), (code, at, by) => {
      const text = bare(code);
      const other = ALPHABET.replace(text[at] ?? '', '')[by] ?? '';
      const parsed = parseReleaseCode(replaced(text, at, other));
      return 'group' in parsed && parsed.group === Math.floor(at / 5) + 1;
    }),
  );
  fc.assert(
    fc.property(codes, fc.nat(79), fc.constantFrom('U', '!', '贡', '*'), (code, at, odd) => {
      const parsed = parseReleaseCode(replaced(bare(code), at, odd));
      return 'group' in parsed && parsed.group === Math.floor(at / 5) + 1;
    }),
  );
});

t.test('any two neighbours that changed places: found, in the group where it begins', async () => {
  fc.assert(
    fc.property(codes, fc.nat(78), (code, at) => {
      const text = bare(code);
      const [a = '', b = ''] = [text[at], text[at + 1]];
      fc.pre(a !== b);
      const parsed = parseReleaseCode(replaced(replaced(text, at, b), at + 1, a));
      return 'group' in parsed && parsed.group === Math.floor(at / 5) + 1;
    }),
  );
});

t.test('any two groups that changed places: found', async () => {
  fc.assert(
    fc.property(codes, fc.nat(15), fc.nat(15), (code, a, b) => {
      fc.pre(a !== b);
      const groups = formatReleaseCode(code).split(' ');
      [groups[a], groups[b]] = [groups[b] ?? '', groups[a] ?? ''];
      const parsed = parseReleaseCode(groups.join(' '));
      return 'group' in parsed && parsed.group === Math.min(a, b) + 1;
    }),
  );
});

t.test('too short, too long, a group left out, two cards mixed: each is told', async (t) => {
  const text = bare(SAMPLE);
  t.same(parseReleaseCode(''), { fault: 'too-short', characters: 0 });
  t.same(parseReleaseCode(text.slice(0, 78)), { fault: 'too-short', characters: 78 });
  t.same(parseReleaseCode(`${text}7`), { fault: 'too-long', characters: 81 });
  t.same(parseReleaseCode(text.slice(0, 10) + text.slice(15)), { fault: 'group', group: 3 });
  const other = bare({ ...SAMPLE, share: SAMPLE.share.map((byte) => byte ^ 0x55) });
  t.same(parseReleaseCode(text.slice(0, 40) + other.slice(40)), { fault: 'sum' });
});

t.test('while it is being typed each group shows how it stands', async (t) => {
  const text = bare(SAMPLE);
  const shown = (typed: string) => codeGroups(typed).join(' ');
  t.equal(shown(''), Array.from({ length: 16 }, () => 'open').join(' '));
  t.equal(shown(text), Array.from({ length: 16 }, () => 'right').join(' '));
  const half = replaced(text, 7, text[7] === 'A' ? 'B' : 'A').slice(0, 13);
  t.same(codeGroups(half).slice(0, 4), ['right', 'wrong', 'open', 'open']);
});

t.test('fields out of form are not printed', async (t) => {
  for (const wrong of [
    { n: 1 },
    { n: 4 },
    { m: 16 },
    { tag: new Uint8Array(3) },
    { share: new Uint8Array(32) },
  ])
    t.throws(() => formatReleaseCode({ ...SAMPLE, ...wrong }), RangeError);
});
