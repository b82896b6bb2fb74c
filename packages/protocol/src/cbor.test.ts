import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CborValue } from "./cbor.ts";
import { CBOR_MAX_DEPTH, CBOR_MAX_VALUES, decodeCbor, encodeCbor } from "./cbor.ts";
import { fromHex, toHex } from "./bytes.ts";

const leaf = fc.oneof(
  fc.maxSafeNat(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
);
const value = fc.letrec<{ node: CborValue }>((tie) => ({
  node: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie("node"), { maxLength: 30 })),
})).node;

describe("FRM-2: one deterministic encoding for each value", () => {
  it("round-trips every value", () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(decodeCbor(encodeCbor(original))).toEqual(original);
      }),
    );
  });

  it.each([
    ["0", "00"],
    ["23", "17"],
    ["24", "1818"],
    ["256", "190100"],
    ["65536", "1a00010000"],
    ["4294967296", "1b0000000100000000"],
    ["9007199254740991", "1b001fffffffffffff"],
  ])("encodes %s in the shortest head", (number, hex) => {
    expect(toHex(encodeCbor(Number(number)))).toBe(hex);
  });

  it("accepts no bytes but those it would write", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const decoded = decodeCbor(bytes);
        if (decoded !== undefined) expect(encodeCbor(decoded)).toEqual(bytes);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("FRM-2: what is refused", () => {
  it.each([
    ["nothing", ""],
    ["a longer head than needed", "1817"],
    ["two bytes for one", "190018"],
    ["above 2^53-1", "1b0020000000000000"],
    ["a negative number", "20"],
    ["a float", "f93c00"],
    ["undefined", "f7"],
    ["a tag", "c000"],
    ["a map", "a10001"],
    ["indefinite bytes", "5f4100ff"],
    ["an indefinite array", "9f00ff"],
    ["reserved head", "1c"],
    ["trailing bytes", "0000"],
    ["cut bytes", "4200"],
    ["invalid UTF-8", "61ff"],
    ["an array longer than the input", "9b0000ffffffffffff00"],
  ])("%s", (_, hex) => {
    expect(decodeCbor(fromHex(hex) as Uint8Array)).toBeUndefined();
  });

  it("nesting beyond the limit", () => {
    const nested = (depth: number): Uint8Array =>
      Uint8Array.of(...Array.from({ length: depth }, () => 0x81), 0x00);
    expect(decodeCbor(nested(CBOR_MAX_DEPTH))).toBeDefined();
    expect(decodeCbor(nested(CBOR_MAX_DEPTH + 1))).toBeUndefined();
  });

  it("more values than the limit", () => {
    const list = (length: number): Uint8Array => encodeCbor(Array.from({ length }, () => 0));
    expect(decodeCbor(list(CBOR_MAX_VALUES - 1))).toBeDefined();
    expect(decodeCbor(list(CBOR_MAX_VALUES))).toBeUndefined();
    expect(decodeCbor(list(CBOR_MAX_VALUES), CBOR_MAX_VALUES + 1)).toBeDefined();
  });

  it("numbers that are none, when encoding", () => {
    for (const number of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => encodeCbor(number)).toThrow(RangeError);
  });
});
