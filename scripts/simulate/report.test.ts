import t from 'tap';
import { isClean, Metrics, quantile, sorted, summary } from './report.ts';

const OF = { seed: '1', url: 'https://localhost', candidates: 2, minutes: 1, seconds: 61 };

t.test('quantiles are values that were measured', async (t) => {
  const values = sorted([5, 1, 4, 2, 3]);
  t.equal(quantile(values, 0.5), 3);
  t.equal(quantile(values, 0.99), 5);
  t.equal(quantile(values, 0), 1);
  t.equal(quantile(sorted([]), 0.5), null);
});

t.test('a run is clean only when every promise was kept', async (t) => {
  const good = () => {
    const metrics = new Metrics();
    metrics.loggedIn = metrics.submitted = metrics.receiptsVerified = 2;
    return metrics;
  };
  t.ok(isClean(good().report(OF), true));
  for (const spoil of [
    (m: Metrics) => (m.lost = 1),
    (m: Metrics) => (m.undelivered = 1),
    (m: Metrics) => (m.loggedIn = 1),
    (m: Metrics) => (m.receiptsVerified = 1),
    (m: Metrics) => m.broken('something'),
  ]) {
    const metrics = good();
    spoil(metrics);
    t.notOk(isClean(metrics.report(OF), true));
  }
  const without = good();
  without.submitted = without.receiptsVerified = 0;
  t.ok(isClean(without.report(OF), false), 'nobody hands in where nobody is to');
});

t.test('refusals are told by code, broken promises in words', async (t) => {
  const metrics = new Metrics();
  metrics.refused('box/busy');
  metrics.refused('attempt/time-up');
  metrics.refused('box/busy');
  metrics.broken('2601: the answers digest differs');
  const report = metrics.report(OF);
  t.same(report.refusals, { 'attempt/time-up': 1, 'box/busy': 2 });
  t.match(summary(report), /box\/busy × 2/);
  t.match(summary(report), /! 2601: the answers digest differs/);
});
