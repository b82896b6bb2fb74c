/** Files that were made to do harm, by name: none is drawn, none takes long, none throws. Attacks 19 and 23. */
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MAX_PICTURE_BYTES } from "./limits.ts";
import { pictureSize, sniffPicture } from "./pictureSize.ts";
import { chunk } from "./png/chunk.ts";
import { stripMetadata } from "./stripMetadata.ts";
import { fixture } from "./testing/index.ts";
import { isRefusal } from "./walked.ts";

const bytes = (...parts: readonly (string | Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
    ),
  );
const u32 = (value: number): readonly number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const box = (name: string, ...parts: readonly (string | Uint8Array | readonly number[])[]): Uint8Array => {
  const data = bytes(...parts);
  return bytes(u32(8 + data.length), name, data);
};
const png = (width: number, height: number, ...chunks: readonly Uint8Array[]): Uint8Array =>
  bytes(
    "\x89PNG\r\n\x1a\n",
    chunk("IHDR", bytes(u32(width), u32(height), [8, 2, 0, 0, 0])),
    ...chunks,
    chunk("IDAT", deflateSync(Buffer.alloc(100))),
    chunk("IEND", bytes()),
  );
const ftyp = box("ftyp", "avif", u32(0), "avifmif1miaf");

/** A copy of the fixture with other bytes at the place of the first find. */
function patched(name: string, find: string, offset: number, replacement: readonly number[]): Uint8Array {
  const copy = Buffer.from(fixture(name));
  copy.set(replacement, copy.indexOf(find, 0, "latin1") + offset);
  return new Uint8Array(copy);
}

function nested(depth: number): Uint8Array {
  const whole = Buffer.alloc(8 * depth);
  for (let i = 0; i < depth; i++) {
    whole.writeUInt32BE(8 * (depth - i), 8 * i);
    whole.write(i === 0 ? "meta" : "ipco", 8 * i + 4, "latin1");
  }
  return bytes(ftyp, whole);
}

