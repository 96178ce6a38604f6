/** What a process of this computer uses, as the system tells it (proc_pid_stat(5)); null where it does not tell. */
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** Processor time so far in milliseconds, of all threads. */
export function cpuMsOf(pid: number | undefined): number | null {
  const fields = statOf(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The same with the process's children, those that have ended included. */
export function familyCpuMsOf(pid: number): number | null {
  const own = statOf(pid);
  if (!own) return null;
  // User and system time of the process, then of the children it has waited for.
  let ticks = own.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const other = statOf(Number(name));
    if (other && Number(other[1]) === pid) ticks += Number(other[11]) + Number(other[12]);
  }
  return ticks * TICK_MS;
}

/** Memory in use now and at most, in MiB. */
export function memoryOf(pid: number | undefined): { nowMiB: number; peakMiB: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
    return { nowMiB: Math.round(of('VmRSS')), peakMiB: Math.round(of('VmHWM')) };
  } catch {
    return null;
  }
}

/** Fields from the third on: the name in brackets before them may hold blanks. */
function statOf(pid: number | undefined): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
