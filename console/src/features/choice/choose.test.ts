import t from 'tap';
import type { ExamRow, SessionRow } from '#protocol/console.ts';
import { chosenExam, chosenSession, likelySession } from './choose.ts';

const HOUR = 3_600_000;
const now = 1_000 * HOUR;
const session = (id: string, state: SessionRow['state'], hours: number) =>
  ({ session: id, state, plannedStart: now + hours * HOUR }) as SessionRow; // what the choice looks at

t.test('the session that people most likely mean', async (t) => {
  const ended = session('ended', 'ended', -24);
  const soon = session('soon', 'planned', 2);
  const later = session('later', 'planned', 26);
  const running = session('running', 'running', -1);
  t.equal(likelySession([], now), null);
  t.equal(likelySession([later, ended, soon], now)?.session, 'soon');
  t.equal(likelySession([later, running, soon], now)?.session, 'running');
  t.equal(likelySession([later, session('late', 'planned', -1)], now)?.session, 'late', 'late is not over');
  t.equal(likelySession([session('forgotten', 'planned', -40), soon], now)?.session, 'soon');
  t.equal(likelySession([ended], now)?.session, 'ended');
  t.equal(chosenSession([soon, later], 'later', now)?.session, 'later', 'the address wins');
  t.equal(chosenSession([soon, later], 'gone', now)?.session, 'soon');
});

t.test('the exam: of the address, else one that has sessions, else the newest', async (t) => {
  const exam = (id: string, sessions: number) => ({ exam: id, sessions }) as ExamRow; // what the choice looks at
  const list = [exam('a', 1), exam('b', 0)];
  t.equal(chosenExam(list, '')?.exam, 'a');
  t.equal(chosenExam(list, 'b')?.exam, 'b');
  t.equal(chosenExam([exam('a', 0), exam('b', 0)], '')?.exam, 'b');
  t.equal(chosenExam([], ''), null);
});
