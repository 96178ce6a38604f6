/**
 * The whole way: a package is published and taken, the line fails for a day, the session is opened by codes, a candidate
 * writes; the answers go by stick, the rest by line while a replica is stopped in the middle of a batch; headquarters
 * proves and scores them.
 */
import t from 'tap';
import { event } from '#db/hq/schema.ts';
import { openDatabase } from '#hq/platform/open-database.ts';
import { SILENT, startTestHq } from '#hq/test/harness.ts';
import { startPostgres } from '#hq/test/postgres.testing.ts';
import { CANARY } from '#hq/test/preparation.testing.ts';
import type { ReceiptsFile } from '#protocol/hq.ts';
import { Chain, Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { exchange, prepareStory, SITE, seatEverybody, takePackage } from './prepared.testing.ts';

const HOUR = 3_600_000;

t.test(
  'from a published package to a scored result, a day without a line between them',
  { timeout: 120_000 },
  async (t) => {
    const whole = t;
    const postgres = await startPostgres();
    if (postgres) t.teardown(() => postgres.stop());
    t.comment(postgres ? 'on PostgreSQL' : 'on PGlite: there is no PostgreSQL here');
    const database = await openDatabase(postgres?.url ?? '', null, SILENT);
    t.teardown(() => database.close());
    const story = await prepareStory(t, { database, startsIn: 60 });
    const { hq, line, site, time, exam, session, codes, administrator, chief, technician } = story;
    await takePackage(story);
    const room = await seatEverybody(story);
    await exchange(story);
    const before = await site.call(technician, 'GET /api/v1/console/hq');
    t.match(before, { agrees: true, gaps: [], fault: null });
    t.ok(before.acknowledged > 0, 'what was prepared is at headquarters');

    await t.test('the line is cut; two officers open the session, and the chief starts it', async (t) => {
      line.cut();
      time.pass(HOUR + 1_000);
      t.equal(
        await site.refused(chief, 'POST /api/v1/console/sessions/:session/start', { session }, {}),
        'start/no-identity',
      );
      const enter = (as: typeof chief, code = '') =>
        site.call(as, 'POST /api/v1/console/sessions/:session/release/codes', { session }, { code });
      t.match(await enter(chief, codes[0]), { release: { received: false, taken: [{ name: '央金' }] } });
      t.match(await enter(technician, codes[2]), { release: { received: true, way: 'codes' } });
    });

    const client = await KioskClient.connect(site.origin, new Device());
    const greeted = client.next('welcome');
    await site.call(
      technician,
      'POST /api/v1/console/machines/seat',
      {},
      { pending: client.nonce.slice(0, 12), room, seat: '01' },
    );
    await greeted;
    const number = site.app.deps.db
      .prepare("SELECT ticket FROM seating JOIN entry USING (entry) WHERE seat = '01'")
      .pluck()
      .get() as string;
    const login = await client.ask({ t: 'login', number });
    const attempt = login.t === 'ok' ? (login.attempt?.attempt ?? '') : '';
    await client.ask({ t: 'confirm' });
    await site.call(chief, 'POST /api/v1/console/sessions/:session/start', { session }, {});
    const { items } = await site.app.services.papers.content(story.paper);
    const [choice, blank] = Object.values(items);
    const chain = new Chain(attempt, 1, client.device.key);
    const answer = async (item: typeof choice, v: string) => {
      chain.add(item?.id ?? '', { t: 'set', resp: item?.responses[0]?.id ?? '', v });
      const acked = client.next('ack', ({ rev }) => rev === chain.head.rev);
      client.raw(chain.frame(chain.head.rev));
      await acked;
    };
    await answer(choice, 'B');
    await answer(choice, 'A');

    await answer(blank, `北京${CANARY}`);
    const handedIn = await client.ask(chain.submission(client.device, 'A'.repeat(43)));
    t.equal(handedIn.t === 'ok' ? handedIn.receipt?.receipt.answered : 0, 2);

    await t.test('a day passes; nothing is lost and the state says why nothing goes', async (t) => {
      time.pass(24 * HOUR);
      await exchange(story);
      const state = await site.call(technician, 'GET /api/v1/console/hq');
      t.match(state.fault, { code: 'sync/unreachable' });
      t.equal(state.acknowledged, before.acknowledged);
      t.ok(state.size > state.acknowledged);
    });

    let taken = 0;
    await t.test('the stick brings it there, and receipts back; twice is the same', async (t) => {
      const { payload } = await site.raw(technician, 'POST /api/v1/console/hq/courier');
      const officer = await hq.officer('director');
      const deliver = () =>
        officer.call('POST /api/v1/officer/courier', {}, { query: { file: 'courier' }, body: payload });
      const delivered = await deliver();
      t.ok(
        delivered.batches.length > 0 &&
          delivered.batches.every(({ state, again }) => state === 'taken' && !again),
      );
      t.ok(
        (await deliver()).batches.every(({ again }) => again),
        'a second delivery does nothing',
      );
      const receipts: ReceiptsFile = delivered.receipts;
      const result = await site.call(
        technician,
        'POST /api/v1/console/hq/receipts',
        {},
        Buffer.from(JSON.stringify(receipts)),
      );
      t.equal(result.taken, delivered.batches.length);
      const state = await site.call(technician, 'GET /api/v1/console/hq');
      taken = state.acknowledged;
      t.ok(taken > before.acknowledged, 'acknowledged by the stick alone');
      t.ok(state.fault, 'the line is still dead');
    });

    await t.test(
      'the line is back; a replica stops in the middle of a batch and another goes on',
      async (t) => {
        const second = await startTestHq(whole, { database, data: hq.data, time: hq.time });
        const port = Number(new URL(await second.hq.listen()).port);
        // Much in one batch, so that the line can break inside it.
        for (let n = 0; n < 40; n++)
          await site.app.deps.ledger.append([
            {
              kind: 'NOTICE_SENT',
              body: { notice: `no_${String(n).padStart(16, '0')}`, scope: { session }, text: noise(n) },
            },
          ]);
        line.mend();
        line.dropAfter = 30_000;
        await exchange(story);
        const broken = await site.call(technician, 'GET /api/v1/console/hq');
        t.ok(broken.fault, 'the line broke inside the batch');
        t.equal(broken.acknowledged, taken);
        await hq.stop();
        line.dropAfter = null;
        line.lead(port);
        await exchange(story);
        const state = await site.call(technician, 'GET /api/v1/console/hq');
        t.match(state, { fault: null, agrees: true, gaps: [], underway: 0 });
        t.equal(state.acknowledged, state.size, 'everything is acknowledged');
        const seqs = await database.orm.select({ seq: event.seq }).from(event);
        t.same(
          [seqs.length, new Set(seqs.map(({ seq }) => seq)).size],
          [state.size, state.size],
          'each event once',
        );

        const officer = await second.officer('director');
        await second.hq.services.judging.judge();
        const { rows: results } = await officer.call(
          'GET /api/v1/officer/exams/:exam/results',
          { exam },
          { query: {} },
        );
        t.match(results, [{ attempt, site: SITE, state: 'handed-in', points: 6, maximum: 6, faults: 0 }]);
        const detail = await officer.call('GET /api/v1/officer/attempts/:attempt', { attempt });
        t.match(detail.proof, { revisions: 3, agrees: true });
        const csv = await officer.raw('GET /api/v1/officer/exams/:exam/exports/:format', {
          exam,
          format: 'csv',
        });
        t.match(csv.payload, number);
        t.match(await officer.call('GET /api/v1/officer/alarms', {}, { query: {} }), { open: 0 });
      },
    );
    void administrator;
  },
);

/** Text that gzip makes little of. */
function noise(n: number): string {
  let state = n + 1;
  return Array.from({ length: 1_500 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(0x4e00 + (state % 20_000));
  }).join('');
}
