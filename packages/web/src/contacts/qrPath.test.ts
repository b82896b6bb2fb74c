import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { qrPath } from "./qrPath.ts";

test("each run of dark modules is one rectangle", () => {
  expect(
    qrPath([
      [true, true, false, true],
      [false, false, false, false],
      [false, true, true, true],
    ]),
  ).toBe("M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z");
});

test("what is drawn is read back", () => {
  const link = "https://chat.example:5555/#/add/alice";
  const modules = encodeQR(link, "raw", { ecc: "medium", border: 4 });
  expect(decodeQR(drawn(qrPath(modules), modules.length))).toBe(link);
});

/** The picture of a path on white, a module being four pixels wide. */
function drawn(path: string, side: number): { width: number; height: number; data: Uint8Array } {
  const scale = 4;
  const width = side * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      const start = row * width + Number(x) * scale;
      for (let pixel = start; pixel < start + Number(run) * scale; pixel++)
        data.fill(0, pixel * 4, pixel * 4 + 3);
    }
  }
  return { width, height: width, data };
}
