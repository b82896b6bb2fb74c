/** Every page, dialog and state of the app, as a person with a screen reader, a finger or large letters meets it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { violationsOf } from "./accessibility.ts";
import { targetPx } from "./look.ts";
import type { Look } from "./look.ts";
import { onStage } from "./onStage.ts";
import { SCENES } from "./scenes.ts";
import type { Theatre } from "./theatre.ts";
import { openTheatre } from "./theatre.ts";

const PHONE: Look = { width: 390, theme: "light", language: "en" };
const DESKTOP: Look = { width: 1280, theme: "dark", language: "en" };
/** Long words, large letters, little room. */
const NARROW: Look = { width: 320, theme: "light", language: "ru", textPercent: 150 };

describe.skipIf(!hasChromium)("every scene", () => {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openTheatre();
  });
  afterAll(() => theatre?.close());

  test.each(SCENES)("$name: axe finds nothing, and everything fits", async (scene) => {
    for (const look of [PHONE, DESKTOP]) {
      const faults = await theatre.play(scene, look, async (page) => [
        ...(await violationsOf(page)),
        ...(await onStage(page, "offenders", targetPx(look))),
      ]);
      expect(faults).toEqual([]);
    }
  });

  test.each(SCENES)("$name: fits in Russian at 320 px with letters half as large again", async (scene) => {
    expect(await theatre.play(scene, NARROW, (page) => onStage(page, "offenders", targetPx(NARROW)))).toEqual(
      [],
    );
  });
});
