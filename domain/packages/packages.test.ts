/** Rules of packages against the plainest picture of them: what is stored after the plan is what the plan says. */
import fc from 'fast-check';
import t from 'tap';
import { foldLogin } from '#domain/staff/login.ts';
import type { PackagePlan, PlanEntry, PlanSession, PlanStaff } from '#protocol/package.ts';
import { comparePlan, type Here, MOST_LISTED } from './compare.ts';
import { planFault, rosterFault } from './plan-fault.ts';
import { mergeStaff } from './staff.ts';

const POLICY = {
  lateEntryMs: 0,
  earliestSubmitMs: 0,
  sharedAddress: 'refuse',
  pledgeZh: '',
  pledgeEn: '',
} as const;
const RELEASE = { recipient: 'age1', n: 2, m: 3, keys: 'k' };
const NOTHING: PackagePlan = {
  exam: { exam: 'ex', name: '期末' },
  subjects: [],
  entries: [],
  sessions: [],
  papers: [],
  staff: [],
};
const EMPTY: Here = { exam: null, subjects: [], entries: [], sessions: [], papers: [], staff: [] };

const entry: fc.Arbitrary<PlanEntry> = fc
  .record({
    who: fc.integer({ min: 1, max: 5 }),
    subject: fc.constantFrom('yw', 'sx'),
    ticket: fc.constantFrom('T1', 'T2', 'T3', 'T4', 'T5', 'T6'),
    idNumber: fc.constantFrom('', '', '', '', '9'),
    name: fc.constantFrom('甲', '乙'),
  })
  .map(({ who, subject, ticket, idNumber, name }) => ({
    entry: `en${who}${subject}`,
    candidate: `ca${who}`,
    idNumber: `${who}${idNumber}`,
    ticket,
    name,
    gender: '',
    school: '',
    subject,
  }));
const entries = fc.uniqueArray(entry, { selector: (one) => one.entry, maxLength: 8 });
/** Entries that may stand in a database: told alike of each person, no ticket of two. */
const stored = entries.filter((list) => rosterFault(list, [], false) === null);

/** What the projections keep: people by candidate, entries by their identifier. */
function after(list: readonly PlanEntry[], here: readonly PlanEntry[]): PlanEntry[] {
  const people = new Map([...here, ...list].map((one) => [one.candidate, one]));
  const all = new Map([...here, ...list].map((one) => [one.entry, one]));
  return [...all.values()].map((one) => {
    const { name, idNumber, gender, school } = people.get(one.candidate) ?? one;
    return { ...one, name, idNumber, gender, school };
  });
}

t.test('a roster that is let through leads to one person a ticket and one ID number a person', async (t) => {
  fc.assert(
    fc.property(entries, stored, (list, here) => {
      if (rosterFault(list, here, false) !== null) return;
      const all = after(list, here);
      for (const key of ['ticket', 'idNumber'] as const)
        for (const one of all)
          for (const other of all)
            if (one[key] === other[key] && one.candidate !== other.candidate)
              t.fail(`${key} ${one[key]} belongs to two`);
      for (const one of list)
        if (!all.some((kept) => JSON.stringify(kept) === JSON.stringify(one))) t.fail(one.entry);
    }),
  );
  fc.assert(
    fc.property(entries, stored, (list, here) => {
      // Whatever goes one by one goes as a whole, and the same list twice is no fault.
      const steps = rosterFault(list, here, true);
      if (steps === null && rosterFault(list, here, false) !== null) t.fail('stricter as a whole');
      if (rosterFault(here, here, true) !== null) t.fail('what is here does not fit itself');
    }),
  );
  t.pass('for every list that was tried');
});

