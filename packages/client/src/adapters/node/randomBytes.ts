/** Random bytes of the system. */
import { randomBytes, randomFillSync } from "node:crypto";
import type { RandomBytes } from "@sotto/crypto";

/** Nonces and ids. Keys, which are longer, come from the system each by itself. */
const POOLED_BYTES = 16;
/** A call of the system costs as much as sealing a record; a kilobyte costs hardly more than a few bytes. */
const POOL_BYTES = 1024;

/** Of any size. Short ones are cut from a pool that forgets what it has given out. */
export function createSystemRandom(): RandomBytes {
  const pool = new Uint8Array(POOL_BYTES);
  let given = POOL_BYTES;
  return (size) => {
    if (size > POOLED_BYTES) return Uint8Array.from(randomBytes(size));
    if (given + size > POOL_BYTES) {
      randomFillSync(pool);
      given = 0;
    }
    const bytes = pool.slice(given, given + size);
    pool.fill(0, given, given + size);
    given += size;
    return bytes;
  };
}
