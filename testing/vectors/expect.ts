/** Comparisons that name what differs. A vector passes if nothing throws. */
import { bytesEqual, fromHex as parseHex } from "@sotto/protocol";

/** The bytes of a hexadecimal string. Throws for another. */
export function fromHex(hex: string): Uint8Array {
  return present("hexadecimal", parseHex(hex));
}

/** Throws unless the bytes are those of the hexadecimal string. */
export function expectBytes(what: string, actual: Uint8Array, expected: string): void {
  expectEqual(what, actual, fromHex(expected));
}

/** Throws unless both are the same bytes. */
export function expectEqual(what: string, actual: Uint8Array, expected: Uint8Array): void {
  if (!bytesEqual(actual, expected)) throw new Error(`${what}: other bytes than expected`);
}

/** Throws unless both are the same value. */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}

/** The value, or an error where there is none. */
export function present<T>(what: string, value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error(`${what}: missing`);
  return value;
}