t.test('two who exchange tickets: as a whole yes, one by one no', async (t) => {
  const of = (who: string, ticket: string): PlanEntry => ({
    entry: `en${who}`,
    candidate: `ca${who}`,
    idNumber: who,
    ticket,
    name: who,
    gender: '',
    school: '',
    subject: 'yw',
  });
  const here = [of('1', 'A'), of('2', 'B')];
  const swapped = [of('1', 'B'), of('2', 'A')];
  t.equal(rosterFault(swapped, here, false), null);
  t.same(rosterFault(swapped, here, true), { ticket: 'B', reason: 'ticket' });
  t.same(rosterFault([{ ...of('1', 'A'), subject: 'sx' }], here, false), { ticket: 'A', reason: 'entry' });
  t.same(rosterFault([{ ...of('3', 'C'), idNumber: '1' }], here, false), {
    ticket: 'C',
    reason: 'id-number',
  });
  t.same(rosterFault([{ ...of('1', 'A'), entry: 'enX' }], here, false), { ticket: 'A', reason: 'subject' });
  t.same(
    rosterFault([of('9', 'A')], here, false),
    { ticket: 'A', reason: 'ticket' },
    'of somebody who is not named',
  );
});

t.test('nothing is told of what is the same, and everything of what is not', async (t) => {
  fc.assert(
    fc.property(stored, stored, (list, here) => {
      const changes = comparePlan(
        { ...NOTHING, entries: list },
        { ...EMPTY, entries: here, exam: NOTHING.exam },
        'full',
      );
      const had = new Map(here.map((one) => [one.entry, JSON.stringify(one)]));
      const has = new Map(list.map((one) => [one.entry, JSON.stringify(one)]));
      const expected = {
        added: [...has.keys()].filter((one) => !had.has(one)).length,
        changed: [...has].filter(([one, text]) => had.has(one) && had.get(one) !== text).length,
        removed: [...had.keys()].filter((one) => !has.has(one)).length,
      };
      for (const how of ['added', 'changed', 'removed'] as const)
        if (changes.filter((one) => one.how === how).length !== expected[how]) t.fail(how);
      const addendum = comparePlan({ ...NOTHING, entries: list }, { ...EMPTY, entries: here }, 'addendum');
      if (addendum.some(({ how }) => how === 'removed')) t.fail('an addendum removes');
    }),
  );
  t.same(comparePlan(NOTHING, EMPTY, 'full'), [{ what: 'exam', how: 'added', name: '期末', fields: [] }]);
});

t.test('a session that moved, a paper that came, a long list that is cut with its count', async (t) => {
  const session: PlanSession = {
    session: 'se',
    name: '上午',
    plannedStart: 2_000,
    subjects: [{ code: 'yw', durationMs: 1, papers: [{ version: 'A', paper: 'pa1' }] }],
    policy: { ...POLICY, lateEntryMs: 900_000 },
    release: RELEASE,
  };
  const plan = {
    ...NOTHING,
    subjects: [{ code: 'yw', name: '语文' }],
    sessions: [session],
    papers: [{ paper: 'pa1', subject: 'yw', label: 'A 卷', manifest: '', manifestSig: '', items: 1 }],
    entries: Array.from({ length: 250 }, (_, i) => ({
      entry: `en${i}`,
      candidate: `ca${i}`,
      idNumber: `${i}`,
      ticket: `T${i}`,
      name: '某',
      gender: '',
      school: '',
      subject: 'yw',
    })),
  };
  const here: Here = {
    ...EMPTY,
    exam: { exam: 'ex', name: '期中' },
    sessions: [
      { ...session, plannedStart: 1_000, policy: POLICY, subjects: ['yw'], planned: [], release: null },
    ],
    papers: [{ paper: 'pa0', subject: 'yw', label: '旧卷' }],
  };
  const changes = comparePlan(plan, here, 'full');
  t.match(
    changes.filter(({ what }) => what !== 'entry'),
    [
      { what: 'exam', how: 'changed', fields: [{ field: 'name', before: '期中', after: '期末' }] },
      { what: 'subject', how: 'added', name: '语文 (yw)' },
      {
        what: 'session',
        how: 'changed',
        name: '上午',
        fields: [
          { field: 'plannedStart', before: '1000', after: '2000' },
          { field: 'durations', before: '', after: 'yw 1' },
          { field: 'lateEntryMs', before: '0', after: '900000' },
          { field: 'papers', before: '0', after: '1' },
          { field: 'codes', before: '', after: '2/3' },
        ],
      },
      { what: 'paper', how: 'removed', name: '旧卷 (yw)' },
      { what: 'paper', how: 'added', name: 'A 卷 (yw)' },
    ],
  );
  const people = changes.filter(({ what }) => what === 'entry');
  t.equal(people.length, MOST_LISTED.added + 1);
  t.same(people.at(-1), {
    what: 'entry',
    how: 'added',
    name: '',
    fields: [{ field: 'more', before: '', after: String(250 - MOST_LISTED.added) }],
  });
});

