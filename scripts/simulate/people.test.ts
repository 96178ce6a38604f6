import t from 'tap';
import { readOptions } from './options.ts';
import { addressAt, chooseFree, readRows } from './people.ts';

t.test('every machine has its own address on loopback', async (t) => {
  const addresses = Array.from({ length: 70_000 }, (_, i) => addressAt(i));
  t.equal(new Set(addresses).size, addresses.length);
  t.equal(addresses[0], '127.20.0.1');
  t.ok(addresses.every((address) => /^127\.2\d\.\d{1,3}\.\d{1,3}$/.test(address)));
});

t.test('free seats only, in the order of the list, each at its own address', async (t) => {
  const listed = ['a', 'b', 'c', 'd'].map((number) => ({ number, room: 'rm', seat: number }));
  const people = chooseFree(listed, ({ seat }) => seat !== 'b', 2);
  t.same(
    people.map(({ number, address }) => [number, address]),
    [
      ['a', addressAt(0)],
      ['c', addressAt(2)],
    ],
  );
});

t.test('candidates come from JSON, from a table, or from bare numbers', async (t) => {
  const bare = { room: '', seat: '' };
  t.same(readRows('["26001", {"number": "26002", "room": "rm_1", "seat": "07"}]'), [
    { number: '26001', ...bare },
    { number: '26002', room: 'rm_1', seat: '07' },
  ]);
  t.same(readRows('\uFEFFTicket,Room,Seat\r\n26001,rm_1,07\r\n'), [
    { number: '26001', room: 'rm_1', seat: '07' },
  ]);
  t.same(readRows('26001\n26002\n'), [
    { number: '26001', ...bare },
    { number: '26002', ...bare },
  ]);
  t.throws(() => readRows('[{"seat":"1"}]'), /no number/);
});

t.test('options are read, and wrong ones are named', async (t) => {
  t.match(readOptions([]), { candidates: 20, start: null, submits: true, everySeconds: 5 });
  t.match(
    readOptions(['--candidates', '3', '--no-start', '--no-submit', '--staff', 'chief:a:b', '--drop', '0']),
    { candidates: 3, start: false, submits: false, staff: [{ login: 'chief', password: 'a:b' }], drop: 0 },
  );
  t.equal(readOptions(['--help']), null);
  t.throws(() => readOptions(['--candidates', '1.5']), /--candidates 1.5: a whole number/);
  t.throws(() => readOptions(['--minutes', 'x']), /--minutes/);
  t.throws(() => readOptions(['--staff', 'chief']), /login:password/);
  t.throws(() => readOptions(['--colour']), /colour/);
});
