import fc from 'fast-check';
import t from 'tap';
import { seeded, shuffle } from '#domain/random/seeded.ts';
import { assignSeats, orderSeedOf, type SeatingInput } from './assign.ts';
import { numberSeats } from './floor-plan.numbering.ts';
import { emptyPlan } from './floor-plan.ts';
import { anyPlan, drawn } from './plan.fixture.ts';
import { byTicket, compareTickets, type SeatingPerson, type SeatingRoom } from './seating.ts';
import { countUnmet } from './seating.unmet.ts';

const BOTH = { schools: true, versions: true };
const NONE = { schools: false, versions: false };

function people(
  count: number,
  change: (index: number) => Partial<SeatingPerson> = () => ({}),
): SeatingPerson[] {
  return Array.from({ length: count }, (_, i) => ({
    entry: `T${i + 1}`,
    school: '一中',
    subject: '数学',
    ...change(i),
  }));
}
const input = (change: Partial<SeatingInput>): SeatingInput => ({
  rooms: [{ id: '301', plan: emptyPlan(5, 6) }],
  people: people(30),
  mode: 'random',
  versions: ['A', 'B'],
  seed: 'gongyuan',
  keepApart: BOTH,
  ...change,
});
const kinds = (unmet: { kind: string; count: number }[]) =>
  Object.fromEntries(unmet.map(({ kind, count }) => [kind, count]));

const anyPeople = fc
  .array(
    fc.record({
      school: fc.constantFrom('', '一中', '二中', '三中', '四中'),
      subject: fc.constantFrom('数学', '数学', '物理'),
      ticket: fc.option(fc.stringMatching(/^[0-9]{1,4}$/), { nil: undefined }),
      alone: fc.integer({ min: 0, max: 12 }).map((n) => n === 0),
    }),
    { maxLength: 70 },
  )
  .map((list) =>
    list.map(
      ({ school, subject, ticket, alone }, i): SeatingPerson => ({
        entry: `E${i}`,
        school,
        subject,
        ...(ticket === undefined ? {} : { ticket }),
        ...(alone ? { accommodation: { separateRoom: true } } : {}),
      }),
    ),
  );
const anyRooms = fc
  .array(
    fc.record({
      plan: anyPlan,
      capacity: fc.option(fc.nat(40), { nil: undefined }),
      separate: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      subjects: fc.constantFrom(undefined, undefined, ['数学'], ['物理'], ['数学', '物理']),
    }),
    { maxLength: 5 },
  )
  .map((list) =>
    list.map(
      ({ plan, capacity, separate, subjects }, i): SeatingRoom => ({
        id: `R${i}`,
        plan,
        separate,
        ...(capacity === undefined ? {} : { capacity }),
        ...(subjects ? { subjects } : {}),
      }),
    ),
  );
const anyInput = fc.record({
  rooms: anyRooms,
  people: anyPeople,
  mode: fc.constantFrom('order' as const, 'random' as const, 'draw' as const),
  versions: fc.integer({ min: 1, max: 5 }).map((n) => ['A', 'B', 'C', 'D', 'E'].slice(0, n)),
  seed: fc.stringMatching(/^[0-9a-z春夏秋冬]{1,12}$/),
  keepApart: fc.record({ schools: fc.boolean(), versions: fc.boolean() }),
});

