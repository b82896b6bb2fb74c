/** Kinds of vectors, and how their checks are counted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One file of the official vectors. */
export interface VectorKind {
  /** Name of the file without its ending. */
  readonly name: string;
  /** Throws, or rejects, if the product's code gives anything but what the vector says. */
  readonly check: (vector: unknown) => void | Promise<void>;
}

export interface Outcome {
  readonly passed: number;
  readonly total: number;
  /** What failed: the place of the vector in its file, and why. */
  readonly failures: readonly string[];
}

/** A kind whose vectors have the shape `V`; the file's word is taken for it. */
export function kindOf<V>(name: string, check: (vector: V) => void | Promise<void>): VectorKind {
  return { name, check: (vector) => check(vector as V) };
}

/** Checks each vector by itself: one that fails does not stop the rest. */
export async function outcomeOf<V>(
  vectors: readonly V[],
  check: (vector: V) => void | Promise<void>,
): Promise<Outcome> {
  const failures: string[] = [];
  for (const [index, vector] of vectors.entries()) {
    try {
      await check(vector);
    } catch (error) {
      failures.push(`#${index}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed: vectors.length - failures.length, total: vectors.length, failures };
}

/** All vectors of a kind. Throws if its file is missing or holds none. */
export function runKind(folder: string, { name, check }: VectorKind): Promise<Outcome> {
  const vectors: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  if (!Array.isArray(vectors) || vectors.length === 0) throw new Error(`${name}: no vectors`);
  return outcomeOf<unknown>(vectors, check);
}
