/** The list of machines: states, names of browsers, order of trouble. Pure. */
import type { MachineRow, MachineState } from '#protocol/console.ts';

export const MACHINE_STATES: readonly MachineState[] = [
  'conflict',
  'lost',
  'in-use',
  'connected',
  'enrolled',
  'retired',
];

/** `Chrome 126 · Windows 10`, as far as a browser's own description tells. */
export function browserName(agent: string): string {
  const browser =
    /SEB\/(\d+(?:\.\d+)*)/.exec(agent)?.[1] !== undefined
      ? `SEB ${/SEB\/(\d+(?:\.\d+)*)/.exec(agent)?.[1]}`
      : named(agent, [
          ['Edge', /Edg\/(\d+)/],
          ['Chrome', /(?:Chrome|Chromium)\/(\d+)/],
          ['Firefox', /Firefox\/(\d+)/],
          ['Safari', /Version\/(\d+).*Safari/],
        ]);
  const windows = /Windows NT (\d+\.\d+)/.exec(agent)?.[1];
  const releases: Record<string, string> = { '6.1': '7', '6.2': '8', '6.3': '8.1', '10.0': '10/11' };
  const system = windows
    ? `Windows ${releases[windows] ?? windows}`
    : (named(agent, [
        ['Android', /Android (\d+)/],
        ['iOS', /(?:iPhone|CPU) OS (\d+)/],
        ['macOS', /Mac OS X (\d+)/],
        ['Linux', /Linux()/],
      ]) ?? '');
  return [browser ?? agent.slice(0, 40), system].filter(Boolean).join(' · ');
}

function named(agent: string, patterns: readonly (readonly [string, RegExp])[]): string | null {
  for (const [name, pattern] of patterns) {
    const match = pattern.exec(agent);
    if (match) return `${name} ${match[1] ?? ''}`.trim();
  }
  return null;
}

export function countByState(machines: readonly MachineRow[]): Record<MachineState, number> {
  const counts = { conflict: 0, lost: 0, 'in-use': 0, connected: 0, enrolled: 0, retired: 0 };
  for (const { state } of machines) counts[state]++;
  return counts;
}

/** Trouble first, then by room and seat. */
export function byTrouble(machines: readonly MachineRow[], language: string): MachineRow[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const place = ({ state, newAddress }: MachineRow) =>
    newAddress && state !== 'retired'
      ? 0
      : MACHINE_STATES.indexOf(state) < 2
        ? 1
        : state === 'retired'
          ? 3
          : 2;
  return [...machines].sort(
    (a, b) =>
      place(a) - place(b) ||
      collator.compare(a.roomName ?? '', b.roomName ?? '') ||
      collator.compare(a.seat ?? '', b.seat ?? ''),
  );
}
