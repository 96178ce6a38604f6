import t from 'tap';
import { addressOf } from './call.ts';
import { asFailure, Failure, failureOf, knownWords } from './failure.ts';
import { readPush, retryDelayMs } from './socket.ts';

t.test('addresses: parameters are escaped, empty queries left out', async (t) => {
  t.equal(addressOf('/rooms/:room', { room: 'a/b?c' }), '/rooms/a%2Fb%3Fc');
  t.equal(
    addressOf('/exams/:exam/entries', { exam: 'ex_1', query: { search: '买买提·艾力', subject: '' } }),
    '/exams/ex_1/entries?search=%E4%B9%B0%E4%B9%B0%E6%8F%90%C2%B7%E8%89%BE%E5%8A%9B',
  );
  t.equal(addressOf('/log', { query: { before: 0, limit: undefined } }), '/log?before=0');
});

t.test('a failure always has words and a remedy', async (t) => {
  const told = failureOf(409, {
    code: 'start/too-early',
    zh: '',
    en: 'x',
    doZh: '',
    doEn: '',
    detail: { at: 5 },
  });
  t.equal(told.code, 'start/too-early');
  t.equal(told.words.en, 'x', 'the box’s own words win');
  t.equal(told.words.zh, '未到计划开考时间', 'the catalogue helps out');
  t.same(told.detail, { at: 5 });
  t.equal(failureOf(502, '<html>').code, 'console/answer', 'somebody else answers');
  t.equal(failureOf(500, null).code, 'console/answer');
  const unknown = new Failure('new/code', 400);
  t.ok(unknown.words.zh && unknown.words.doEn, 'a code of a newer box has general words');
  t.equal(knownWords('toString'), null, 'only codes of the catalogue are known');
  t.equal(asFailure(told), told);
});

t.test('the line comes back soon, and never asks too often', async (t) => {
  const middle = () => 0.5;
  t.equal(retryDelayMs(0, middle), 300);
  t.equal(retryDelayMs(2, middle), 1_200);
  t.equal(retryDelayMs(1_000, middle), 5_000);
  t.ok(retryDelayMs(9, () => 1) <= 6_500);
});

t.test('pushes of an unknown kind and what is no push are passed over', async (t) => {
  t.same(readPush('{"t":"error","code":"auth/forbidden"}'), { t: 'error', code: 'auth/forbidden' });
  for (const odd of ['', 'null', '[]', '{"t":"party"}', '{', '5']) t.equal(readPush(odd), null, odd);
  t.equal(readPush(new ArrayBuffer(2)), null);
});
