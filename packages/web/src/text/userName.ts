/** Whether a text can be a user name: 3 to 32 of a-z, 0-9, dot, underscore and hyphen, as the protocol has it. */

export const MAX_USER_NAME_CHARS = 32;
const USER_NAME = /^[a-z0-9._-]{3,32}$/;
const FOREIGN = /[^a-z0-9._-]/;

export function isUserName(text: string): boolean {
  return USER_NAME.test(text);
}

/** Something in it can never be part of a user name: worth saying while one still types. */
export function hasForeignCharacter(text: string): boolean {
  return FOREIGN.test(text);
}

/** What a person may have meant: names are lower case, and some write an @ before them. */
export function asUserName(text: string): string {
  return text.trim().toLowerCase().replace(/^@/, "");
}
