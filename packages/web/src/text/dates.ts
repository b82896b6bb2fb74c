/** Dates and times in the reader's language and zone. The present comes in as an argument. */

/** 21:04 */
export function timeOf(ms: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** A day as one compares it: local year, month and day. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** The heading of a day: Today, Yesterday, Thursday, 19 November; with the year when it is another. */
export function dayHeading(ms: number, nowMs: number, locale?: string): string {
  const daysAgo = calendarDaysBetween(ms, nowMs);
  if (daysAgo === 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  const sameYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  const form: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(locale, sameYear ? form : { ...form, year: "numeric" }).format(ms);
}

/** For a list: the time today, the weekday within a week, else the date. */
export function shortWhen(ms: number, nowMs: number, locale?: string): string {
  const daysAgo = calendarDaysBetween(ms, nowMs);
  if (daysAgo <= 0) return timeOf(ms, locale);
  if (daysAgo < 7) return new Intl.DateTimeFormat(locale, { weekday: "short" }).format(ms);
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit" }).format(ms);
}

function calendarDaysBetween(fromMs: number, toMs: number): number {
  return Math.round((startOfDay(toMs) - startOfDay(fromMs)) / 86_400_000);
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
