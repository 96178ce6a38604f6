/** Clock times of a place and moments: a camera's time has no zone, so it is the site's. */

/** Box and cameras both know years of four digits; outside these a clock was never set. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/**
 * The moment of `YYYY-MM-DDTHH:MM:SS` in a zone of the tz database, in milliseconds since 1970; an offset behind it
 * decides instead. Null where there is no such date, or the camera's clock was never set.
 */
export function momentOf(local: string, timeZone: string): number | null {
  const [, year, month, day, hour, minute, second, zone] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([+-]\d\d:\d\d)?$/.exec(local) ?? [];
  if (year === undefined) return null;
  const asUtc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // Date.UTC takes 31 February for 3 March.
  if (new Date(asUtc).toISOString().slice(0, 19) !== local.slice(0, 19)) return null;
  const moment = asUtc - (zone === undefined ? offsetNear(asUtc, timeZone) : offsetOf(zone));
  return moment >= EARLIEST && moment < LATEST ? moment : null;
}

/** `2026-11-21 09:30:05` as clocks of the zone show the moment. */
export function clockText(wallMs: number, timeZone: string): string {
  return new Date(wallMs + offsetAt(wallMs, timeZone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** How far the zone is ahead of UTC at the moment, in words: `UTC+08:00`. */
export function offsetText(wallMs: number, timeZone: string): string {
  const minutes = Math.round(offsetAt(wallMs, timeZone) / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

function offsetOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** The offset that holds at a clock time; around a change of the clock the one that fits, else the later. */
function offsetNear(clock: number, timeZone: string): number {
  const first = offsetAt(clock, timeZone);
  const second = offsetAt(clock - first, timeZone);
  return first === second ? first : offsetAt(clock - second, timeZone);
}

function offsetAt(wallMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(wallMs);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const clock = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return clock - Math.floor(wallMs / 1000) * 1000;
}
