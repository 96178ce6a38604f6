import fc from 'fast-check';
import t from 'tap';
import { idCheckCharacter, isScientific, normaliseIdNumber, readIdNumber } from './id-number.ts';

const code = (text: string, notAfter?: string): string | undefined => {
  const result = readIdNumber(text, notAfter === undefined ? {} : { notAfter });
  return result.ok ? undefined : result.code;
};

/** Valid numbers of any county, day and sequence. */
const validId = fc
  .record({
    county: fc.integer({ min: 100000, max: 999999 }),
    day: fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    sequence: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ county, day, sequence }) => {
    const first = `${county}${day.toISOString().slice(0, 10).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
    return first + idCheckCharacter(first);
  });

t.test('the example of GB 11643 and its relatives', async (t) => {
  t.same(readIdNumber('11010519491231002X'), {
    ok: true,
    value: '11010519491231002X',
    birthDate: '1949-12-31',
  });
  t.equal(idCheckCharacter('11010519491231002'), 'X');
  t.equal(idCheckCharacter('440524188001010014'.slice(0, 17)), '4');
  t.equal(idCheckCharacter('1101051949123100'), '', 'sixteen digits have no check character');
});

t.test('every valid number is accepted and gives its birth date', async () => {
  fc.assert(
    fc.property(validId, (id) => {
      const result = readIdNumber(id);
      return result.ok && result.value === id && result.birthDate.replaceAll('-', '') === id.slice(6, 14);
    }),
  );
});

t.test('any single changed character is refused', async () => {
  fc.assert(
    fc.property(validId, fc.nat(17), fc.integer({ min: 1, max: 10 }), (id, at, shift) => {
      const characters = at === 17 ? '0123456789X' : '0123456789';
      const now = characters.indexOf(id[at] ?? '');
      const other = characters[(now + (shift % characters.length || 1)) % characters.length];
      return !readIdNumber(id.slice(0, at) + other + id.slice(at + 1)).ok;
    }),
    { numRuns: 1000 },
  );
});

t.test('ways people write a number all give the same value', async () => {
  const blank = fc.constantFrom('', ' ', '\u3000', '\u00a0', '\t', '\u200b', '\ufeff', '\u202a', '\r\n');
  fc.assert(
    fc.property(
      validId,
      fc.array(fc.tuple(blank, fc.boolean()), { minLength: 18, maxLength: 18 }),
      fc.boolean(),
      (id, dress, apostrophe) => {
        const written = [...id].map((c, index) => {
          const [before, wide] = dress[index] ?? ['', false];
          const small = wide ? c : c.toLowerCase();
          return before + (wide ? String.fromCharCode(small.charCodeAt(0) + 0xfee0) : small);
        });
        const result = readIdNumber((apostrophe ? "'" : '') + written.join(''));
        return result.ok && result.value === id;
      },
    ),
  );
});

t.test('normalising twice is normalising once, for any text', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = normaliseIdNumber(text);
      return normaliseIdNumber(once) === once;
    }),
  );
});

t.test('each fault has its own code', async (t) => {
  t.equal(code(''), 'roster/id-number-missing');
  t.equal(code(' \u3000'), 'roster/id-number-missing');
  t.equal(code('1101051949123100'), 'roster/id-number-length');
  t.equal(code('110105491231002'), 'roster/id-number-fifteen-digits');
  t.equal(code('11010519491231A02X'), 'roster/id-number-characters');
  t.equal(code('X1010519491231002X'), 'roster/id-number-characters');
  t.equal(code('01010519491231002X'), 'roster/id-number-characters', 'no county begins with 0');
  t.equal(code('110105194912310021'), 'roster/id-number-check-digit');
  t.equal(code('1.19901E+17'), 'roster/scientific-notation');
  t.equal(code('1.19901e17'), 'roster/scientific-notation');
  t.equal(code('119901198712011000'), 'roster/digits-lost', 'three zeros and a wrong check digit');
});

t.test('days that are not in the calendar', async (t) => {
  const on = (day: string): string => {
    const first = `110105${day}002`;
    return first + idCheckCharacter(first);
  };
  for (const day of [
    '20010229',
    '19000229',
    '20000230',
    '19991301',
    '19990001',
    '19990100',
    '19990431',
    '00000101',
  ]) {
    t.equal(code(on(day)), 'roster/id-number-date', day);
  }
  for (const day of ['20000229', '20040229', '19991231']) t.equal(code(on(day)), undefined, day);
  t.equal(code(on('20300101'), '2026-06-07'), 'roster/id-number-date', 'not yet born on the day of the exam');
  t.equal(code(on('20260607'), '2026-06-07'), undefined);
});

t.test('scientific notation is told from codes with an E in them', async (t) => {
  for (const text of ['1.19901E+17', '2E+14', '2.61e14', '1.5E-3']) t.ok(isScientific(text), text);
  for (const text of ['12E34', '2026E001', 'E12', '0101', '1.5', '']) t.notOk(isScientific(text), text);
});