t.test('a draw is repeated years later: vectors from a separate implementation', async (t) => {
  // written in Python from the comments of assign.ts, seating.versions.ts and seeded.ts; never change them
  const twoRooms = assignSeats(
    input({
      rooms: [
        { id: '301', plan: emptyPlan(2, 4) },
        { id: '302', plan: emptyPlan(2, 2) },
      ],
      people: people(12),
      seed: '2026-06-07 上午',
      keepApart: { schools: false, versions: true },
    }),
  );
  t.same(
    twoRooms.assignments.map(({ entry, room, seat, version, orderSeed }) => [
      entry,
      room,
      seat,
      version,
      orderSeed,
    ]),
    [
      ['T4', '301', '01', 'B', 'fc5914d07b7e1dbafce0630271959339'],
      ['T2', '301', '02', 'A', 'df75a56b8bb1bcc9f2a8b0be90e4f5a9'],
      ['T12', '301', '03', 'B', 'd832e7e4484d7b9f216171342e29b31a'],
      ['T6', '301', '04', 'A', 'ef3b0e6680a47c1d630fb2430a0f1475'],
      ['T1', '301', '05', 'A', 'd30a0c51620e85ee24ec7f0b3f2b22b9'],
      ['T3', '301', '06', 'B', '4ef254dc7c857fcb8b2aaee25cb7fbff'],
      ['T8', '301', '07', 'A', '8878f4b99bf80e6309f55e2b1b7a7285'],
      ['T7', '301', '08', 'B', '14b5145df870413a39548a0664dc1cc2'],
      ['T11', '302', '01', 'A', 'ba9976c620842b24f8a0a125ae726a7d'],
      ['T5', '302', '02', 'B', 'cfb17ae70983cc3c5711cf05b8acca9f'],
      ['T9', '302', '03', 'B', '3b41f76afd666b17452f3fab78534b35'],
      ['T10', '302', '04', 'A', 'cb4e6b5024862a4d8abedaf5c30f4b8e'],
    ],
  );
  const inOrder = assignSeats(
    input({
      rooms: [{ id: '301', plan: emptyPlan(3, 4) }],
      people: people(12),
      mode: 'order',
      versions: ['A', 'B', 'C', 'D'],
      seed: 'k',
    }),
  );
  t.same(
    inOrder.assignments.map(({ entry, seat, version }) => `${entry} ${seat} ${version}`),
    'BCDADABCBCDA'.split('').map((version, i) => `T${i + 1} ${String(i + 1).padStart(2, '0')} ${version}`),
  );
  t.equal(orderSeedOf('k', 'T12'), '492e2b7588f8001071c322c5fe4e9feb');
  t.equal(twoRooms.algorithm, 'gongyuan-seating/1');
  t.equal(twoRooms.seed, '2026-06-07 上午');
});

t.test('the search for schools repeats as well, its second start too', async (t) => {
  const seating = (rows: number, columns: number, count: number, schools: number, seed: string) =>
    assignSeats(
      input({
        rooms: [{ id: '301', plan: emptyPlan(rows, columns) }],
        people: people(count, (i) => ({ school: `${i % schools}` })),
        seed,
      }),
    );
  // these too are from the separate implementation, written from the comment of seating.apart.ts
  const first = seating(3, 4, 12, 3, 'gongyuan');
  t.equal(first.assignments.map(({ entry }) => entry).join(' '), 'T8 T6 T7 T2 T12 T1 T11 T3 T4 T5 T9 T10');
  const second = seating(4, 5, 18, 2, '2');
  t.equal(
    second.assignments.map(({ entry, seat }) => `${seat} ${entry}`).join(', '),
    '01 T13, 02 T16, 03 T9, 04 T8, 05 T17, 06 T6, 07 T7, 08 T2, 10 T12, 11 T11, 12 T14, 13 T3, 15 T15, 16 T10, 17 T5, 18 T4, 19 T1, 20 T18',
  );
  t.notOk(kinds(second.unmet)['school-mates-adjacent'], 'the first climb left two pairs');
});

