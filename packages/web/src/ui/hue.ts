/** The colour of a person: 0 to 359 from the account id, the same on every device. */
export function hueOf(account: string): number {
  return Number.parseInt(account.slice(0, 6), 16) % 360;
}
