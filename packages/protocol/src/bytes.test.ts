import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compareBytes, concatBytes, fromBase64Url, fromHex, toBase64Url, toHex } from "./bytes.ts";

const bytes = fc.uint8Array({ maxLength: 100 });

it("hexadecimal and base64url round-trip", () => {
  fc.assert(
    fc.property(bytes, (original) => {
      expect(fromHex(toHex(original))).toEqual(original);
      expect(fromBase64Url(toBase64Url(original))).toEqual(original);
      expect(toBase64Url(original)).toBe(Buffer.from(original).toString("base64url"));
    }),
  );
});

it.each(["a", "AB=", "A+", "A/", "AB CD", "AAF"])(
  "base64url %j is refused: it is not the canonical form of any bytes",
  (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  },
);

it.each(["0", "0g", " 00", "zz"])("hexadecimal %j is refused", (text) => {
  expect(fromHex(text)).toBeUndefined();
});

it("compares like Buffer does and joins in order", () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(concatBytes(a, b)).toEqual(new Uint8Array([...a, ...b]));
    }),
  );
});