/** Not drawn: neither by its content nor by its size. */
const REFUSED: readonly (readonly [name: string, file: Uint8Array, problem: string])[] = [
  [
    "SVG with a script, called .png",
    bytes(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
    "notPicture",
  ],
  [
    "SVG behind an XML declaration and a byte order mark",
    bytes(`\xef\xbb\xbf<?xml version="1.0"?><svg onload="alert(1)"/>`),
    "notPicture",
  ],
  ["HTML", bytes("<!doctype html><script>alert(1)</script>"), "notPicture"],
  ["PDF", bytes("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "notPicture"],
  ["BMP", bytes("BM", u32(0), u32(0), new Uint8Array(100)), "notPicture"],
  ["TIFF", bytes("II*\0", u32(8), new Uint8Array(100)), "notPicture"],
  ["ICO", bytes([0, 0, 1, 0, 1, 0], new Uint8Array(100)), "notPicture"],
  ["HEIC", fixture("photo.heic"), "heic"],
  ["empty file", bytes(), "notPicture"],
  ["bomb: PNG of 100,000 x 100,000", png(100_000, 100_000), "tooManyPixels"],
  ["PNG of 65,536 x 1", png(65_536, 1), "tooManyPixels"],
  ["bomb: PNG of 2^31 - 1 a side", png(2 ** 31 - 1, 2 ** 31 - 1), "tooManyPixels"],
  [
    "bomb: JPEG of 65,535 x 65,535",
    patched("progressive.jpg", "\xff\xc2", 5, [255, 255, 255, 255]),
    "tooManyPixels",
  ],
  [
    "bomb: GIF frame of 65,535 x 65,535 on a small screen",
    patched("animated.gif", ",\0\0\0\0", 5, [255, 255, 255, 255]),
    "tooManyPixels",
  ],
  ["bomb: AVIF of 24 x 16 whose stream says 65,536 x 65,536", avifWithLargeStream(), "tooManyPixels"],
  [
    "bomb: AVIF whose extent is 2^32 - 1 a side",
    patched("photo.avif", "ispe", 8, [255, 255, 255, 255, 255, 255, 255, 255]),
    "tooManyPixels",
  ],
  [
    "bomb: animated PNG that announces 4 billion frames",
    png(10, 10, chunk("acTL", bytes(u32(0xffffffff), u32(0)))),
    "damaged",
  ],
  ["bomb: JPEG of 10,000 scans", manyScans(), "tooLarge"],
  [
    "more bytes than are looked at",
    bytes(fixture("photo.jpg"), new Uint8Array(MAX_PICTURE_BYTES)),
    "tooLarge",
  ],
  ["polyglot: GIF and JavaScript", bytes("GIF89a/*", [0, 0, 0, 0, 0], "*/=1;alert(1)//"), "damaged"],
  [
    "polyglot: JPEG and HTML, in place of the tables",
    bytes("\xff\xd8\xff<html><script>alert(1)</script>"),
    "truncated",
  ],
  ["huge lengths: PNG chunk of 2^32 - 1", bytes("\x89PNG\r\n\x1a\n", u32(0xffffffff), "IHDR"), "truncated"],
  ["huge lengths: JPEG segment of no length", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9]), "damaged"],
  [
    "huge lengths: WebP chunk of 2^32 - 1",
    bytes("RIFF", [30, 0, 0, 0], "WEBPVP8X", [255, 255, 255, 255], new Uint8Array(18)),
    "damaged",
  ],
  ["huge lengths: RIFF of 2^32 - 1", bytes("RIFF", [255, 255, 255, 255], "WEBPVP8 "), "truncated"],
  [
    "huge lengths: box of 2^64 - 1",
    bytes(ftyp, u32(1), "meta", u32(0xffffffff), u32(0xffffffff)),
    "truncated",
  ],
  [
    "huge lengths: box of no length, again and again",
    bytes(ftyp, box("meta", u32(0), [0, 0, 0, 1], "free")),
    "damaged",
  ],
  [
    "GIF whose sub-blocks never end",
    bytes(fixture("animated.gif").subarray(0, 37), [0x21, 0xfe], new Uint8Array(1000).fill(1)),
    "truncated",
  ],
  ["JPEG of nothing but 0xff", bytes([0xff, 0xd8], new Uint8Array(100_000).fill(0xff)), "damaged"],
  ["boxes within each other, 10,000 deep", nested(10_000), "damaged"],
  ["one place of the file for 500 items", onePlaceForAll(), "damaged"],
  ["grid that is its own tile", gridOfItself(), "damaged"],
];

describe("refused", () => {
  test.each(REFUSED)("%s", (_name, file, problem) => {
    expect(pictureSize(file)).toEqual({ problem });
    if (problem !== "tooManyPixels") expect(sniffPicture(file)).toBeUndefined();
  });
});

/** Pictures with something else in them: not taken for pictures where they arrive, and nothing but a picture once they are stripped. */
const POLYGLOTS: readonly (readonly [name: string, file: Uint8Array, foreign: string])[] = [
  [
    "JPEG and ZIP",
    bytes(fixture("progressive.jpg"), "PK\u0003\u0004 archive PK\u0005\u0006", new Uint8Array(18)),
    "PK",
  ],
  [
    "PNG and HTML, behind its end",
    bytes(fixture("palette.png"), "<html><script>alert(1)</script>"),
    "<script>",
  ],
  ["GIF and JavaScript, in a comment and behind its end", fixture("animated.gif"), "<script>"],
  ["WebP and a program, behind its end", bytes(fixture("lossless.webp"), "MZ\x90\0"), "MZ"],
];

test.each(POLYGLOTS)("polyglot: %s", (_name, file, foreign) => {
  expect(sniffPicture(file)).toBeUndefined();
  const stripped = stripMetadata(file);
  if (isRefusal(stripped)) throw new Error(stripped.problem);
  expect(Buffer.from(stripped.bytes).includes(foreign, 0, "latin1")).toBe(false);
  expect(sniffPicture(stripped.bytes)).toBe(stripped.type);
});

test("PNG and HTML, in a text and in its profile's name", () => {
  const html = "<html><script>alert(1)</script>";
  const file = png(10, 10, chunk("iCCP", bytes(html, "\0\0", deflateSync(html))), chunk("tEXt", bytes(html)));
  expect(stripMetadata(file)).toMatchObject({ bytes: png(10, 10), removed: ["profile", "comment"] });
});

test("bomb: a profile that inflates to eight million times zero is dropped", () => {
  const file = png(10, 10, chunk("iCCP", bytes("bomb\0\0", deflateSync(Buffer.alloc(2 ** 23)))));
  expect(stripMetadata(file)).toMatchObject({ bytes: png(10, 10), removed: ["profile"] });
});

/** The sequence header of a still picture: 16 bits a side, all set. The stream lies in the `meta` box itself (idat). */
function avifWithLargeStream(): Uint8Array {
  const stream = bytes([0x0a, 8, 0x18, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  const iloc = box("iloc", [1, 0, 0, 0], [0x44, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1], u32(0), u32(stream.length));
  const ipco = box("ipco", box("ispe", u32(0), u32(24), u32(16)));
  const iprp = box("iprp", ipco, box("ipma", u32(0), u32(1), [0, 1, 1, 1]));
  return bytes(ftyp, meta(itemInfo(1, "av01"), iloc, iprp, box("idat", stream)));
}

function manyScans(): Uint8Array {
  const file = Buffer.from(fixture("progressive.jpg"));
  const scan = file.subarray(file.lastIndexOf(Buffer.from([0xff, 0xda])), file.length - 2);
  return bytes(file.subarray(0, file.length - 2), ...Array.from({ length: 10_000 }, () => scan), [
    0xff, 0xd9,
  ]);
}

function meta(...boxes: readonly Uint8Array[]): Uint8Array {
  return box(
    "meta",
    u32(0),
    box("hdlr", u32(0), u32(0), "pict", new Uint8Array(13)),
    box("pitm", u32(0), [0, 1]),
    ...boxes,
  );
}

function itemInfo(count: number, type: string): Uint8Array {
  const entries = Array.from({ length: count }, (_, i) =>
    box("infe", [2, 0, 0, 0, (i + 1) >> 8, (i + 1) & 255, 0, 0], type, [0]),
  );
  return box("iinf", u32(0), [count >> 8, count & 255], ...entries);
}

function onePlaceForAll(): Uint8Array {
  const count = 500;
  const entries = Array.from({ length: count }, (_, i) => [
    (i + 1) >> 8,
    (i + 1) & 255,
    0,
    0,
    0,
    1,
    ...u32(0),
    ...u32(50_000),
  ]);
  const iloc = box("iloc", u32(0), [0x44, 0, count >> 8, count & 255], ...entries);
  const iprp = box("iprp", box("ipco"));
  return bytes(ftyp, meta(itemInfo(count, "av01"), iloc, iprp), box("mdat", new Uint8Array(50_000)));
}

function gridOfItself(): Uint8Array {
  const iloc = box("iloc", u32(0), [0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1], u32(0), u32(8));
  const iref = box("iref", u32(0), box("dimg", [0, 1, 0, 2, 0, 1, 0, 1]));
  return bytes(ftyp, meta(itemInfo(1, "grid"), iloc, box("iprp", box("ipco")), iref));
}
