/** Story: a room of simulated candidates sits an exam on the real server; lines are lost, the box is restarted. */
import t from 'tap';
import type { DemoAnswer } from '#protocol/console.ts';
import { type App, buildApp } from '#server/app.ts';
import { createLog } from '#server/server.ts';
import { type BenchSiteOf, fillBenchSite } from '../bench/bench-site.ts';
import type { SimulationOptions } from './options.ts';
import { isClean } from './report.ts';
import { simulate } from './simulation.ts';

const options = (url: string, more: Partial<SimulationOptions> = {}): SimulationOptions => ({
  url,
  candidates: 6,
  minutes: 0.1,
  seed: '7',
  ca: null,
  staff: [],
  candidatesFile: null,
  session: null,
  start: null,
  everySeconds: 0.1,
  drop: 0,
  submits: true,
  json: true,
  ...more,
});

class Box {
  readonly #data: string;
  #site: DemoAnswer | null = null;
  #app: App | null = null;
  port = 0;

  constructor(data: string) {
    this.#data = data;
  }

  async start(of?: BenchSiteOf): Promise<string> {
    const { port } = this;
    const config = {
      data: this.#data,
      port,
      host: '127.0.0.1',
      name: 'localhost',
      names: [],
      sync: 'off',
      retention: 180,
      log: 'silent' as const,
    };
    const app = await buildApp({ config, log: createLog('silent'), demo: () => this.#site });
    this.#app = app;
    if (of) this.#site = await fillBenchSite(app, of);
    await app.listen();
    const { origin } = app.deps.box;
    this.port = Number(new URL(origin).port);
    return origin;
  }

  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = null;
    await app?.stop('test');
  }

  count(sql: string): number {
    const row = this.#app?.deps.db.prepare(sql).get() as { n: number } | undefined;
    return row?.n ?? -1;
  }
}

t.test('from machines without a seat to verified receipts', async (t) => {
  const box = new Box(t.testdir());
  t.teardown(() => box.stop());
  const report = await simulate(options(await box.start({ candidates: 8 })));
  t.same(report.errors, []);
  t.ok(isClean(report, true));
  t.match(report, { candidates: 6, loggedIn: 6, sawPaper: 6, submitted: 6, receiptsVerified: 6, lost: 0 });
  t.ok(report.revisionsSent > 200, `${report.revisionsSent} revisions`);
  t.equal(report.revisionsAcked, report.revisionsSent);
  t.ok((report.ackMsP99 ?? 0) > 0 && (report.paperSeenMs ?? 0) > 0 && (report.loginMs ?? 0) > 0);
  t.same(report.refusals, {}, 'a well-behaved machine is never refused anything');
  t.equal(box.count('SELECT sum(rev) AS n FROM stream'), report.revisionsAcked, 'the box has them all');
  t.equal(box.count('SELECT count(*) AS n FROM attempt WHERE submitted_at IS NOT NULL'), 6);
});

t.test('lost lines and a restarted box cost nothing', async (t) => {
  const box = new Box(t.testdir());
  t.teardown(() => box.stop());
  const url = await box.start({ candidates: 6 });
  const running = simulate(options(url, { minutes: 0.2, drop: 6 }), {
    onProgress: ({ phase, seconds }) => {
      if (phase === 'writing' && box.port > 0 && seconds > 6 && restarted === null)
        restarted = box.stop().then(async () => {
          await new Promise((resolve) => setTimeout(resolve, 700));
          await box.start();
        });
    },
  });
  let restarted: Promise<void> | null = null;
  const report = await running;
  await restarted;
  t.not(restarted, null, 'the box was restarted while they wrote');
  t.same(report.errors, []);
  t.match(report, { submitted: 6, receiptsVerified: 6, lost: 0, undelivered: 0 });
  t.ok(report.reconnects >= 6, `${report.reconnects} reconnects`);
  t.ok(report.drops > 0);
  t.equal(box.count('SELECT sum(rev) AS n FROM stream'), report.revisionsAcked);
});

t.test('a second run of the same seed comes back as the same machines and goes on', async (t) => {
  const box = new Box(t.testdir());
  t.teardown(() => box.stop());
  const url = await box.start({ candidates: 3 });
  const first = await simulate(options(url, { candidates: 3, submits: false }));
  t.same(first.errors, []);
  t.match(first, { submitted: 0, lost: 0, undelivered: 0 });
  t.ok(isClean(first, false));
  const machines = box.count('SELECT count(*) AS n FROM machine');
  const second = await simulate(options(url, { candidates: 3 }));
  t.same(second.errors, []);
  t.match(second, { submitted: 3, receiptsVerified: 3, lost: 0 });
  t.equal(box.count('SELECT count(*) AS n FROM machine'), machines, 'no machine was enrolled again');
  t.equal(box.count('SELECT max(epoch) AS n FROM stream'), 2, 'their journals were gone: new streams');
});
