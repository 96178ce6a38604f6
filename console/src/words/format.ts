/**
 * Dates and times in the site's time zone, whatever zone this device is in (FEATURES A9), and durations to a second.
 * What needs no time zone is in web/texts/format.ts. Pure.
 */
import type { Language } from '#web/texts/language.ts';

const SECOND = 1_000;

const formats = new Map<string, Intl.DateTimeFormat>();
/** Making an Intl format costs a hundred times a use of it, and tables show thousands of times. */
function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, options);
  formats.set(key, made);
  return made;
}

/** Parts of a wall time in a time zone, as numbers. */
function partsIn(wall: number, timeZone: string) {
  const parts = dateFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(wall);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '00';
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

/** `14:05:09` */
export function clockTime(wall: number, timeZone: string): string {
  const { hour, minute, second } = partsIn(wall, timeZone);
  return `${hour}:${minute}:${second}`;
}

/** `14:05` */
export function shortTime(wall: number, timeZone: string): string {
  return clockTime(wall, timeZone).slice(0, 5);
}

/** `2026-06-07 周日` / `Sun 7 Jun 2026` */
export function dayOf(wall: number, timeZone: string, language: Language): string {
  if (language === 'zh-CN') {
    const { year, month, day } = partsIn(wall, timeZone);
    return `${year}-${month}-${day} ${dateFormat('zh-CN', { timeZone, weekday: 'short' }).format(wall)}`;
  }
  const named = dateFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return named.format(wall).replace(',', '');
}

/** `2026-06-07 周日 09:00` / `Sun 7 Jun 2026, 09:00` */
export function dayAndTime(wall: number, timeZone: string, language: Language): string {
  const joint = language === 'zh-CN' ? ' ' : ', ';
  return dayOf(wall, timeZone, language) + joint + shortTime(wall, timeZone);
}

/** To the second, as in a log: `2 分 10 秒` / `2 min 10 s`. A credit's sign goes before it. */
export function exactDuration(ms: number, language: Language): string {
  const zh = language === 'zh-CN';
  const total = Math.floor(Math.abs(ms) / SECOND);
  const parts = (
    [
      [Math.floor(total / 3600), '小时', 'h'],
      [Math.floor(total / 60) % 60, '分', 'min'],
      [total % 60, '秒', 's'],
    ] as const
  ).flatMap(([count, han, latin]) => (count > 0 ? [`${count} ${zh ? han : latin}`] : []));
  return (ms < 0 ? '−' : '') + (parts.join(' ') || (zh ? '0 秒' : '0 s'));
}

/** What a `datetime-local` field shows for a wall time: `2026-06-07T09:00` in the site's time zone. */
export function toLocalField(wall: number, timeZone: string): string {
  const { year, month, day, hour, minute } = partsIn(wall, timeZone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/**
 * The wall time that a `datetime-local` field means in the site's time zone, whatever zone this device is in; null
 * where it is not a date. A time that the clocks skip is taken as the moment after the jump.
 */
export function fromLocalField(text: string, timeZone: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text);
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = match.slice(1).map(Number);
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  const offsetAt = (wall: number) => {
    const shown = partsIn(wall, timeZone);
    return (
      Date.UTC(
        Number(shown.year),
        Number(shown.month) - 1,
        Number(shown.day),
        Number(shown.hour),
        Number(shown.minute),
        Number(shown.second),
      ) -
      Math.floor(wall / SECOND) * SECOND
    );
  };
  // The offset at the result is what counts; near a change of clocks the first guess may be an hour off.
  const guess = wanted - offsetAt(wanted);
  return wanted - offsetAt(guess);
}
