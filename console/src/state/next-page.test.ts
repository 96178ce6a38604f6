import t from 'tap';
import { nextPage } from './next-page.ts';

t.test('signing in leads to pages of the console and nowhere else', async (t) => {
  const to = (next: string | null) => nextPage(next, '/console/');
  t.equal(to('/console/rooms?x=1'), '/console/rooms?x=1');
  t.equal(to(null), '/console/');
  for (const evil of [
    'https://example.org/',
    '//example.org/console/',
    '/consoleevil',
    '/console/\\example.org',
    '/console/\t/x',
    'javascript:alert(1)',
    '/console/sign-in?next=/console/',
    '/console/setup',
  ])
    t.equal(to(evil), '/console/', evil);
});
