import * as fc from "fast-check";
import { expect, test } from "vitest";
import { manifestOf } from "../testing/manifests.ts";
import { fileMembers, parseFiles } from "./fileLines.ts";

const NOTHING = new Uint8Array(0);
const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.normalize("NFC"))
  .filter((text) => !/[/\\\p{Cc}]/u.test(text) && text !== "." && text !== "..");
const picture = fc.record({
  width: fc.integer({ min: 1, max: 65_535 }),
  height: fc.integer({ min: 1, max: 65_535 }),
  placeholder: fc.uint8Array({ maxLength: 64 }),
  thumbnail: fc.uint8Array({ maxLength: 40 }),
});
const files = fc.array(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 4 }),
    sizeBytes: fc.nat(2 ** 30),
    mediaType: fc.constantFrom("image/jpeg", "application/vnd.api+json"),
    modifiedAtMs: fc.option(fc.maxSafeNat()),
    picture: fc.option(picture),
  }),
  { minLength: 1, maxLength: 5 },
);

test("ARC-9: what an archive holds of files reads as it was written, without what opens them", () => {
  fc.assert(
    fc.property(files, (described) => {
      const offered = described.map((file, i) => manifestOf(i, file));
      const written: unknown = JSON.parse(JSON.stringify(offered.map(fileMembers)));
      expect(parseFiles("", written)).toEqual(
        offered.map((file) => ({
          ...file,
          key: NOTHING,
          root: NOTHING,
          picture: file.picture && { ...file.picture, thumbnail: NOTHING },
        })),
      );
    }),
  );
});
