/** Pictures of a flat interface need few colours: less than half of the bytes that a browser writes. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const MAX_COLOURS = 256;
const FREQUENT_COLOURS = 160;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB of each pixel. */
  readonly pixels: Uint32Array;
}

/**
 * The same picture with at most 256 colours; pixels of others take the nearest.
 * Takes what browsers write, 8 bits per channel without interlacing, and throws `RangeError` for other files. Transparency is left out.
 */
export function withPalette(png: Uint8Array): Uint8Array {
  const { width, height, pixels } = decode(png);
  const palette = paletteOf(pixels);
  const places = new Map([...palette].map((colour, place) => [colour, place]));
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = pixels[y * width + x] ?? 0;
      let place = places.get(colour);
      if (place === undefined) {
        place = palette.indexOf(nearest(palette, colour));
        places.set(colour, place);
      }
      rows[y * (width + 1) + 1 + x] = place;
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flatMap(channelsOf))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** PNG, third edition, sections 5, 9 and 11.2. */
function decode(png: Uint8Array): Picture {
  if (!SIGNATURE.every((byte, i) => png[i] === byte)) throw new RangeError("not a PNG");
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const size = view.getUint32(at);
    const type = Buffer.from(png.subarray(at + 4, at + 8)).toString("latin1");
    if (type === "IDAT") data.push(png.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const channels = { 2: 3, 6: 4 }[png[25] ?? 0];
  if (png[24] !== 8 || channels === undefined || png[28] !== 0)
    throw new RangeError("a PNG of another kind than browsers write");
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels);
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const at = i * channels;
    pixels[i] = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  }
  return { width, height, pixels };
}

/** Section 9: every row says how it was predicted from what stands before and above. */
function unfiltered(rows: Uint8Array, rowBytes: number, channels: number): Uint8Array {
  const height = rows.length / (rowBytes + 1);
  const bytes = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const before = x < channels ? 0 : (bytes[at - channels] ?? 0);
      const above = y === 0 ? 0 : (bytes[at - rowBytes] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (bytes[at - rowBytes - channels] ?? 0);
      bytes[at] = (rows[at + y + 1] ?? 0) + predicted(filter, before, above, corner);
    }
  }
  return bytes;
}

function predicted(filter: number, before: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return before;
    case 2:
      return above;
    case 3:
      return (before + above) >> 1;
    case 4:
      return paeth(before, above, corner);
    default:
      throw new RangeError(`there is no filter ${filter}`);
  }
}

function paeth(before: number, above: number, corner: number): number {
  const estimate = before + above - corner;
  const [a, b, c] = [before, above, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (a <= b && a <= c) return before;
  return b <= c ? above : corner;
}

/** Most of the palette are the frequent colours; the rest are those that would be missed most, such as a small red mark. */
function paletteOf(pixels: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  // Ties by value, so that the same picture gives the same bytes.
  const colours = [...counts]
    .toSorted(([a, countA], [b, countB]) => countB - countA || a - b)
    .map(([colour]) => colour);
  const palette = colours.slice(0, FREQUENT_COLOURS);
  const missed = new Map(
    colours.slice(FREQUENT_COLOURS).map((colour) => [colour, distance(colour, nearest(palette, colour))]),
  );
  while (missed.size > 0 && palette.length < MAX_COLOURS) {
    const [worst] = [...missed].reduce((a, b) => (b[1] > a[1] ? b : a));
    palette.push(worst);
    missed.delete(worst);
    for (const [colour, before] of missed) missed.set(colour, Math.min(before, distance(colour, worst)));
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  return palette.reduce((a, b) => (distance(b, colour) < distance(a, colour) ? b : a));
}

/** Squared, over the three channels. */
function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 0xff) - ((other >> 8) & 0xff);
  const blue = (one & 0xff) - (other & 0xff);
  return red * red + green * green + blue * blue;
}

function channelsOf(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  bytes.set(body, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
}
