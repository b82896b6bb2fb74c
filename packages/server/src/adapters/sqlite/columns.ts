/** Typed columns of a row. A value of another type is a damaged or foreign database and throws. */
import type { SQLOutputValue } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

/** `T` names what kind of text the schema keeps in the column, such as a branded id. */
export function text<T extends string = string>(row: Row, column: string): T {
  const value = row[column];
  if (typeof value !== "string") throw wrongType(column);
  return value as T;
}

export function textOrNull<T extends string = string>(row: Row, column: string): T | null {
  return row[column] === null ? null : text<T>(row, column);
}

export function int(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw wrongType(column);
  return value;
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw wrongType(column);
  return value;
}

export function blobOrNull(row: Row, column: string): Uint8Array | null {
  return row[column] === null ? null : blob(row, column);
}

function wrongType(column: string): Error {
  return new Error(`the column ${column} does not hold what the schema says`);
}
