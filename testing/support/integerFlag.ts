/** Numbers of the command line. */

/** The value of a flag as a positive integer. Throws for anything else. */
export function integerFlag(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} is a positive integer, not ${text}`);
  return value;
}
