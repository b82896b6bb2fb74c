/** Names of groups as people write them. */
import { MAX_GROUP_NAME_BYTES } from "sotto/browser";

/** Below so many bytes left it is said how many. */
const NEAR_BYTES = 24;

/** What is meant: no spaces at the ends, none twice, one line. */
export function asGroupName(text: string): string {
  return text.trim().replaceAll(/\s+/gu, " ");
}

/** How many bytes the name may still grow by, below 0 when it is too long; `undefined` while there is much room. */
export function bytesLeft(text: string): number | undefined {
  const left = MAX_GROUP_NAME_BYTES - new TextEncoder().encode(asGroupName(text)).length;
  return left < NEAR_BYTES ? left : undefined;
}
