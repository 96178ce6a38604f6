import t from 'tap';
import { stampOf } from './stamp-text.ts';

const facts = {
  site: { site: 'T1', name: '测试考点', contact: '中山路 88 号', timeZone: 'Asia/Shanghai' },
  roomName: '考场 01',
  sessionName: '上午场',
  purpose: 'incident' as const,
  reason: 'contraband' as const,
  text: '手机',
  storedWall: Date.UTC(2026, 10, 21, 1, 31, 7),
  photographer: '王𠀾',
  people: [{ entry: 'en', name: '张三', ticket: '1', seat: '03', room: 'rm' }],
};

t.test('a stamp says where, when, who and why, in both languages', async (t) => {
  const { stamp, takenLabel, hashLabel } = stampOf(facts);
  t.equal(stamp.title, '测试考点（T1）· 考场 01');
  t.equal(stamp.note, '事由 Reason: 携带违禁物品 Forbidden item：手机');
  t.same(stamp.people, ['座位 03 张三']);
  const labels = stamp.facts.map(({ label }) => label);
  t.ok(labels.includes(takenLabel) && labels.includes(hashLabel), 'filled in by the process');
  t.match(stamp.facts, [
    { value: '中山路 88 号' },
    { value: '上午场' },
    {},
    { value: '2026-11-21 09:31:07 UTC+08:00' },
    { value: '王𠀾' },
    {},
  ]);
  t.match(stampOf({ ...facts, purpose: 'panorama', reason: null, text: '' }).stamp, {
    note: '',
    tag: /全景 Panorama/,
  });
});

t.test('nothing that is typed turns the words about, or fills the picture', async (t) => {
  const people = [{ entry: 'en', name: '张\u202e三\u0007', ticket: '1', seat: '03', room: 'rm' }];
  const { stamp } = stampOf({ ...facts, people, text: '字'.repeat(1_000) });
  t.same(stamp.people, ['座位 03 张 三']);
  t.equal([...stamp.note].length, [...'事由 Reason: 携带违禁物品 Forbidden item：'].length + 301);
});
