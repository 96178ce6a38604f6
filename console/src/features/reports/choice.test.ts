import t from 'tap';
import { REPORT_KINDS, type ReportKind } from '#protocol/reports.ts';
import {
  asKind,
  factsOf,
  missingFor,
  REPORT_GROUPS,
  type ReportChoice,
  requestOf,
  scopeOf,
} from './choice.ts';

const choice = (kind: ReportKind, change: Partial<ReportChoice> = {}): ReportChoice => ({
  kind,
  lang: 'zh-CN',
  session: 'se_1',
  room: '',
  attempt: '',
  incident: '',
  entries: [],
  size: 'A3',
  view: 'door',
  purpose: '',
  ...change,
});

t.test('every kind stands in the list, once', async (t) => {
  t.same(REPORT_GROUPS.flatMap(({ kinds }) => kinds).toSorted(), Object.keys(REPORT_KINDS).toSorted());
  t.equal(asKind('tickets'), 'tickets');
  t.equal(asKind('toString'), null);
});

t.test('a request holds what its kind knows, and nothing left over', async (t) => {
  t.same(requestOf(choice('attendance', { purpose: 'x', entries: ['en_1'] })), {
    kind: 'attendance',
    lang: 'zh-CN',
    session: 'se_1',
  });
  t.same(requestOf(choice('seating-chart', { room: 'rm_1' })), {
    kind: 'seating-chart',
    lang: 'zh-CN',
    session: 'se_1',
    room: 'rm_1',
    size: 'A3',
    view: 'door',
  });
  t.same(requestOf(choice('tickets', { room: 'rm_1', entries: ['en_1'] })), {
    kind: 'tickets',
    lang: 'zh-CN',
    session: 'se_1',
    room: 'rm_1',
    entries: ['en_1'],
  });
  t.same(requestOf(choice('evidence', { room: 'rm_1', incident: 'ic_1', purpose: ' appeal ' })), {
    kind: 'evidence',
    lang: 'zh-CN',
    session: 'se_1',
    incident: 'ic_1',
    purpose: 'appeal',
  });
});

t.test('the scope is one that the kind is made for', async (t) => {
  for (const kind of Object.keys(REPORT_KINDS) as ReportKind[]) {
    const full = choice(kind, { room: 'rm_1', attempt: 'at_1', incident: 'ic_1' });
    t.ok(factsOf(kind).scopes.includes(scopeOf(full)), kind);
  }
  t.equal(scopeOf(choice('evidence', { room: 'rm_1' })), 'room');
  t.equal(scopeOf(choice('attendance', { room: 'rm_1', attempt: 'at_1' })), 'room');
});

t.test('what must still be said', async (t) => {
  t.equal(missingFor(choice('attendance')), null);
  t.equal(missingFor(choice('answers', { purpose: 'x' })), 'attempt');
  t.equal(missingFor(choice('answers', { attempt: 'at_1', purpose: '  ' })), 'purpose');
  t.equal(missingFor(choice('answers', { attempt: 'at_1', purpose: 'x' })), null);
  t.equal(missingFor(choice('evidence')), 'purpose');
});
