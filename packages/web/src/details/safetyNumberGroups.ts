/** The digits of a safety number as people read them out. */

const GROUPS = 12;
const GROUP_DIGITS = 5;

/** Twelve groups of five digits; while there is no number yet, as many empty places. */
export function groupsOf(number: string | undefined): readonly string[] {
  const digits = (number ?? "").replaceAll(/\D/gu, "");
  const count = number === undefined ? GROUPS : Math.ceil(digits.length / GROUP_DIGITS);
  return Array.from({ length: count }, (_, i) => digits.slice(i * GROUP_DIGITS, (i + 1) * GROUP_DIGITS));
}
