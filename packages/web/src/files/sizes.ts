/** Sizes, speeds and times left in words, in decimal units as file managers give them. */

const STEP = 1000;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const formatters = new Map<string, Intl.NumberFormat>();

/** 3.4 GB; below a kilobyte in bytes. */
export function sizeText(bytes: number, locale?: string): string {
  const step = stepOf(bytes);
  return formatter(UNITS[step] ?? "byte", step, bytes, locale).format(bytes / STEP ** step);
}

/** 38 MB/s; in kilobytes at least, so that the unit does not change at every hiccup. */
export function speedText(bytesPerSecond: number, locale?: string): string {
  const step = Math.max(stepOf(bytesPerSecond), 1);
  const unit = `${UNITS[step] ?? "kilobyte"}-per-second`;
  return formatter(unit, step, bytesPerSecond, locale).format(bytesPerSecond / STEP ** step);
}

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

/** 40 sec, 2 min, 3 hr: rounded up, since what is said to be over and goes on annoys. `undefined` when nothing moves. */
export function timeLeftText(bytesLeft: number, bytesPerSecond: number, locale?: string): string | undefined {
  if (bytesPerSecond <= 0 || bytesLeft <= 0) return undefined;
  const seconds = bytesLeft / bytesPerSecond;
  if (seconds >= HOUR_S) return wholeUnits(seconds / HOUR_S, "hour", locale);
  if (seconds > MINUTE_S - 5) return wholeUnits(seconds / MINUTE_S, "minute", locale);
  return wholeUnits(Math.ceil(seconds / 5) * 5, "second", locale);
}

/** Of the whole, 0 to 100; never 100 before it is. */
export function percentOf(bytes: number, total: number): number {
  return total === 0 ? 100 : Math.min(100, Math.floor((bytes / total) * 100));
}

function stepOf(bytes: number): number {
  let step = 0;
  // 999.96 kB would be written as 1,000 kB.
  while (step < UNITS.length - 1 && bytes / STEP ** step >= STEP - 0.5) step++;
  return step;
}

function wholeUnits(count: number, unit: string, locale: string | undefined): string {
  return numberFormat(unit, 0, locale).format(Math.ceil(count));
}

function formatter(unit: string, step: number, bytes: number, locale: string | undefined): Intl.NumberFormat {
  return numberFormat(unit, step > 0 && bytes / STEP ** step < 10 ? 1 : 0, locale);
}

function numberFormat(unit: string, digits: number, locale: string | undefined): Intl.NumberFormat {
  const name = `${locale ?? ""} ${unit} ${digits}`;
  const known = formatters.get(name);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: digits,
  });
  formatters.set(name, made);
  return made;
}
