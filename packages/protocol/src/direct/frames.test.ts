import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCbor } from "../cbor.ts";
import { idOf } from "../ids.ts";
import { MAX_FRAME_BYTES } from "../limits.ts";
import type { DirectFrame } from "./frames.ts";
import { decodeDirectFrame, encodeDirectFrame } from "./frames.ts";

const group = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((value) => idOf<never>(value));
const frame: fc.Arbitrary<DirectFrame> = fc.oneof(
  fc.record({
    type: fc.constant("message" as const),
    group,
    index: fc.maxSafeNat(),
    ciphertext: fc.uint8Array({ maxLength: 100 }),
  }),
  fc.record({ type: fc.constant("taken" as const), count: fc.maxSafeNat() }),
  fc.record({ type: fc.constantFrom("ping" as const, "pong" as const) }),
);

describe("DIR-5: frames of the direct path", () => {
  it("round-trip", () => {
    fc.assert(
      fc.property(frame, (original) => {
        expect(decodeDirectFrame(encodeDirectFrame(original))).toEqual(original);
      }),
    );
  });

  it("what is not in its documented form is none", () => {
    for (const value of [
      [],
      [0],
      [5],
      [1],
      [1, new Uint8Array(15), 0, new Uint8Array()],
      [2],
      [3, 1],
      [2, "1"],
    ])
      expect(decodeDirectFrame(encodeCbor(value))).toBeUndefined();
    expect(decodeDirectFrame(new Uint8Array())).toBeUndefined();
    const long = encodeCbor([1, new Uint8Array(16), 0, new Uint8Array(MAX_FRAME_BYTES)]);
    expect(decodeDirectFrame(long)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => decodeDirectFrame(bytes)).not.toThrow();
      }),
    );
  });
});
