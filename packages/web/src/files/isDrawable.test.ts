import { expect, test } from "vitest";
import { MAX_SHOWN_BYTES } from "sotto/browser";
import { isDrawable } from "./isDrawable.ts";
import { fileManifest, pictureManifest } from "./manifests.testing.ts";

test("what is drawn is known before anything of it is here", () => {
  const { picture } = pictureManifest("a.jpg");
  expect(isDrawable(pictureManifest("a.jpg", { sizeBytes: MAX_SHOWN_BYTES }))).toBe(true);
  expect(isDrawable(fileManifest("a.jpg"))).toBe(false);
  expect(isDrawable(pictureManifest("a.jpg", { sizeBytes: MAX_SHOWN_BYTES + 1 }))).toBe(false);
  const huge = picture && { ...picture, width: 65_535, height: 65_535 };
  expect(isDrawable(pictureManifest("a.jpg", { picture: huge }))).toBe(false);
});
