/** What is taken out of real pictures, and that nothing gets through in damaged ones: attack 23, requirement F2. */
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { pictureSize, sniffPicture } from "./pictureSize.ts";
import { stripMetadata } from "./stripMetadata.ts";
import { FIXTURES, fixture, plantedIn } from "./testing/index.ts";

type Row = readonly [name: string, removed: readonly string[], size: string];

/** Removed, and the size upright with frames and orientation. */
const PICTURES: readonly Row[] = [
  ["photo.jpg", ["exif", "iptc", "xmp", "comment", "trailing", "profile"], "jpeg 16x24 1 6"],
  ["progressive.jpg", ["comment"], "jpeg 24x16 1 1"],
  ["cmyk.jpg", ["comment"], "jpeg 24x16 1 1"],
  [
    "photo.png",
    ["profile", "resolution", "comment", "xmp", "exif", "time", "unknown", "trailing"],
    "png 16x24 1 6",
  ],
  ["palette.png", ["time"], "png 24x16 1 1"],
  ["animated.png", ["comment", "exif"], "png 24x16 2 1"],
  ["animated.gif", ["application", "comment", "unknown", "xmp", "trailing"], "gif 24x16 2 1"],
  ["photo.webp", ["profile", "exif", "xmp"], "webp 24x16 1 1"],
  ["lossless.webp", [], "webp 24x16 1 1"],
  ["animated.webp", ["exif", "xmp"], "webp 24x16 2 1"],
  ["photo.avif", ["exif", "xmp", "profile"], "avif 16x24 1 1"],
  ["grid.avif", ["exif"], "avif 128x128 1 1"],
];

function strip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const stripped = stripMetadata(bytes);
  if ("problem" in stripped) throw new Error(stripped.problem);
  return stripped.bytes;
}

function sizeText(bytes: Uint8Array): string {
  const size = pictureSize(bytes);
  if ("problem" in size) return size.problem;
  const { type, width, height, frames, orientation } = size;
  return `${type} ${width}x${height} ${frames} ${orientation}`;
}

test.each(PICTURES)("%s: everything planted goes, size and upright side stay", (name, removed, size) => {
  const bytes = fixture(name);
  // "lossless.webp" and "palette.png" show that a picture without metadata comes through.
  if (removed.length > 1) expect(plantedIn(bytes)).not.toEqual([]);
  expect(stripMetadata(bytes)).toMatchObject({ removed });
  const stripped = strip(bytes);
  expect(plantedIn(stripped)).toEqual([]);
  expect([sizeText(bytes), sizeText(stripped)]).toEqual([size, size]);
});

test.each(PICTURES)("%s: stripped again nothing changes, and it is a picture and nothing else", (name) => {
  const once = strip(fixture(name));
  expect(stripMetadata(once)).toMatchObject({ removed: [], bytes: once });
  expect(sniffPicture(once)).toBe(sizeText(once).split(" ")[0]);
});

test.each(PICTURES)("%s: the result is a copy, the input is not written to", (name) => {
  const bytes = fixture(name).slice();
  const stripped = strip(bytes);
  expect(bytes).toEqual(fixture(name));
  expect(stripped.buffer).not.toBe(bytes.buffer);
  expect(stripped.byteLength).toBe(stripped.buffer.byteLength);
});

test("files that are refused, and why", () => {
  const problem = (name: string): string => sizeText(fixture(name));
  expect(problem("photo.heic")).toBe("heic");
  expect(problem("animated.avif")).toBe("unsupported");
  const known = new Set([...PICTURES.map(([name]) => name), "photo.heic", "animated.avif"]);
  expect([...FIXTURES.keys()].filter((name) => !known.has(name))).toEqual([]);
});

test("coded pixels stay byte for byte", () => {
  const within = (name: string, part: Uint8Array): boolean =>
    Buffer.from(strip(fixture(name))).includes(part);
  const jpeg = Buffer.from(fixture("progressive.jpg"));
  expect(within("progressive.jpg", jpeg.subarray(jpeg.indexOf("ffda", 0, "hex")))).toBe(true);
  for (const [name, chunk] of [
    ["photo.png", "IDAT"],
    ["photo.webp", "ALPH"],
    ["photo.webp", "VP8 "],
  ] as const) {
    const bytes = Buffer.from(fixture(name));
    const at = bytes.indexOf(chunk, 0, "latin1");
    const size = name.endsWith("png") ? bytes.readUInt32BE(at - 4) : bytes.readUInt32LE(at + 4);
    expect(within(name, bytes.subarray(at, at + 8 + size)), chunk).toBe(true);
  }
});

test.each(PICTURES)("%s: cut anywhere it is refused, or nothing planted is left", (name) => {
  const bytes = fixture(name);
  for (let end = 0; end < bytes.length; end++) expect(faultOf(bytes.subarray(0, end)), `${end}`).toBe("");
});

test.each(PICTURES)(
  "%s: with any byte changed it is refused, or nothing planted is left and nothing changes again",
  { timeout: 60_000 },
  (name) => {
    const bytes = fixture(name).slice();
    for (let at = 0; at < bytes.length; at++) {
      const before = bytes[at] as number;
      for (const change of [0x01, 0xff, before]) {
        bytes[at] = before ^ change;
        const fault = faultOf(name.endsWith(".png") ? withRightChecks(bytes) : bytes);
        if (fault !== "") throw new Error(`${at} ^ ${change}: ${fault}`);
      }
      bytes[at] = before;
    }
  },
);

/** What is wrong with the result, if there is one. */
function faultOf(bytes: Uint8Array): string {
  const stripped = stripMetadata(bytes);
  if ("problem" in stripped) return "";
  const again = stripMetadata(stripped.bytes);
  if ("problem" in again) return `then ${again.problem}`;
  const changed = again.removed.length > 0 || Buffer.compare(again.bytes, stripped.bytes) !== 0;
  return [...plantedIn(stripped.bytes), ...(changed ? ["changes again"] : [])].join();
}

/** A PNG whose check values fit again, as far as its lengths lead: else nothing but they would be tested. */
function withRightChecks(png: Uint8Array): Uint8Array {
  const copy = Buffer.from(png);
  for (let at = 8; at + 12 <= copy.length;) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return new Uint8Array(copy);
}
