import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { qrText } from "./qrText.ts";

const URL_OF_A_LAN = "https://192.168.100.200:5555";
/** Which of the two modules of a character are drawn in the foreground. */
const SIGNS: Readonly<Record<string, readonly [boolean, boolean]>> = {
  "█": [true, true],
  "▀": [true, false],
  "▄": [false, true],
  " ": [false, false],
};
const PIXELS = 4;

/** What a camera would see of the text. */
function photograph(text: string, foreground: number, background: number): Parameters<typeof decodeQR>[0] {
  const rows = text.split("\n").flatMap((line) => {
    const modules = Array.from(line, (sign) => SIGNS[sign] ?? [false, false]);
    return [modules.map(([upper]) => upper), modules.map(([, lower]) => lower)];
  });
  const [width, height] = [(rows[0]?.length ?? 0) * PIXELS, rows.length * PIXELS];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = rows[Math.floor(y / PIXELS)]?.[Math.floor(x / PIXELS)] === true;
      const shade = ink ? foreground : background;
      data.set([shade, shade, shade, 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

test("S3 the code of a terminal is read back, black on white", () => {
  const text = qrText(URL_OF_A_LAN, true);
  expect(
    text.split("\n").every((line) => line.startsWith("\u001B[30;107m") && line.endsWith("\u001B[0m")),
  ).toBe(true);
  // oxlint-disable-next-line no-control-regex -- the colours are control sequences
  expect(decodeQR(photograph(text.replaceAll(/\u001B\[[\d;]*m/g, ""), 0, 255))).toBe(URL_OF_A_LAN);
});

test("S3 and without colours on a dark background", () => {
  expect(decodeQR(photograph(qrText(URL_OF_A_LAN, false), 255, 0))).toBe(URL_OF_A_LAN);
});

test("four light modules on each side", () => {
  const lines = qrText(URL_OF_A_LAN, false).split("\n");
  for (const line of [
    ...lines.slice(0, 2),
    ...lines.map((text) => text.slice(0, 4)),
    ...lines.map((text) => text.slice(-4)),
  ])
    expect(line).toMatch(/^[█▀]+$/);
});
