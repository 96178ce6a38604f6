import t from 'tap';
import type { MachineRow } from '#protocol/console.ts';
import { browserName, byTrouble, countByState } from './machine-list.ts';

t.test('browsers have names that people know', async (t) => {
  const chrome =
    'Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36';
  t.equal(browserName(chrome), 'Chrome 109 · Windows 7');
  t.equal(browserName(`${chrome.replace('6.1', '10.0')} Edg/126.0`), 'Edge 126 · Windows 10/11');
  t.equal(browserName(`${chrome} SEB/3.5.0`), 'SEB 3.5.0 · Windows 7');
  t.equal(browserName('Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0'), 'Firefox 128 · Linux');
  t.equal(browserName('curl/8'), 'curl/8', 'the unknown is shown as it is');
  t.equal(browserName(''), '');
});

t.test('trouble stands first, the retired last, seats in their order', async (t) => {
  const row = (seat: string, state: MachineRow['state'], newAddress: string | null = null) =>
    ({ machine: seat, roomName: '一', seat, state, newAddress }) as MachineRow; // what the order looks at
  const list = [
    row('10', 'connected'),
    row('9', 'connected'),
    row('3', 'retired', 'x'),
    row('7', 'lost'),
    row('8', 'in-use', 'y'),
  ];
  t.same(
    byTrouble(list, 'zh-CN').map(({ seat }) => seat),
    ['8', '7', '9', '10', '3'],
  );
  t.same(countByState(list), { conflict: 0, lost: 1, 'in-use': 1, connected: 2, enrolled: 0, retired: 1 });
});
