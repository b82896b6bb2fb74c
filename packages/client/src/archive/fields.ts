/** Members of an archive's lines, checked one by one. */
import type { idBytes } from "@sotto/protocol";
import { USER_NAME_PATTERN, fromHex, parseId } from "@sotto/protocol";

export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function hasOnly(fields: Fields, names: readonly string[]): boolean {
  const keys = Object.keys(fields);
  return keys.length === names.length && keys.every((key) => names.includes(key));
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function isUserName(value: unknown): value is string {
  return typeof value === "string" && USER_NAME_PATTERN.test(value);
}

export function idField<T extends Parameters<typeof idBytes>[0]>(value: unknown): T | undefined {
  return typeof value === "string" ? parseId<T>(value) : undefined;
}

/** Lower-case hexadecimal of at least `least` and at most `most` bytes. */
export function bytesField(value: unknown, least: number, most: number = least): Uint8Array | undefined {
  if (typeof value !== "string" || !/^[0-9a-f]*$/.test(value)) return undefined;
  return value.length >= 2 * least && value.length <= 2 * most ? fromHex(value) : undefined;
}
