/** Times, durations, sizes and numbers as people read them, in both languages. Pure. */
import type { Language } from './language.ts';

const two = (n: number) => String(n).padStart(2, '0');

/** Wall time in milliseconds → `14:05:09` on this machine's clock face. */
export function clock(wallMs: number, seconds = true): string {
  const date = new Date(wallMs);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return seconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}

/** Wall time → `2026-11-21 14:05`. */
export function dateTime(wallMs: number, seconds = false): string {
  const date = new Date(wallMs);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(wallMs, seconds)}`;
}

/** What is left, as a clock that counts down: `1:25:40`, below an hour `25:40`. Rounded up: zero is the end itself. */
export function countdown(leftMs: number): string {
  const total = Math.max(0, Math.ceil(leftMs / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = two(total % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${two(minutes)}:${seconds}`;
}

/** `1 小时 25 分` / `1 h 25 min`; below a minute in seconds. Rounded to the nearest minute (or second). */
export function duration(ms: number, language: Language): string {
  const zh = language === 'zh-CN';
  if (ms < 60_000) return `${Math.max(0, Math.round(ms / 1000))} ${zh ? '秒' : 's'}`;
  const total = Math.round(ms / 60_000);
  const hours = Math.floor(total / 60);
  const minutes = total % 60;
  const parts: string[] = [];
  if (hours > 0) parts.push(`${hours} ${zh ? '小时' : 'h'}`);
  if (minutes > 0) parts.push(`${minutes} ${zh ? '分' : 'min'}`);
  return parts.join(' ');
}

/** Bytes → `12 KB`, `3.4 MB`; powers of 1000 as on a disk's label. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes / 1000;
  for (const unit of ['KB', 'MB']) {
    if (value < 999.5) return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
    value /= 1000;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} GB`;
}

/** A ticket number in groups of four from the right, for reading aloud: `11 0105 2026`. Letters stay as they are. */
export function grouped(number: string): string {
  return /^\d{6,}$/.test(number) ? number.replace(/(?<=\d)(?=(\d{4})+$)/g, ' ') : number;
}

/** How many characters a person would count: user-perceived ones, blanks and line ends not counted. */
export function characters(text: string): number {
  // A split by code point is right for Chinese; joined emoji count once for each part that has its own picture.
  let count = 0;
  for (const char of text) if (!/\s|\p{M}|\p{Cf}/u.test(char)) count++;
  return count;
}
