import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { CborValue } from "./cbor.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import type { FileBody, FileManifest } from "./fileManifest.ts";
import { fileBodyFields, fileBodyOf } from "./fileManifest.ts";
import type { TransferId } from "./ids.ts";
import { idOf } from "./ids.ts";
import { MAX_CONTENT_BYTES, MAX_FILE_BYTES, MAX_FILES_BODY_BYTES } from "./limits.ts";

const bytes = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: size, maxLength: size });
const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.normalize("NFC"))
  .filter((text) => !/[/\\\p{Cc}]/u.test(text) && text !== "." && text !== "..");
const manifest: fc.Arbitrary<FileManifest> = fc.record({
  transfer: bytes(16).map((id) => idOf<TransferId>(id)),
  path: fc.array(name, { minLength: 1, maxLength: 4 }),
  sizeBytes: fc.integer({ min: 0, max: MAX_FILE_BYTES }),
  mediaType: fc.constantFrom("image/jpeg", "application/vnd.api+json", "text/plain"),
  modifiedAtMs: fc.option(fc.maxSafeNat()),
  key: bytes(32),
  root: bytes(32),
  picture: fc.option(
    fc.record({
      width: fc.integer({ min: 1, max: 65_535 }),
      height: fc.integer({ min: 1, max: 65_535 }),
      placeholder: fc.uint8Array({ maxLength: 25 }),
      thumbnail: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
});
const body: fc.Arbitrary<FileBody> = fc.record({
  kind: fc.constant("file" as const),
  text: fc.string({ unit: "grapheme", maxLength: 40 }),
  files: fc.uniqueArray(manifest, { minLength: 1, maxLength: 5, selector: ({ transfer }) => transfer }),
});

const sample: FileManifest = {
  transfer: idOf(new Uint8Array(16).fill(1)),
  path: ["summer", "beach.jpg"],
  sizeBytes: 3_000_000,
  mediaType: "image/jpeg",
  modifiedAtMs: 1_795_248_000_000,
  key: new Uint8Array(32).fill(2),
  root: new Uint8Array(32).fill(3),
  picture: { width: 4000, height: 3000, placeholder: new Uint8Array(25), thumbnail: new Uint8Array(10_000) },
};
const bodyWith = (change: Partial<FileManifest>): FileBody => ({
  kind: "file",
  text: "",
  files: [{ ...sample, ...change }],
});

describe("FIL-7: manifests", () => {
  it("round-trip", () => {
    fc.assert(
      fc.property(body, (original) => {
        const raw = decodeCbor(encodeCbor(fileBodyFields(original))) as CborValue;
        expect(fileBodyOf(raw)).toEqual(original);
      }),
    );
  });

  it("a thumbnail of 16 KiB with its file fits, and the body leaves a content its room", () => {
    const picture = {
      width: 1,
      height: 1,
      placeholder: new Uint8Array(64),
      thumbnail: new Uint8Array(16_384),
    };
    const fields = fileBodyFields(bodyWith({ picture }));
    expect(encodeCbor(fields).length).toBeLessThan(MAX_FILES_BODY_BYTES);
    // Ids, hashes and numbers of a content: 16 + 16 + 32 + 32 + 64 bytes, five numbers, heads; and the padding's mark.
    expect(MAX_FILES_BODY_BYTES + 16 + 16 + 32 + 32 + 64 + 5 * 9 + 20 + 1).toBeLessThan(MAX_CONTENT_BYTES);
  });

  it("names become NFC on either side", () => {
    const fields = fileBodyFields(bodyWith({ path: ["e\u0301te\u0301.txt"] }));
    expect(fileBodyOf(fields)?.files[0]?.path).toEqual(["\u00e9t\u00e9.txt"]);
    const raw = structuredClone(fields) as CborValue[][][];
    (raw[1] as CborValue[][])[0]?.splice(1, 1, ["e\u0301"]);
    expect(fileBodyOf(raw)?.files[0]?.path).toEqual(["\u00e9"]);
  });

  const name255 = "é".repeat(127) + "a";
  test.each<[string, Partial<FileManifest>]>([
    ["no path", { path: [] }],
    ["an empty part", { path: ["a", ""] }],
    ["the folder above", { path: ["..", "a"] }],
    ["the folder itself", { path: ["."] }],
    ["a slash", { path: ["a/b"] }],
    ["a backslash", { path: ["a\\b"] }],
    ["NUL", { path: ["a\0b"] }],
    ["a newline", { path: ["a\nb"] }],
    ["a C1 control", { path: ["a\u009bb"] }],
    ["a name of 256 bytes", { path: ["é".repeat(128)] }],
    ["17 parts", { path: Array.from({ length: 17 }, () => "a") }],
    ["paths of 1,025 bytes", { path: [name255, name255, name255, name255, "abcde"] }],
    ["a file that is too large", { sizeBytes: MAX_FILE_BYTES + 1 }],
    ["no media type", { mediaType: "" }],
    ["a media type with parameters", { mediaType: "text/html; charset=utf-8" }],
    ["a media type in capitals", { mediaType: "Text/HTML" }],
    ["a long media type", { mediaType: `text/${"x".repeat(123)}` }],
    ["a short key", { key: new Uint8Array(31) }],
    ["a long root", { root: new Uint8Array(33) }],
    ["a picture without width", { picture: { ...sample.picture, width: 0 } as never }],
    ["a picture that is too wide", { picture: { ...sample.picture, width: 65_536 } as never }],
    ["a large thumbnail", { picture: { ...sample.picture, thumbnail: new Uint8Array(16_385) } as never }],
    ["a large placeholder", { picture: { ...sample.picture, placeholder: new Uint8Array(65) } as never }],
  ])("%s is neither made nor taken", (_name, change) => {
    expect(() => fileBodyFields(bodyWith(change))).toThrow(RangeError);
    const {
      transfer: _transfer,
      path,
      sizeBytes,
      mediaType,
      modifiedAtMs,
      key,
      root,
      picture,
    } = {
      ...sample,
      ...change,
    };
    const pictureFields = picture && [picture.width, picture.height, picture.placeholder, picture.thumbnail];
    const fields = [new Uint8Array(16), path, sizeBytes, mediaType, modifiedAtMs, key, root, pictureFields];
    expect(fileBodyOf(["", [fields]])).toBeUndefined();
  });

  it("the limits themselves are taken", () => {
    for (const change of [
      { path: [name255] },
      { path: [name255, name255, name255, name255, "abcd"] },
      { sizeBytes: MAX_FILE_BYTES },
      { sizeBytes: 0 },
      { mediaType: `text/${"x".repeat(122)}` },
      { path: ["...", "..a"] },
    ])
      expect(fileBodyOf(fileBodyFields(bodyWith(change)))).toEqual(bodyWith(change));
  });

  it("no file, 33 files, one file twice, and files beyond the body's size are none", () => {
    const many = (count: number, change: Partial<FileManifest>): FileBody => ({
      kind: "file",
      text: "",
      files: Array.from({ length: count }, (_, i) => ({
        ...sample,
        transfer: idOf<TransferId>(new Uint8Array(16).fill(i)),
        picture: null,
        ...change,
      })),
    });
    expect(fileBodyOf(fileBodyFields(many(32, {})))?.files).toHaveLength(32);
    for (const wrong of [many(0, {}), many(33, {}), many(2, { transfer: sample.transfer }), many(3, sample)])
      expect(() => fileBodyFields(wrong)).toThrow(RangeError);
    expect(fileBodyOf(["", []])).toBeUndefined();
  });

  it("one bad file spoils the message, and nothing throws", () => {
    const fields = fileBodyFields({ kind: "file", text: "", files: [sample] }) as CborValue[][];
    expect(fileBodyOf([...fields, 1])).toBeUndefined();
    expect(fileBodyOf(["", [...(fields[1] as CborValue[]), []]])).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        const value = decodeCbor(random);
        if (value !== undefined) fileBodyOf(value);
      }),
    );
  });
});
