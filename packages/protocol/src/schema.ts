/** Small checked shapes over {@link CborValue}: a body is a fixed tuple, so that no decoder ever sees a value it did not ask for. */
import type { CborValue } from "./cbor.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";

/** Checks one value; `undefined` means it does not fit. */
export type Shape<T extends CborValue> = (value: CborValue) => T | undefined;

/** The TypeScript type of what a shape accepts. */
export type ShapeOf<S> = S extends Shape<infer T> ? T : never;

/** An unsigned integer of at most `max`. */
export function uint(max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value) => (typeof value === "number" && value <= max ? value : undefined);
}

/** A byte string of exactly `size` bytes. */
export function bytesOf(size: number): Shape<Uint8Array> {
  return (value) => (value instanceof Uint8Array && value.length === size ? value : undefined);
}

/** A byte string of at most `max` bytes. */
export function bytesUpTo(max: number): Shape<Uint8Array> {
  return (value) => (value instanceof Uint8Array && value.length <= max ? value : undefined);
}

/** Text of at most `max` UTF-16 units. */
export function textUpTo(max: number): Shape<string> {
  return (value) => (typeof value === "string" && value.length <= max ? value : undefined);
}

export const bool: Shape<boolean> = (value) => (typeof value === "boolean" ? value : undefined);

/** The shape, or null. */
export function nullable<T extends CborValue>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value));
}

/** An array of at most `max` items of one shape. */
export function arrayOf<T extends CborValue>(shape: Shape<T>, max: number): Shape<readonly T[]> {
  return (value) => {
    if (!isArray(value) || value.length > max) return undefined;
    for (const item of value) if (shape(item) === undefined) return undefined;
    // Shapes check and change nothing.
    return value as readonly T[];
  };
}

/** An array with exactly these shapes in this order. */
export function tuple<const S extends readonly Shape<CborValue>[]>(
  ...shapes: S
): Shape<{ readonly [K in keyof S]: ShapeOf<S[K]> }> {
  return (value) => {
    if (!isArray(value) || value.length !== shapes.length) return undefined;
    for (let i = 0; i < shapes.length; i++)
      if ((shapes[i] as Shape<CborValue>)(value[i] as CborValue) === undefined) return undefined;
    return value as { readonly [K in keyof S]: ShapeOf<S[K]> };
  };
}

/** A pair of functions for one shape of bytes. */
export interface Codec<T extends CborValue> {
  readonly encode: (value: T) => Uint8Array;
  /** `undefined` if the bytes are not the deterministic encoding of a value that fits the shape. */
  readonly decode: (bytes: Uint8Array) => T | undefined;
  /** The same without copies: byte strings are views of `bytes`. */
  readonly view: (bytes: Uint8Array) => T | undefined;
}

/**
 * The codec of a shape. `encode` throws `RangeError` for a value that does not fit: that is a bug of the caller. Only records of one's own
 * may hold more than the usual number of values.
 */
export function codecOf<T extends CborValue>(shape: Shape<T>, maxValues?: number): Codec<T> {
  return {
    encode(value) {
      if (shape(value) === undefined) throw new RangeError("value does not fit its shape");
      return encodeCbor(value);
    },
    decode: (bytes) => fitting(shape, decodeCbor(bytes, maxValues)),
    view: (bytes) => fitting(shape, decodeCbor(bytes, maxValues, "views")),
  };
}

function fitting<T extends CborValue>(shape: Shape<T>, value: CborValue | undefined): T | undefined {
  return value === undefined ? undefined : shape(value);
}

function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}
