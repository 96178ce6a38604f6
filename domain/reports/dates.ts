/** Dates and times as they stand on paper: in the site's time zone, which is an argument, like the wall time. */
import type { ReportLanguage } from '#protocol/reports.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

interface WallParts {
  year: string;
  month: number;
  day: number;
  hour: string;
  minute: string;
  second: string;
}

/** Throws RangeError for a time zone that Intl does not know. */
function wallParts(wall: number, timeZone: string): WallParts {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const parts = Object.fromEntries(format.formatToParts(wall).map(({ type, value }) => [type, value]));
  return {
    year: parts['year'] ?? '',
    month: Number(parts['month']),
    day: Number(parts['day']),
    hour: parts['hour'] ?? '',
    minute: parts['minute'] ?? '',
    second: parts['second'] ?? '',
  };
}

/** 2026年11月7日, 7 November 2026 */
export function dateText(wall: number, timeZone: string, lang: ReportLanguage): string {
  const { year, month, day } = wallParts(wall, timeZone);
  return lang === 'en' ? `${day} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${day}日`;
}

/** 09:05 */
export function timeText(wall: number, timeZone: string): string {
  const { hour, minute } = wallParts(wall, timeZone);
  return `${hour}:${minute}`;
}

/** 09:05:07 */
export function secondText(wall: number, timeZone: string): string {
  return `${timeText(wall, timeZone)}:${wallParts(wall, timeZone).second}`;
}

/** 2026年11月7日 09:05, 7 November 2026, 09:05 */
export function dateTimeText(wall: number, timeZone: string, lang: ReportLanguage): string {
  return `${dateText(wall, timeZone, lang)}${lang === 'en' ? ', ' : ' '}${timeText(wall, timeZone)}`;
}

/** 90 分钟, 90 min; seconds only where there are some. */
export function lengthText(ms: number, lang: ReportLanguage): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const inMinutes = lang === 'en' ? `${minutes} min` : `${minutes} 分钟`;
  const inSeconds = lang === 'en' ? `${rest} s` : `${rest} 秒`;
  if (rest === 0) return inMinutes;
  return minutes === 0 ? inSeconds : `${inMinutes} ${inSeconds}`;
}
