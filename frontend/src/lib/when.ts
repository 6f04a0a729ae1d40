/** Times as people say them, in the language of the page. */
import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${i18n.locale}/${name}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(i18n.locale, options);
    formats.set(key, made);
  }
  return made;
}

export function clock(ms: number): string {
  return format('clock', { hour: '2-digit', minute: '2-digit' }).format(ms);
}

export function exact(ms: number): string {
  return format('exact', { dateStyle: 'medium', timeStyle: 'medium' }).format(ms);
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

export function day(ms: number, now = Date.now()): string {
  if (sameDay(ms, now)) return t`Today`;
  if (sameDay(ms, now - 86_400_000)) return t`Yesterday`;
  return format('day', { weekday: 'short', day: 'numeric', month: 'short' }).format(ms);
}

export function dayAndClock(ms: number, now = Date.now()): string {
  return sameDay(ms, now) ? clock(ms) : `${day(ms, now)}, ${clock(ms)}`;
}

/** How long ago, coarsely: a wall is glanced at. */
export function ago(ms: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - ms) / 1000));
  if (seconds < 10) return t`typing`;
  const relative = new Intl.RelativeTimeFormat(i18n.locale, { style: 'narrow', numeric: 'always' });
  if (seconds < 60) return relative.format(-seconds, 'second');
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}

export function duration(ms: number): string {
  const number = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: ms < 10_000 ? 2 : 0 });
  return t`${number.format(ms / 1000)} s`;
}
