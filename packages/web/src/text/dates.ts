/** Dates and times in the reader's language and zone. The present comes in as an argument. */
import type { Text } from "./text.ts";

/** Making a formatter costs far more than using one, and lists use them by the hundred. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string | undefined, form: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale ?? ""} ${Object.entries(form).join(" ")}`;
  const known = formatters.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, form);
  formatters.set(name, made);
  return made;
}

/** 21:04 */
export function timeOf(ms: number, locale?: string): string {
  return formatter(locale, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** A day as one compares it: local year, month and day. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** The heading of a day: Today, Yesterday, Thursday, 19 November; with the year when it is another. */
export function dayHeading(ms: number, nowMs: number, t: Text, locale?: string): string {
  const daysAgo = calendarDaysBetween(ms, nowMs);
  if (daysAgo === 0) return t("conversation.today");
  if (daysAgo === 1) return t("conversation.yesterday");
  const sameYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  const form: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  return formatter(locale, sameYear ? form : { ...form, year: "numeric" }).format(ms);
}

/** For a list: the time today, the weekday within a week, else the date. */
export function shortWhen(ms: number, nowMs: number, locale?: string): string {
  const daysAgo = calendarDaysBetween(ms, nowMs);
  if (daysAgo <= 0) return timeOf(ms, locale);
  if (daysAgo < 7) return formatter(locale, { weekday: "short" }).format(ms);
  return formatter(locale, { day: "numeric", month: "short", year: "2-digit" }).format(ms);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago, in the largest whole unit: 5 minutes ago, yesterday, 3 days ago; `undefined` below a minute. */
export function relativeTime(ms: number, nowMs: number, locale?: string): string | undefined {
  const agoMs = nowMs - ms;
  if (agoMs < MINUTE_MS) return undefined;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (agoMs < HOUR_MS) return words.format(-Math.floor(agoMs / MINUTE_MS), "minute");
  if (agoMs < DAY_MS) return words.format(-Math.floor(agoMs / HOUR_MS), "hour");
  return words.format(-calendarDaysBetween(ms, nowMs), "day");
}

/** How long until the next local midnight: then every heading may be another. */
export function untilMidnightMs(nowMs: number): number {
  return new Date(nowMs).setHours(24, 0, 0, 0) - nowMs;
}

function calendarDaysBetween(fromMs: number, toMs: number): number {
  return Math.round((startOfDay(toMs) - startOfDay(fromMs)) / DAY_MS);
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
