import { crc32, deflateSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { withPalette } from "./palettePng.ts";

/** Rows of pixels, each filtered in another way, as a browser writes them. */
function png(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly number[],
): Uint8Array {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    const filter = y % 5;
    rows.push(filter);
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const at = (px: number, py: number): number => (px < 0 || py < 0 ? 0 : (colourAt(px, py)[c] ?? 0));
        const [a, b, d] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
        const paeth = [a, b, d].reduce(
          (best, one) => (Math.abs(a + b - d - one) < Math.abs(a + b - d - best) ? one : best),
          a,
        );
        const predicted = [0, a, b, (a + b) >> 1, paeth][filter] ?? 0;
        rows.push((at(x, y) - predicted) & 0xff);
      }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Uint8Array.from(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

/** The colours of a picture with a palette and unfiltered rows. */
function coloursOf(file: Uint8Array, width: number): number[][] {
  const bytes = Buffer.from(file);
  const part = (type: string): Buffer => {
    const at = bytes.indexOf(type);
    return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4));
  };
  const palette = part("PLTE");
  const rows = inflateSync(part("IDAT"));
  return [...rows].flatMap((place, i) =>
    i % (width + 1) === 0 ? [] : [[...palette.subarray(place * 3, place * 3 + 3)]],
  );
}

test("a picture of few colours stays as it is, whichever way its rows were filtered", () => {
  const colourAt = (x: number, y: number): readonly number[] => [x * 20, y * 20, (x * y) % 7];
  const expected = Array.from({ length: 60 }, (_, i) => [...colourAt(i % 10, Math.floor(i / 10))]);
  expect(coloursOf(withPalette(png(10, 6, colourAt)), 10)).toEqual(expected);
});

test("of many colours a rare one that is unlike all others stays", () => {
  const colourAt = (x: number, y: number): readonly number[] =>
    x === 5 && y === 5 ? [255, 0, 0] : [y >> 3, 128 + (x >> 1), 128 + y];
  const colours = coloursOf(withPalette(png(40, 40, colourAt)), 40);
  expect(new Set(colours.map(String)).size).toBeLessThanOrEqual(256);
  expect(colours[5 * 40 + 5]).toEqual([255, 0, 0]);
});

test.each([
  ["no picture", Uint8Array.of(1, 2, 3)],
  ["a picture with a palette", withPalette(png(2, 2, () => [1, 2, 3]))],
])("%s is refused", (_, file) => {
  expect(() => withPalette(file)).toThrow(RangeError);
});