t.test(
  'nobody lost, no seat twice, only usable seats, capacity and subjects kept, recount agrees',
  async () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const result = assignSeats(given);
        const { assignments, toDraw, unmet } = result;
        const noSeat = unmet.flatMap(({ entries }) => entries);
        const all = [
          ...assignments.map(({ entry }) => entry),
          ...toDraw.map(({ entry }) => entry),
          ...noSeat,
        ];
        const entries = given.people.map(({ entry }) => entry);
        if (all.length !== entries.length || new Set(all).size !== all.length) return false;
        if (!entries.every((entry) => all.includes(entry))) return false;

        const places = assignments.map(({ room, seat }) => `${room}/${seat}`);
        if (new Set(places).size !== places.length) return false;
        for (const room of given.rooms) {
          const usable = numberSeats(room.plan).filter(({ kind }) => kind === 'seat');
          const here = assignments.filter((assignment) => assignment.room === room.id);
          const waiting = toDraw.filter((person) => person.room === room.id);
          const placed = [...here, ...waiting];
          if (!here.every(({ seat }) => usable.some(({ label }) => label === seat))) return false;
          if (placed.length > Math.min(room.capacity ?? usable.length, usable.length)) return false;
          if (room.subjects && !placed.every(({ subject }) => room.subjects!.includes(subject))) return false;
          const alone = placed.filter(({ entry }) =>
            given.people.some((person) => person.entry === entry && person.accommodation?.separateRoom),
          );
          if (room.separate ? alone.length !== placed.length : alone.length > 0 && placed.length > 1)
            return false;
        }
        if (!assignments.every(({ version }) => given.versions.includes(version))) return false;

        const waiting = new Set(toDraw.map(({ entry }) => entry));
        const due = given.people.filter(({ entry }) => !waiting.has(entry));
        const recount = countUnmet(assignments, given.rooms, { keepApart: given.keepApart, people: due });
        return JSON.stringify(recount) === JSON.stringify(unmet);
      }),
      { numRuns: 300 },
    );
  },
);

t.test(
  'the same seed gives the same result, whatever order the people came in; another seed another',
  async (t) => {
    fc.assert(
      fc.property(anyInput, fc.string(), (given, mixing) => {
        const mixed = { ...given, people: shuffle(given.people, seeded(mixing)) };
        return JSON.stringify(assignSeats(mixed)) === JSON.stringify(assignSeats(given));
      }),
      { numRuns: 120 },
    );
    const seats = (seed: string) => assignSeats(input({ seed })).assignments.map(({ entry }) => entry);
    t.notSame(seats('a'), seats('b'));
  },
);

t.test(
  'two versions or more: never equal side by side nor front to back, in any room, subject by subject',
  async () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const versions = given.versions.length === 1 ? ['A', 'B'] : given.versions;
        const { unmet } = assignSeats({ ...given, versions, keepApart: { schools: false, versions: true } });
        const found = kinds(unmet);
        return !found['same-version-neighbours'] && (versions.length < 4 || !found['same-version-diagonal']);
      }),
      { numRuns: 200 },
    );
  },
);

t.test('a full room: checkerboard for two versions, corners too for four', async (t) => {
  const full = (versions: string[]) =>
    kinds(
      assignSeats(input({ mode: 'order', versions, keepApart: { schools: false, versions: true } })).unmet,
    );
  t.same(full(['A', 'B', 'C', 'D']), {});
  t.same(full(['A', 'B', 'C', 'D', 'E']), {});
  t.same(full(['A', 'B']), { 'same-version-diagonal': 40 }, 'all corners, said as the weaker wish');
  t.same(full(['A', 'B', 'C']), { 'same-version-diagonal': 20 });
  t.same(
    full(['A']),
    { 'same-version-neighbours': 49, 'same-version-diagonal': 40 },
    'one version: all pairs',
  );
  const { assignments } = assignSeats(input({ mode: 'order' }));
  t.equal(assignments.filter(({ version }) => version === 'A').length, 15, 'both versions equally often');
  const spaced = drawn(['s|s|s', '|||||', 's|s|s']);
  const apart = assignSeats(input({ rooms: [{ id: '1', plan: spaced }], people: people(6), mode: 'order' }));
  t.same(apart.unmet, []);
  t.equal(
    apart.assignments.filter(({ version }) => version === 'A').length,
    3,
    'a room with aisles all over too',
  );
});

