import t from 'tap';
import type { PhotoRow } from '#protocol/evidence.ts';
import { newestOf } from './portraits.ts';

const photo = (id: string, storedWall: number, ...entries: string[]) =>
  ({ photo: id, storedWall, people: entries.map((entry) => ({ entry })) }) as PhotoRow; // the rest does not matter here

t.test('the newest portrait of the entry, whatever the order', async (t) => {
  const photos = [
    photo('old', 1, 'a'),
    photo('new', 3, 'b', 'a'),
    photo('mid', 2, 'a'),
    photo('other', 9, 'c'),
  ];
  t.equal(newestOf(photos, 'a')?.photo, 'new');
  t.equal(newestOf([...photos].reverse(), 'a')?.photo, 'new');
  t.equal(newestOf(photos, 'd'), null);
  t.equal(newestOf([], 'a'), null);
});
