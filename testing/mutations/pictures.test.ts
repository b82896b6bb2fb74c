/** Attack 24: pictures at the limit of their size, of whatever is dear to read in their format. */
import { MAX_PICTURE_BYTES, pictureSize, stripMetadata } from "@sotto/pictures";
import { fixture } from "@sotto/pictures/testing";
import { crc32, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { BOUND_MS } from "./mutants.ts";
import { createMeter } from "./timing.ts";

const MAX_PARTS = 65_536;

/** Head, as many whole units as fit or are asked for, tail. */
function filled(head: Uint8Array, unit: Uint8Array, tail: Uint8Array, most = Infinity): Uint8Array {
  const room = MAX_PICTURE_BYTES - head.length - tail.length;
  const count = Math.min(most, Math.floor(room / unit.length));
  const middle = Buffer.alloc(count * unit.length, unit);
  return new Uint8Array(Buffer.concat([head, middle, tail]));
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const chunk = (name: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(name), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
};
const box = (name: string, ...parts: readonly Uint8Array[]): Buffer => {
  const data = Buffer.concat(parts);
  return Buffer.concat([u32(8 + data.length), Buffer.from(name), data]);
};

const jpeg = Buffer.from(fixture("progressive.jpg"));
const scan = jpeg.indexOf(hex("ffda"));
const scanData = scan + 2 + jpeg.readUInt16BE(scan + 2);
const END = hex("ffd9");
const png = Buffer.from(fixture("palette.png"));
const pngHeader = png.subarray(0, 33);
const pngRest = png.subarray(33);
const bigData = chunk("IDAT", Buffer.alloc(MAX_PICTURE_BYTES - png.length - 12));
const gif = Buffer.from(fixture("animated.gif")).subarray(0, 37);
const webp = (chunks: Uint8Array): Uint8Array => {
  const whole = Buffer.concat([
    Buffer.from("RIFF\0\0\0\0WEBP"),
    fixture("photo.webp").subarray(12, 30),
    chunks,
  ]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return new Uint8Array(whole);
};
const ftyp = box("ftyp", Buffer.from("avif\0\0\0\0avif"));
const profileBomb = deflateSync(Buffer.alloc(2 ** 22));

/** Items, each with as many properties as fit, in a `meta` box about as large as is read. */
function manyProperties(): Uint8Array {
  const avif = Buffer.from(fixture("photo.avif"));
  const from = avif.indexOf("colrprof") - 4;
  const profile = avif.subarray(from, from + avif.readUInt32BE(from));
  const ispe = box("ispe", hex("00000000 00000004 00000004"));
  const ipco = box("ipco", ispe, ...Array.from({ length: 100 }, () => profile));
  const ids = Array.from({ length: 240 }, (_, i) => i + 1);
  const own = Buffer.concat([hex("ff"), Buffer.alloc(255, hex("01020304"))]);
  const ipma = box("ipma", u32(0), u32(240), ...ids.map((id) => Buffer.concat([u32(id).subarray(2), own])));
  const infe = ids.map((id) =>
    box("infe", hex("02000000"), u32(id).subarray(2), hex("0000"), Buffer.from("av01\0")),
  );
  const iref = ids.map((id) =>
    box("dimg", u32(id).subarray(2), hex("0001"), u32((id % 240) + 1).subarray(2)),
  );
  // All in one place: the sequence header of a small still picture.
  const stream = hex("0a06 183e 3f3f 3f00");
  const places = ids.map((id) =>
    Buffer.concat([u32(id).subarray(2), hex("0000 0001"), u32(ftyp.length + 8), u32(stream.length)]),
  );
  const meta = box(
    "meta",
    u32(0),
    box("hdlr", u32(0), u32(0), Buffer.from("pict"), Buffer.alloc(13)),
    box("pitm", hex("00000000 0001")),
    box("iinf", hex("00000000 00f0"), ...infe),
    box("iloc", hex("00000000 4400 00f0"), ...places),
    box("iprp", ipco, ipma),
    box("iref", u32(0), ...iref),
  );
  return new Uint8Array(Buffer.concat([ftyp, box("mdat", stream), meta]));
}

const BOMBS: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["JPEG: a scan of stuffed zeros", filled(jpeg.subarray(0, scanData), hex("ff00"), END)],
  ["JPEG: a scan of restarts", filled(jpeg.subarray(0, scanData), hex("ffd0"), END)],
  ["JPEG: fill bytes", filled(jpeg.subarray(0, 2), hex("ff"), jpeg.subarray(2))],
  ["JPEG: empty comments", filled(jpeg.subarray(0, 2), hex("fffe0002"), jpeg.subarray(2), 65_000)],
  [
    "JPEG: EXIF",
    filled(jpeg.subarray(0, 2), hex("ffe1 0010 457869660000 4d4d002a00000008"), jpeg.subarray(2), 65_000),
  ],
  [
    "JPEG: Huffman tables",
    filled(jpeg.subarray(0, 2), hex(`ffc4 0013 00${"00".repeat(16)}`), jpeg.subarray(2), 65_000),
  ],
  [
    "PNG: one chunk of data",
    new Uint8Array(Buffer.concat([pngHeader, png.subarray(33, -12), bigData, png.subarray(-12)])),
  ],
  ["PNG: empty chunks", filled(pngHeader, chunk("teSt", Buffer.alloc(0)), pngRest, MAX_PARTS - 100)],
  [
    "PNG: profiles that inflate",
    filled(pngHeader, chunk("iCCP", Buffer.concat([Buffer.from("a\0\0"), profileBomb])), pngRest),
  ],
  ["PNG: EXIF", filled(pngHeader, chunk("eXIf", hex("4d4d002a00000008ffff")), pngRest, MAX_PARTS - 100)],
  ["GIF: sub-blocks of one byte", filled(Buffer.concat([gif, hex("21fe")]), hex("0141"), hex("003b"))],
  ["GIF: empty extensions", filled(gif, hex("21fe00"), hex("3b"))],
  ["WebP: empty chunks", webp(Buffer.alloc(8 * (MAX_PARTS - 2), "teSt\0\0\0\0"))],
  [
    "WebP: profiles",
    webp(
      Buffer.alloc(552 * 40_000, Buffer.concat([Buffer.from("ICCP"), hex("20020000"), Buffer.alloc(544)])),
    ),
  ],
  ["AVIF: empty boxes", filled(ftyp, box("free"), new Uint8Array())],
  ["AVIF: properties of properties", manyProperties()],
];

test.each(BOMBS)("ATK-24 %s", { timeout: 60_000 }, async (_name, bytes) => {
  const meter = createMeter(BOUND_MS);
  await meter.run(() => stripMetadata(bytes));
  await meter.run(() => pictureSize(bytes));
  expect(bytes.length).toBeLessThanOrEqual(MAX_PICTURE_BYTES);
  expect(meter.takeWorstMs()).toBeLessThanOrEqual(BOUND_MS);
});
