import type { StoreId } from "@sotto/protocol";
import { codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import { FORMAT, id } from "./shapes.ts";

/** Where the device stands with its server and its own store. */
export interface Position {
  /** Counts storage transactions made while connected (RLY-20): what an older copy writes before it connects must not hide its age. */
  readonly storeCounter: number;
  /** Mailbox entries up to here are stored. */
  readonly cursor: number;
  /** The server's store as last seen. */
  readonly store: StoreId | null;
}

const positionCodec = codecOf(tuple(uint(FORMAT), uint(), uint(), nullable(id)));
export const POSITION_KEY = "position";

export function encodePosition(position: Position): Uint8Array {
  return positionCodec.encode([
    FORMAT,
    position.storeCounter,
    position.cursor,
    position.store && idBytes(position.store),
  ]);
}

export function decodePosition(bytes: Uint8Array): Position | undefined {
  const f = positionCodec.decode(bytes);
  return f && { storeCounter: f[1], cursor: f[2], store: f[3] && idOf(f[3]) };
}
