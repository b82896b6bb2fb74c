/** What a browser draws of a picture before and after its metadata are taken out: the same pixels, in the same colours, the same side up. */
import { pictureSize, sniffPicture, stripMetadata } from "@sotto/pictures";
import { FIXTURES, fixture } from "@sotto/pictures/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "./chromium.ts";

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of every pixel, of up to four frames, in Display P3. */
  readonly frames: readonly (readonly number[])[];
}

/** As an image element of the page draws it, and every frame as the decoder gives it. */
const DRAW = `async ({ type, base64 }) => {
  const url = "data:" + type + ";base64," + base64;
  const image = new Image();
  image.src = url;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const pixels = (source) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { colorSpace: "display-p3" });
    context.drawImage(source, 0, 0);
    return [...context.getImageData(0, 0, width, height).data];
  };
  const frames = [pixels(image)];
  const decoder = new ImageDecoder({ type, data: await (await fetch(url)).arrayBuffer() });
  await decoder.tracks.ready;
  await decoder.completed;
  const count = Math.min(4, decoder.tracks.selectedTrack.frameCount);
  for (let frameIndex = 0; frameIndex < count; frameIndex++) {
    const { image: frame } = await decoder.decode({ frameIndex });
    frames.push(pixels(frame));
    frame.close();
  }
  return { width, height, frames };
}`;

const PAGE = "https://pictures.test/";
const PICTURES = [...FIXTURES.keys()].filter((name) => !("problem" in stripMetadata(fixture(name))));

describe.skipIf(!hasChromium)("in a browser", () => {
  let browser: Browser | undefined;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    // ImageDecoder is there for pages of a secure origin; this one never leaves the test.
    await page.route(PAGE, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await page.goto(PAGE);
  });
  afterAll(() => browser?.close());

  function draw(bytes: Uint8Array): Promise<Drawn> {
    const stripped = stripMetadata(bytes);
    if ("problem" in stripped) throw new Error(stripped.problem);
    const what = { type: `image/${stripped.type}`, base64: Buffer.from(bytes).toString("base64") };
    return page.evaluate<Drawn>(`(${DRAW})(${JSON.stringify(what)})`);
  }

  test.each(PICTURES)("F2 %s is drawn the same without its metadata", async (name) => {
    const bytes = fixture(name);
    const stripped = stripMetadata(bytes);
    if ("problem" in stripped) throw new Error(stripped.problem);
    expect(sniffPicture(stripped.bytes)).toBe(stripped.type);
    const [before, after] = [await draw(bytes), await draw(stripped.bytes)];
    expect(after).toEqual(before);
    const { width, height, frames } = after;
    expect(pictureSize(stripped.bytes)).toMatchObject({ width, height, frames: frames.length - 1 });
    expect(new Set(frames[0]).size).toBeGreaterThan(10);
  });
});