t.test(
  'people: no sign-in changes hands, no administrator is put down, no password is touched',
  async (t) => {
    const person = fc.record({
      staff: fc.constantFrom<string[]>('st1', 'st2', 'st3', 'st4'),
      login: fc.constantFrom('wang', 'Wang', 'li', 'ｌｉ', 'zhao'),
      name: fc.constantFrom('王', '李'),
      role: fc.constantFrom<PlanStaff['role'][]>('administrator', 'chief', 'invigilator'),
    });
    const list = fc.uniqueArray(person, { selector: ({ staff }) => staff });
    const site = fc.uniqueArray(person, {
      comparator: (a, b) => a.staff === b.staff || foldLogin(a.login) === foldLogin(b.login),
    });
    fc.assert(
      fc.property(list, site, (plan, here) => {
        const merged = mergeStaff(
          plan.map((one) => ({ ...one, passwordHash: 'h' })),
          here,
        );
        const logins = new Map(here.map((one) => [foldLogin(one.login), one.staff]));
        for (const one of merged) {
          if (one.how === 'kept') continue;
          const holder = logins.get(foldLogin(one.login));
          if (holder !== undefined && holder !== one.staff) t.fail(`${one.login} changes hands`);
          logins.set(foldLogin(one.login), one.staff);
          if (one.how !== 'added' && one.before.role === 'administrator' && one.role !== 'administrator')
            t.fail('put down');
        }
      }),
    );
    t.match(
      mergeStaff(
        [{ staff: 'st9', login: 'ADMIN', name: 'x', role: 'chief', passwordHash: '' }],
        [{ staff: 'st1', login: 'admin', name: '管', role: 'administrator' }],
      ),
      [{ how: 'kept', before: { staff: 'st1' } }],
    );
  },
);

t.test('a plan that contradicts itself', async (t) => {
  const session: PlanSession = {
    session: 'se',
    name: '上午',
    plannedStart: 1,
    subjects: [{ code: 'yw', durationMs: 1, papers: [{ version: 'A', paper: 'pa1' }] }],
    policy: POLICY,
    release: RELEASE,
  };
  const good: PackagePlan = {
    ...NOTHING,
    subjects: [{ code: 'yw', name: '语文' }],
    sessions: [session],
    papers: [{ paper: 'pa1', subject: 'yw', label: 'A', manifest: '', manifestSig: '', items: 1 }],
  };
  t.equal(planFault(good, 'full'), null);
  t.match(planFault(good, 'addendum'), /candidates only/);
  t.match(planFault({ ...good, sessions: [session, session] }, 'full'), /twice/);
  t.match(planFault({ ...good, subjects: [] }, 'full'), /subject of se/);
  t.match(planFault({ ...good, papers: [] }, 'full'), /papers of yw/);
  t.match(planFault({ ...good, sessions: [] }, 'full'), /no session uses/);
  for (const [n, m] of [
    [3, 2],
    [0, 2],
    [1, 1],
    [2, 0],
  ])
    t.match(
      planFault(
        { ...good, sessions: [{ ...session, release: { ...RELEASE, n: n ?? 0, m: m ?? 0 } }] },
        'full',
      ),
      /codes/,
    );
});
