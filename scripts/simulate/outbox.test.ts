import t from 'tap';
import { REVISION_LIMITS, type Revision } from '#protocol/revision.ts';
import { FRAME_BYTES } from '#protocol/socket.ts';
import { Journal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { Metrics } from './report.ts';

function desk() {
  const journal = new Journal({ attempt: 'at_0123456789abcdef', epoch: 1, key: 'B'.repeat(87) });
  const metrics = new Metrics();
  const frames: string[] = [];
  let online = true;
  const outbox = new Outbox(journal, metrics, (frame) => online && frames.push(frame) > 0);
  const write = (count: number, text = 'x') => {
    for (let i = 0; i < count; i++) journal.append('Q', { t: 'set', resp: 'R', v: `${text}${i}` }, 0);
    outbox.pump();
  };
  const sent = () =>
    frames.flatMap((frame) => (JSON.parse(frame) as { e: Revision[] }).e.map(({ rev }) => rev));
  return {
    journal,
    metrics,
    frames,
    outbox,
    write,
    sent,
    cut: (on: boolean) => {
      online = on;
    },
  };
}

t.test('nothing goes out before the box has said what it has', async (t) => {
  const { outbox, write, sent } = desk();
  write(3);
  t.same(sent(), []);
  outbox.attach(1);
  t.same(sent(), [2, 3]);
});

t.test('a long journal goes in frames that fit, and in a window', async (t) => {
  const { outbox, write, sent, frames, journal } = desk();
  write(1_000, '字'.repeat(300));
  outbox.attach(0);
  t.equal(sent().length, 256, 'no more under way than the window');
  for (const frame of frames) {
    t.ok(Buffer.byteLength(frame) <= FRAME_BYTES);
    t.ok((JSON.parse(frame) as { e: unknown[] }).e.length <= REVISION_LIMITS.perFrame);
  }
  for (let rev = 64; rev < 1_000; rev += 64) outbox.acknowledge(rev, performance.now());
  outbox.acknowledge(1_000, performance.now());
  t.same(
    sent(),
    Array.from({ length: 1_000 }, (_, i) => i + 1),
    'all of them, in order, once',
  );
  t.ok(outbox.done);
  t.equal(journal.rev, 1_000);
});

t.test('after a lost line it is sent again from what the box has', async (t) => {
  const { outbox, write, sent, cut, metrics } = desk();
  outbox.attach(0);
  write(4);
  outbox.acknowledge(2, performance.now());
  outbox.detach();
  cut(false);
  write(2);
  t.same(sent(), [1, 2, 3, 4]);
  cut(true);
  outbox.attach(2);
  t.same(sent().slice(4), [3, 4, 5, 6]);
  t.match(metrics, { sent: 6, resent: 2, acked: 2 });
  outbox.resend(5);
  t.same(sent().slice(8), [5, 6], 'and from where the box asks');
});

t.test('an acknowledgement is a promise that is not taken back', async (t) => {
  const { outbox, write, metrics } = desk();
  outbox.attach(0);
  write(5);
  outbox.acknowledge(5, performance.now());
  t.equal(metrics.ackMs.length, 5);
  outbox.detach();
  outbox.attach(3);
  t.equal(outbox.promised, 5);
  t.equal(metrics.acked, 5, 'what was acknowledged twice counts once');
});
