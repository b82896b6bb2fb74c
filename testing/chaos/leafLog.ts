/** What passed a client of the pieces of files, as `leafWatch.ts` writes it down. */
import { existsSync, readFileSync } from "node:fs";

export interface Piece {
  /** sent, came: chunks on a link · put: of leaves, what came to the relay · got: leaves from it. */
  readonly way: "sent" | "came" | "put" | "got";
  /** Which it is: the same again is the same piece. */
  readonly piece: string;
  /** What passed of it, which may be less than all. */
  readonly bytes: number;
  /** Of what comes in parts: all of it. */
  readonly of?: number;
}

export function readLeafLog(file: string): readonly Piece[] {
  if (!existsSync(file)) return [];
  // A killed process may have left half a line.
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as Piece);
}

/** Bytes of pieces beyond the one time that each of them is needed. */
export function passedAgain(pieces: readonly Piece[]): number {
  const all = new Map<string, { total: number; once: number }>();
  for (const { way, piece, bytes, of = 0 } of pieces) {
    const key = `${way} ${piece}`;
    const { total, once } = all.get(key) ?? { total: 0, once: 0 };
    all.set(key, { total: total + bytes, once: Math.max(once, bytes, of) });
  }
  return [...all.values()].reduce((sum, { total, once }) => sum + total - once, 0);
}