t.test('order mode keeps the ticket order, digits by value, and only counts school-mates', async (t) => {
  const mixed = shuffle(
    people(30, (i) => ({ entry: `en${(i * 7919) % 101}`, ticket: `K-${i + 1}` })),
    seeded('x'),
  );
  const { assignments, unmet } = assignSeats(input({ mode: 'order', people: mixed }));
  t.same(
    assignments.map(({ entry, seat }) => [mixed.find((person) => person.entry === entry)!.ticket, seat]),
    Array.from({ length: 30 }, (_, i) => [`K-${i + 1}`, String(i + 1).padStart(2, '0')]),
  );
  t.same(kinds(unmet), {
    'school-mates-adjacent': 49,
    'same-version-diagonal': 40,
    'school-mates-diagonal': 40,
  });
  const first = unmet.find(({ kind }) => kind === 'school-mates-adjacent')!.pairs[0]!;
  t.same(first.seats, ['01', '02']);
  t.same([first.room, first.relation], ['301', 'side']);
});

t.test('compareTickets is a total order', async (t) => {
  t.same(['T10', 'T2', 'T02', '甲1', 'T2a', '10', '9', ''].sort(compareTickets), [
    '',
    '9',
    '10',
    'T02',
    'T2',
    'T2a',
    'T10',
    '甲1',
  ]);
  const text = fc.stringMatching(/^[0-2ab-]{0,5}$/);
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const sign = (x: string, y: string) => Math.sign(compareTickets(x, y));
      if (sign(a, b) !== -sign(b, a) || (sign(a, b) === 0) !== (a === b)) return false;
      return !(sign(a, b) < 0 && sign(b, c) < 0) || sign(a, c) < 0;
    }),
    { numRuns: 2000 },
  );
  t.same(
    byTicket(people(3).reverse()).map(({ entry }) => entry),
    ['T1', 'T2', 'T3'],
  );
});

t.test('random mode parts school-mates as far as the room allows', async (t) => {
  const adjacent = (schools: number, seed: string) =>
    kinds(assignSeats(input({ people: people(30, (i) => ({ school: `S${i % schools}` })), seed })).unmet)[
      'school-mates-adjacent'
    ] ?? 0;
  for (const seed of ['1', '2', '3', '4', '5', '6', '7', '8']) {
    t.equal(adjacent(2, seed), 0, 'two schools of fifteen: a checkerboard');
    t.equal(adjacent(3, seed), 0);
    t.equal(adjacent(7, seed), 0);
  }
  const unknown = assignSeats(input({ people: people(30, () => ({ school: '' })) }));
  t.notOk(kinds(unknown.unmet)['school-mates-adjacent'], 'unknown schools are no school-mates');
  const off = assignSeats(input({ keepApart: { schools: false, versions: true } }));
  t.notOk(kinds(off.unmet)['school-mates-adjacent'], 'not wished, not counted');
});

t.test('the search never leaves more than the random seating had', async () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const count = (schools: boolean) => {
        const { assignments } = assignSeats({
          ...given,
          mode: 'random',
          keepApart: { schools, versions: false },
        });
        const found = kinds(
          countUnmet(assignments, given.rooms, { keepApart: { schools: true, versions: false } }),
        );
        return 10 * (found['school-mates-adjacent'] ?? 0) + (found['school-mates-diagonal'] ?? 0);
      };
      return count(true) <= count(false);
    }),
    { numRuns: 80 },
  );
});

t.test('several subjects in a room: neighbours of another subject are no conflict', async (t) => {
  const alternating = people(30, (i) => ({ subject: (i + Math.floor(i / 6)) % 2 ? '物理' : '数学' }));
  const { unmet, assignments } = assignSeats(input({ mode: 'order', people: alternating, versions: ['A'] }));
  t.same(
    kinds(unmet),
    { 'same-version-diagonal': 40, 'school-mates-diagonal': 40 },
    'corners share the subject',
  );
  t.equal(assignments.length, 30);
  const two = assignSeats(
    input({ mode: 'order', people: alternating, versionsBySubject: { 物理: ['甲', '乙'] }, keepApart: BOTH }),
  );
  for (const { subject, version } of two.assignments)
    t.ok((subject === '物理' ? ['甲', '乙'] : ['A', 'B']).includes(version));
  t.ok(
    (kinds(two.unmet)['same-version-diagonal'] ?? 0) < 20,
    'corners are improved where the pattern is not best',
  );
});

