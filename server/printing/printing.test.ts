/** Printers of the box, with programs in place of CUPS that write down what they are called with. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import t, { type Test } from 'tap';
import { drawPdfPage, readPdf } from '#node/pdf/read-pdf.testing.ts';
import { MARGIN } from '#node/pdf/report-sheets.ts';
import { buildReports } from '#server/reports/box.testing.ts';
import { listQueues, parseStates, sendToQueue } from './cups.ts';

const C = '/api/v1/console';

/** Puts `lpstat` and `lp` before everything on PATH, or hides all programs; undone at the end of the test. */
function programs(t: Test, scripts: { lpstat: string; lp: string } | null): string {
  // `t.testdir` would empty the box's folder.
  const folder = mkdtempSync(join(existsSync(t.testdirName) ? t.testdirName : t.testdir({}), 'programs-'));
  const before = process.env['PATH'];
  t.teardown(() => {
    process.env['PATH'] = before;
  });
  mkdirSync(join(folder, 'bin'));
  for (const [name, text] of Object.entries(scripts ?? {})) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nFOLDER='${folder}'\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  process.env['PATH'] = scripts ? [join(folder, 'bin'), before].join(delimiter) : join(folder, 'bin');
  return folder;
}

const LPSTAT = `[ "$LC_ALL" = C ] || exit 3
case "$1" in
-e) printf 'HP_Room1\\nLarge-A3\\nBroken\\n-d\\n' ;;
-p) cat <<'END'
printer HP_Room1 is idle.  enabled since Sat 21 Nov 2026 08:00:00
printer Large-A3 now printing Large-A3-12.  enabled since Sat 21 Nov 2026 08:00:00
printer Broken disabled since Sat 21 Nov 2026 07:00:00 -
	Paper jam
END
;;
esac`;
/** Keeps its arguments, one a line, and a copy of the file. */
const LP = `for arg in "$@"; do printf '%s\\n' "$arg"; done >> "$FOLDER/calls"
for last in "$@"; do :; done
cp "$last" "$FOLDER/sent.pdf"
[ "$2" = Broken ] && { echo 'lp: the printer is stopped' >&2; exit 1; }
exit 0`;
const FAKE = { lpstat: LPSTAT, lp: LP };

t.test('states as lpstat tells them', async (t) => {
  t.same(
    [
      ...parseStates(
        'printer A is idle.  enabled since x\n\tReady\nprinter B now printing B-1.\nprinter C disabled since x -\n\treason unknown\nsomething else\nprinter D does what nobody knows\n',
      ).values(),
    ],
    [
      { queue: 'A', state: 'idle', text: 'Ready' },
      { queue: 'B', state: 'printing', text: '' },
      { queue: 'C', state: 'stopped', text: 'reason unknown' },
      { queue: 'D', state: 'unknown', text: '' },
    ],
  );
});

t.test('without CUPS there is an empty list, and the browser still prints', async (t) => {
  const box = await buildReports(t);
  programs(t, null);
  t.same((await box.call(`GET ${C}/printers`, { as: 'chief' })).answer, []);
  const test = await box.call(`POST ${C}/printers/:queue/test`, { as: 'chief', params: { queue: 'HP' } });
  t.equal(test.code, 'printer/none');
  await t.rejects(sendToQueue('HP', '/nowhere.pdf', 'x'), { message: 'lp is not installed' });
});

t.test('programs that fail or hang', async (t) => {
  programs(t, { lpstat: 'exit 1', lp: 'exit 1' });
  t.same(await listQueues(), []);
  programs(t, { lpstat: 'exec sleep 30', lp: 'exit 1' });
  t.same(await listQueues(200), [], 'given up after the time allowed');
});

t.test('queues, test page, confirmation, a report sent', async (t) => {
  const box = await buildReports(t);
  const folder = programs(t, FAKE);
  const rows = (await box.call(`GET ${C}/printers`, { as: 'chief' })).answer;
  t.same(rows, [
    { queue: 'HP_Room1', state: 'idle', text: '', confirmedWall: null },
    { queue: 'Large-A3', state: 'printing', text: '', confirmedWall: null },
    { queue: 'Broken', state: 'stopped', text: 'Paper jam', confirmedWall: null },
  ]);
  const params = { queue: 'HP_Room1' };
  t.equal((await box.call(`POST ${C}/printers/:queue/test`, { as: 'chief', params })).code, '');
  const sent = () => readPdf(new Uint8Array(readFileSync(join(folder, 'sent.pdf'))));
  const [page] = await sent();
  t.match(page?.text, 'HP_Room1');
  t.match(page?.text, '测试考点');
  t.match(page?.text, '打印测试页');
  const drawn = await drawPdfPage(new Uint8Array(readFileSync(join(folder, 'sent.pdf'))), 1, 2);
  const line = Math.floor(2 * MARGIN) - 2;
  const [frame] = [...Array(4).keys()]
    .map((x) => drawn.getContext('2d').getImageData(line + x, 1_500, 1, 1).data[0] ?? 255)
    .sort((a, b) => a - b);
  t.ok((frame ?? 255) < 120, 'the frame down to the foot of the page');

  const confirm = (right: boolean) =>
    box.call(`POST ${C}/printers/:queue/confirm`, { as: 'technician', params, body: { right } });
  t.equal((await confirm(true)).answer.confirmedWall, box.time.wallMs());
  t.equal((await confirm(false)).answer.confirmedWall, null, 'a person may take it back');

  const { session } = box.run.site;
  const body = { kind: 'door-list', lang: 'zh-CN', session } as const;
  const { report } = (await box.call(`POST ${C}/reports`, { as: 'chief', body })).answer;
  const print = (queue: string | undefined) =>
    box.call(`POST ${C}/reports/:report/printed`, {
      as: 'chief',
      params: { report },
      body: { way: 'queue', ...(queue === undefined ? {} : { queue }) },
    });
  t.equal((await print('Large-A3')).answer.prints, 1);
  t.match((await sent())[0]?.text, box.run.people.done.name);
  const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\n');
  t.match(calls.slice(-7), ['-d', 'Large-A3', '-t', '考场门贴 · 上午场', '--', /rp_[0-9a-z]{16}\.pdf$/, '']);

  t.equal((await print(undefined)).code, 'printer/none');
  for (const queue of ['-d', 'HP_Room1; touch x', '$(reboot)', 'unknown'])
    t.equal((await print(queue)).code, 'printer/none', queue);
  const failed = await print('Broken');
  t.equal(failed.code, 'printer/failed');
  t.match(failed.detail, { problem: 'lp: the printer is stopped' });
  const list = await box.call(`GET ${C}/sessions/:session/reports`, { as: 'chief', params: { session } });
  t.equal(list.answer[0]?.prints, 1, 'what no printer took was not printed');
  t.notOk(existsSync(join(folder, 'x')));
  t.equal(
    (await box.call(`POST ${C}/printers/:queue/test`, { as: 'invigilator', params })).code,
    'auth/forbidden',
  );
});
