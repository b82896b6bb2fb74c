/** Repeatable randomness for tests and the simulation. Never for keys that protect anything. */
import { chacha20 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "@sotto/protocol";
import type { RandomBytes } from "./port.ts";

const BLOCK_BYTES = 4096;

/** The same seed gives the same bytes for the same sequence of sizes: the ChaCha20 key stream under SHA-256 of the seed. */
export function seededRandom(seed: string | number): RandomBytes {
  const key = sha256(utf8(`sotto seeded random ${seed}`));
  let counter = 0;
  let block = new Uint8Array(0);
  let offset = 0;
  return (size) => {
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size;) {
      if (offset === block.length) {
        block = keyStreamBlock(key, counter++);
        offset = 0;
      }
      const part = block.subarray(offset, offset + size - filled);
      bytes.set(part, filled);
      offset += part.length;
      filled += part.length;
    }
    return bytes;
  };
}

function keyStreamBlock(key: Uint8Array, counter: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(0, counter);
  return Uint8Array.from(chacha20(key, nonce, new Uint8Array(BLOCK_BYTES)));
}