t.test('restricted rooms: nobody stays out who could be seated', async (t) => {
  const rooms: SeatingRoom[] = [
    { id: '1', plan: emptyPlan(1, 2) },
    { id: '2', plan: emptyPlan(1, 2), subjects: ['数学', '化学'] },
    { id: '3', plan: emptyPlan(1, 2), subjects: ['数学'] },
  ];
  const subjects = ['数学', '数学', '化学', '化学', '物理', '物理'];
  for (const mode of ['order', 'random'] as const) {
    const { assignments, unmet } = assignSeats(
      input({ rooms, people: people(6, (i) => ({ subject: subjects[i]! })), mode, keepApart: NONE }),
    );
    t.same(unmet, []);
    t.same(
      ['1', '2', '3'].map((room) => assignments.filter((a) => a.room === room).map(({ subject }) => subject)),
      [
        ['物理', '物理'],
        ['化学', '化学'],
        ['数学', '数学'],
      ],
    );
  }
});

t.test('separate rooms: only for those who need one, and one each', async (t) => {
  const alone = (i: number) => (i < 2 ? { accommodation: { separateRoom: true } } : {});
  const plan = emptyPlan(2, 2);
  const where = (rooms: SeatingRoom[], count = 6) => {
    const { assignments, unmet } = assignSeats(input({ rooms, people: people(count, alone), mode: 'order' }));
    return [
      assignments.map(({ entry, room }) => `${entry}@${room}`).join(' '),
      unmet.flatMap(({ kind, entries }) => entries.map((e) => `${kind} ${e}`)),
    ];
  };
  const set: SeatingRoom[] = [
    { id: 'a', plan },
    { id: 'q', plan, separate: true },
    { id: 'r', plan, separate: true },
  ];
  t.same(where(set), ['T3@a T4@a T5@a T6@a T1@q T2@r', []]);
  t.same(
    where(set, 7),
    ['T3@a T4@a T5@a T6@a T1@q T2@r', ['no-seat T7']],
    'rooms set aside are not filled up',
  );
  t.same(
    where([
      { id: 'a', plan },
      { id: 'q', plan, separate: true, capacity: 2 },
    ]),
    ['T3@a T4@a T5@a T6@a T1@q T2@q', []],
    'a capacity says that more may share it',
  );
  t.same(
    where(['a', 'b', 'c'].map((id) => ({ id, plan }))),
    ['T3@a T4@a T5@a T6@a T2@b T1@c', []],
    'without any, rooms that stay empty are used, the last first',
  );
  t.same(where([{ id: 'a', plan }]), ['T3@a T4@a T5@a T6@a', ['no-separate-room T1', 'no-separate-room T2']]);
});

t.test('too few seats are counted, not hidden', async (t) => {
  const { assignments, unmet } = assignSeats(input({ people: people(33), mode: 'order', keepApart: NONE }));
  t.equal(assignments.length, 30);
  t.same(unmet, [{ kind: 'no-seat', weak: false, count: 3, pairs: [], entries: ['T31', 'T32', 'T33'] }]);
  t.equal(kinds(assignSeats(input({ rooms: [] })).unmet)['no-seat'], 30);
  t.same(assignSeats(input({ people: [] })).assignments, []);
  const small = assignSeats(
    input({ rooms: [{ id: '1', plan: emptyPlan(5, 6), capacity: 4 }], keepApart: NONE }),
  );
  t.equal(small.assignments.length, 4);
});

t.test('draw mode: the room is fixed, the seat is drawn later', async (t) => {
  const rooms = ['1', '2'].map((id) => ({ id, plan: emptyPlan(4, 4) }));
  const { assignments, toDraw, unmet } = assignSeats(input({ rooms, mode: 'draw' }));
  t.same([assignments, unmet], [[], []]);
  t.same(
    toDraw.map(({ entry }) => entry),
    people(30).map(({ entry }) => entry),
  );
  t.equal(toDraw.filter(({ room }) => room === '1').length, 16);
  t.equal(toDraw[0]!.orderSeed, orderSeedOf('gongyuan', 'T1'));
});

