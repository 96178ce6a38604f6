/** Story: a candidate hands in by mistake, a re-sit is granted, he writes again: both attempts are kept (T5). */
import t from 'tap';
import { newId } from '#server/platform/ids.ts';
import { Turns } from '#server/platform/turns.ts';
import { RequestsService } from '#server/requests/requests.service.ts';
import { startBox, TestTime } from '#server/test/box.testing.ts';
import { Chain, Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { makeSite } from '#server/test/site.testing.ts';

const ADMINISTRATOR = { staff: newId('staff') };
const CHIEF = { staff: newId('staff') };

t.test(
  'asked, granted by the chief of a site without headquarters, sat again in the same seat',
  async (t) => {
    const box = await startBox(t, t.testdir(), new TestTime());
    const site = await makeSite(box.deps);
    const requests = new RequestsService(box.deps, new Turns());
    const [person] = site.candidates;
    if (!person) return;
    const client = await KioskClient.connect(box.origin, new Device());
    const greeted = client.next('welcome');
    await box.candidates.machines.seat(client.nonce.slice(0, 12), site.room, person.seat, CHIEF);
    await greeted;
    const first = await client.enter(person.ticket);
    await box.candidates.run.start(site.session, {}, CHIEF);
    const write = async (attempt: string, value: string) => {
      const chain = new Chain(attempt, 1, client.device.key);
      chain.add('Q1', { t: 'set', resp: 'R', v: value });
      const acked = client.next('ack');
      client.raw(chain.frame());
      await acked;
      return chain;
    };
    const chain = await write(first, 'A');
    const ask = () =>
      requests.ask({ kind: 'resit', exam: site.exam, reason: '误交卷', attempt: first }, ADMINISTRATOR);
    await t.rejects(ask(), { code: 'request/not-over' }, 'while he writes there is nothing to sit again');
    const handedIn = await client.ask(chain.submission(client.device, 'A'.repeat(43)));
    t.equal(handedIn.t, 'ok');

    const refused = await client.ask({ t: 'login', number: person.ticket });
    t.equal(refused.t === 'error' ? refused.code : '', 'login/handed-in');
    const { request } = await ask();
    await t.rejects(requests.decide(request, true, 'x', ADMINISTRATOR), { code: 'request/own' });
    await requests.decide(request, true, '考场网络故障所致', CHIEF);

    const again = await client.ask({ t: 'login', number: person.ticket });
    const second = again.t === 'ok' ? (again.attempt?.attempt ?? '') : '';
    t.match(second, /^at_/);
    t.not(second, first);
    const kept = box.deps.db
      .prepare(
        'SELECT attempt, superseded, receipt_code IS NOT NULL AS receipt FROM attempt WHERE entry = ? ORDER BY last_seq',
      )
      .all(person.entry) as { attempt: string; superseded: string | null; receipt: number }[];
    t.same(
      kept.map(({ attempt, superseded, receipt }) => [attempt, superseded, receipt]),
      [
        [first, request, 1],
        [second, null, 0],
      ],
      'the first stays with its receipt',
    );
    t.equal(
      box.deps.db.prepare("SELECT value FROM answer WHERE attempt = ? AND item = 'Q1'").pluck().get(first),
      '"A"',
      'and with its answers',
    );
    t.equal(
      box.deps.db.prepare('SELECT count(*) FROM answer WHERE attempt = ?').pluck().get(second),
      0,
      'the second begins empty',
    );
    const third = requests.ask(
      { kind: 'resit', exam: site.exam, reason: '再次', attempt: first },
      ADMINISTRATOR,
    );
    await t.rejects(third, { code: 'request/asked-already' }, 'an attempt is set aside once');
  },
);
