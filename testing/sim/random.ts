/** Repeatable randomness: sfc32 by Chris Doty-Humphrey (public domain). Small, fast, and good enough to shuffle a world; never for keys. */

export interface Random {
  /** Uniform in 0 ≤ x < 1. */
  next(): number;
  /** Uniform integer in `from` … `to`, both included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  /** Throws `RangeError` for an empty list: look before. */
  pick<T>(items: readonly T[]): T;
  readonly bytes: (size: number) => Uint8Array;
}

/** The same seed and label give the same numbers; different labels are independent, so that one part's use does not shift another's. */
export function createRandom(seed: number, label: string): Random {
  let a = 0x9e3779b9;
  let b = seed | 0;
  let c = hashOf(label);
  let counter = 1;

  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  // The first words still show the seed.
  for (let i = 0; i < 15; i++) word();

  const next = (): number => word() / 2 ** 32;
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick(items) {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    bytes(size) {
      const bytes = new Uint8Array(size);
      for (let i = 0; i < size; i += 4) {
        const value = word();
        for (let j = 0; j < 4 && i + j < size; j++) bytes[i + j] = value >>> (8 * j);
      }
      return bytes;
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
