import { expect, test } from "vitest";
import { readStream } from "./av1.ts";

/** Bits of text, with zeros to the end of the last byte, as a unit of the type with its length. */
function unit(type: number, bits: string): number[] {
  const padded = bits.replaceAll(" ", "").padEnd(8 * Math.ceil(bits.replaceAll(" ", "").length / 8), "0");
  const payload = (padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return [(type << 3) | 2, payload.length, ...payload];
}

const bits = (value: number, count: number): string => value.toString(2).padStart(count, "0");
const SIZE = `${bits(9, 4)} ${bits(8, 4)} ${bits(639, 10)} ${bits(479, 9)}`;
const REDUCED = unit(1, `000 1 1 00100 ${SIZE}`);
const FRAME = [0x32, 3, 1, 2, 3];

const HEADERS: readonly (readonly [name: string, bits: string])[] = [
  ["reduced", `000 1 1 00100 ${SIZE}`],
  ["full, without timing", `000 1 0 0 0 00000 ${bits(0, 12)} 00100 ${SIZE}`],
  ["full, of a higher level, with delay", `000 0 0 0 1 00000 ${bits(0, 12)} 01000 1 1 0011 ${SIZE}`],
  [
    "full, with timing and two points",
    `000 0 0 1 ${bits(1, 32)} ${bits(30, 32)} 1 00101 1 ${bits(9, 5)} ${bits(7, 42)} 0 00001` +
      ` ${bits(0, 12)} 00100 1 ${bits(5, 21)} ${bits(0, 12)} 00100 0 ${SIZE}`,
  ],
];

test.each(HEADERS)("the size of a sequence header: %s", (_name, header) => {
  expect(readStream(Uint8Array.from([...unit(1, header), ...FRAME]))).toMatchObject({
    width: 640,
    height: 480,
  });
});

test("metadata and padding units go, the rest stays byte for byte", () => {
  const secret = [0x2a, 4, 1, 2, 3, 4];
  const padding = [0x7a, 2, 9, 9];
  const stream = readStream(Uint8Array.from([0x12, 0, ...REDUCED, ...secret, ...FRAME, ...padding]));
  expect(stream).toMatchObject({ isShorter: true, data: Uint8Array.from([0x12, 0, ...REDUCED, ...FRAME]) });
  expect(readStream(Uint8Array.from([...REDUCED, ...FRAME]))).toMatchObject({ isShorter: false });
});

test.each([
  ["nothing", []],
  ["no sequence header", FRAME],
  ["a sequence header cut off", unit(1, "000 1 1 00100")],
  ["a length beyond the end", [0x0a, 0x7f, 0]],
  ["a length that does not end", [0x0a, ...Array.from({ length: 20 }, () => 0x80)]],
  ["the forbidden bit", [0x8a, ...REDUCED.slice(1)]],
])("no stream: %s", (_name, bytes) => {
  expect(readStream(Uint8Array.from(bytes))).toBeUndefined();
});
