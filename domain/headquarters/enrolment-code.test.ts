import fc from 'fast-check';
import t from 'tap';
import { sha256 } from '#node/ledger/sha256.ts';
import { formatEnrolmentCode, hqFingerprint, isCodeOf, parseEnrolmentCode } from './enrolment-code.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const codes = fc.record({ secret: bytes(10), fingerprint: bytes(10) });
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

t.test('what was written is read again, however it is typed', async () => {
  fc.assert(
    fc.property(codes, (code) => {
      const text = formatEnrolmentCode(code);
      for (const typed of [
        text,
        text.toLowerCase(),
        text.replaceAll('-', ' '),
        text.replaceAll('-', ''),
        ` ${text.replaceAll('0', 'o').replaceAll('1', 'l')} `,
        [...text].map((c) => (c === '-' ? '－' : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join(''),
      ]) {
        const read = parseEnrolmentCode(typed);
        if ('fault' in read) throw new Error(`${typed}: ${read.fault}`);
        if (String(read.secret) !== String(code.secret)) throw new Error('secret');
        if (String(read.fingerprint) !== String(code.fingerprint)) throw new Error('fingerprint');
      }
    }),
  );
});

t.test('any one wrong character and any two neighbours that changed places are found', async () => {
  fc.assert(
    fc.property(codes, fc.nat(33), fc.integer({ min: 1, max: 31 }), (code, at, by) => {
      const text = formatEnrolmentCode(code).replaceAll('-', '');
      const value = ALPHABET.indexOf(text[at] ?? '');
      const wrong = text.slice(0, at) + ALPHABET[(value + by) % 32] + text.slice(at + 1);
      const next = (at % 33) + 1;
      const swapped = text.slice(0, next - 1) + text[next] + text[next - 1] + text.slice(next + 1);
      const differs = swapped !== text;
      return 'fault' in parseEnrolmentCode(wrong) && (!differs || 'fault' in parseEnrolmentCode(swapped));
    }),
  );
});

t.test('what is missing or too much is named', async (t) => {
  const text = formatEnrolmentCode({ secret: new Uint8Array(10), fingerprint: new Uint8Array(10).fill(7) });
  t.match(text, /^[0-9A-HJKMNP-TV-Z]{6}(-[0-9A-HJKMNP-TV-Z]{6}){3}(-[0-9A-HJKMNP-TV-Z]{5}){2}$/);
  t.same(parseEnrolmentCode(text.slice(1)), { fault: 'too-short' });
  t.same(parseEnrolmentCode(`${text}0`), { fault: 'too-long' });
  t.same(parseEnrolmentCode(text.replace('0', '考')), { fault: 'character' });
});

t.test('a code names its headquarters', async (t) => {
  const key = new Uint8Array(32).fill(3);
  const code = { secret: new Uint8Array(10), fingerprint: hqFingerprint(sha256, key) };
  t.ok(isCodeOf(sha256, code, key));
  t.notOk(isCodeOf(sha256, code, new Uint8Array(32).fill(4)));
});
