/** Files as a page saves and shows them, in a real browser under the real server's policy. */
import { readFileSync } from "node:fs";
import { decodePlaceholder, pictureSize, stripMetadata } from "@sotto/pictures";
import { FIXTURES, fixture, plantedIn } from "@sotto/pictures/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const FILES_PAGE = "packages/client/src/adapters/browser/testing/files";
const LEAF_BYTES = 1024 * 1024;
const MAX_THUMBNAIL_BYTES = 16 * 1024;
const PICTURES = [...FIXTURES.keys()].filter((name) => !("problem" in stripMetadata(fixture(name))));

describe.skipIf(!hasChromium)("files in Chromium", () => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    site = await openSite(FILES_PAGE);
    browser = await launchChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => void (/policy/i.test(message.text()) && complaints.push(message.text())));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(site.origin);
    await page.waitForFunction(() => "filesPage" in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  describe("saving", () => {
    beforeEach(() => ask("withoutPicker"));

    test.each([
      ["without a picker", "withoutPicker", []],
      ["when nobody has clicked", "refusing", ["SecurityError"]],
      ["when the picker does not like the name", "refusing", ["NotAllowedError"]],
    ])("%s it goes where downloads go, under a safe name", async (_, picker, args) => {
      await ask(picker, ...args);
      const downloading = page.waitForEvent("download");
      expect(await ask("save", 5, "../up/\u202egpj.exe")).toBe(true);
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(".._up_gpj.exe".replace(/^\.+/, ""));
      const saved = readFileSync(await download.path());
      expect(saved.length).toBe(5 * LEAF_BYTES);
      expect(saved.every((byte, at) => byte === Math.floor(at / LEAF_BYTES))).toBe(true);
    });

    test("a large one lies in a private file meanwhile, which goes with the account", async () => {
      const downloading = page.waitForEvent("download");
      expect(await ask("save", 65, "large.bin")).toBe(true);
      const saved = readFileSync(await (await downloading).path());
      expect(saved.length).toBe(65 * LEAF_BYTES);
      expect(saved.every((byte, at) => byte === Math.floor(at / LEAF_BYTES))).toBe(true);
      expect(await ask("spooled")).toBe(65 * LEAF_BYTES);
      expect(await ask("save", 65, "large.bin", 2)).toBe("fileMissing");
      expect(await ask("spooled")).toBe(65 * LEAF_BYTES);
      await ask("erase");
      expect(await ask("spooled")).toBe(0);
    });

    test("HTML is downloaded, never opened", async () => {
      const downloading = page.waitForEvent("download");
      expect(await ask("save", 1, "page.html")).toBe(true);
      expect((await downloading).suggestedFilename()).toBe("page.html");
      expect(page.url()).toBe(`${site.origin}/`);
    });

    test("where the person says it is written leaf by leaf, and none is read before the one before is written", async () => {
      expect(await ask("saveByPicker", 8, "..\\a: b?.txt")).toEqual({
        result: true,
        suggested: "_a_ b_.txt",
        ahead: 0,
        size: 8 * LEAF_BYTES,
        right: true,
      });
    });

    test("a file that ends early leaves nothing behind", async () => {
      expect(await ask("saveByPicker", 8, "a.txt", 3)).toMatchObject({ result: "fileMissing", size: 0 });
      expect(await ask("save", 8, "a.txt", 3)).toBe("fileMissing");
    });

    test("who dismisses the picker gets nothing, which is no error", async () => {
      await ask("refusing", "AbortError");
      expect(await ask("save", 1, "a.txt")).toBe(false);
    });
  });

  describe("pictures", () => {
    test.each(PICTURES)("F2 %s is shown as what it is", async (name) => {
      const { bytes, type } = stripped(name);
      expect(await ask("shownType", base64(bytes))).toBe(`image/${type}`);
    });

    test.each([
      ["SVG", text(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)],
      ["HTML", text("<!doctype html><script>alert(1)</script>")],
      ["nothing", new Uint8Array()],
      ["a photograph that is cut off", stripped("photo.jpg").bytes.subarray(0, -100)],
      ["a bomb of 60,000 x 60,000 pixels", jpegOf(60_000, 60_000)],
    ])("ATTACKS-23 %s is not shown, and has no preview", async (_, bytes) => {
      expect(await ask("shownType", base64(bytes))).toBeNull();
      expect(await ask("thumbnailType", base64(bytes))).toBeNull();
      expect(await ask("preview", base64(bytes), "image/png")).toBeNull();
    });

    test.each([
      ["a picture that is an archive too", Buffer.concat([stripped("photo.jpg").bytes, text("PK")])],
      ["more bytes than are shown", new Uint8Array(16 * LEAF_BYTES + 1)],
    ])("ATTACKS-23 %s is not shown", async (_, bytes) => {
      expect(await ask("shownType", base64(bytes))).toBeNull();
    });

    test("a thumbnail that unfolds to more than one is none", async () => {
      expect(await ask("thumbnailType", base64(jpegOf(1024, 10)))).toBe("image/jpeg");
      expect(await ask("thumbnailType", base64(jpegOf(1025, 10)))).toBeNull();
    });

    test.each(PICTURES)("F2 %s has a preview with nothing but pixels, the right side up", async (name) => {
      const size = pictureSize(fixture(name));
      if ("problem" in size) throw new Error(size.problem);
      const preview = (await ask("preview", base64(fixture(name)), "text/plain")) as {
        readonly width: number;
        readonly height: number;
        readonly placeholder: readonly number[];
        readonly thumbnail: readonly number[];
      };
      expect([preview.width, preview.height]).toEqual([size.width, size.height]);
      const thumbnail = Uint8Array.from(preview.thumbnail);
      expect(thumbnail.length).toBeLessThanOrEqual(MAX_THUMBNAIL_BYTES);
      expect(plantedIn(thumbnail)).toEqual([]);
      expect(stripMetadata(thumbnail)).toMatchObject({ type: "webp", removed: [] });
      const drawn = pictureSize(thumbnail);
      if ("problem" in drawn) throw new Error(drawn.problem);
      expect(drawn.width > drawn.height).toBe(size.width > size.height);
      expect(Math.max(drawn.width, drawn.height)).toBeLessThanOrEqual(240);
      expect(decodePlaceholder(Uint8Array.from(preview.placeholder))).toBeDefined();
      expect(await ask("draws", base64(thumbnail))).toBe(drawn.width);
    });
  });

  test("nothing of this met the policy", () => expect(complaints).toEqual([]));

  function ask(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return page.evaluate(`filesPage.${name}(${JSON.stringify(args).slice(1, -1)})`);
  }
});

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** As it is sent. */
function stripped(name: string): { readonly bytes: Uint8Array; readonly type: string } {
  const found = stripMetadata(fixture(name));
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

/** A picture whose header says that it has so many pixels. */
function jpegOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.from(stripped("progressive.jpg").bytes);
  const header = bytes.indexOf(Buffer.from([0xff, 0xc2]));
  bytes.writeUInt16BE(height, header + 5);
  bytes.writeUInt16BE(width, header + 7);
  return bytes;
}