t.test('a thousand people in twenty rooms within a second, even with two schools only', async (t) => {
  const rooms = Array.from({ length: 20 }, (_, i) => ({ id: `${i}`, plan: emptyPlan(5, 10) }));
  for (const schools of [2, 20]) {
    const begin = process.cpuUsage(); // not wall time: other tests run beside this one
    const { assignments } = assignSeats(
      input({ rooms, people: people(1000, (i) => ({ school: `S${i % schools}` })) }),
    );
    const { user, system } = process.cpuUsage(begin);
    const took = (user + system) / 1000;
    t.equal(assignments.length, 1000);
    t.ok(took < 1000, `${schools} schools: ${Math.round(took)} ms`);
  }
});

t.test('a recount after somebody was moved by hand', async (t) => {
  const rooms = [{ id: '301', plan: drawn(['sss', 'sxs']) }];
  const seat = (entry: string, label: string, school: string, version: string) => ({
    entry,
    room: '301',
    seat: label,
    school,
    subject: '数学',
    version,
  });
  const seated = [
    seat('甲', '01', '一中', 'A'),
    seat('乙', '02', '一中', 'A'),
    seat('丙', '04', '二中', 'B'),
  ];
  t.same(kinds(countUnmet(seated, rooms)), { 'same-version-neighbours': 1, 'school-mates-adjacent': 1 });
  const moved = seated.map((one) => (one.entry === '乙' ? { ...one, seat: '06' } : one));
  t.same(countUnmet(moved, rooms), []);
  const onBroken = seated.map((one) => (one.entry === '丙' ? { ...one, seat: '05', version: 'A' } : one));
  t.equal(
    kinds(countUnmet(onBroken, rooms))['same-version-neighbours'],
    2,
    'a spare opened in need counts too',
  );
  t.throws(() => countUnmet([seat('丁', '99', '', 'A')], rooms), { code: 'seating/unknown-seat' });
  t.throws(() => countUnmet([{ ...seat('丁', '01', '', 'A'), room: 'x' }], rooms), {
    code: 'seating/bad-room',
  });
});

t.test('input that makes no sense is refused by code, with the place', async (t) => {
  const refused = (change: Partial<SeatingInput>, code: string, place: object = {}) =>
    t.throws(() => assignSeats(input(change)), { name: 'SeatingError', code, place });
  const plan = emptyPlan(2, 2);
  refused({ mode: 'chaos' as 'order' }, 'seating/bad-mode');
  for (const seed of ['', '  ', 'a\u001fb', 'x'.repeat(129)]) refused({ seed }, 'seating/bad-seed');
  for (const versions of [[], [''], ['A', 'A'], ['ABCDEFGHI']]) refused({ versions }, 'seating/bad-versions');
  refused({ versionsBySubject: { 数学: [] } }, 'seating/bad-versions', { subject: '数学' });
  refused(
    {
      rooms: [
        { id: '1', plan },
        { id: '1', plan },
      ],
    },
    'seating/bad-room',
    { room: '1' },
  );
  refused({ rooms: [{ id: ' ', plan }] }, 'seating/bad-room');
  for (const capacity of [-1, 1.5, Number.NaN])
    refused({ rooms: [{ id: '1', plan, capacity }] }, 'seating/bad-capacity', { room: '1' });
  refused({ rooms: [{ id: '7', plan: { ...plan, rows: 0 } }] }, 'seating/bad-size', { room: '7' });
  refused({ people: people(2, () => ({ entry: 'E' })) }, 'seating/duplicate-entry', { entry: 'E' });
  refused({ people: people(1, () => ({ subject: '' })) }, 'seating/bad-person', { entry: 'T1' });
  refused({ people: people(1, () => ({ entry: 'a\u0000' })) }, 'seating/bad-person');
});
