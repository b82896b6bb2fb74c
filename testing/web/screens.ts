/**
 * `npm run screens [-- --out FOLDER --only NAME,... --widths 390,1280 --themes light,dark --languages en,zh,ru --text 150 --mirrored]`: takes a picture of
 * every scene. Without flags: docs/screens, in English, as phone and desktop, light and dark.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../support/paths.ts";
import { SCENE_FLAGS, chosenScenes } from "./flags.ts";
import { nameOfLook } from "./look.ts";
import { withPalette } from "./palettePng.ts";
import { openTheatre } from "./theatre.ts";

const DOCS = join(ROOT, "docs/screens");

const { values } = parseArgs({
  options: { ...SCENE_FLAGS, out: { type: "string", default: DOCS } },
});
const chosen = chosenScenes(values);
const { looks } = chosen;
const scenes = chosen.scenes.filter(({ variant = false }) => !variant || values.out !== DOCS);
mkdirSync(values.out, { recursive: true });
const theatre = await openTheatre();
try {
  for (const scene of scenes) {
    for (const look of looks) {
      const name = `${scene.name}-${nameOfLook(look)}`;
      try {
        const picture = await theatre.play(scene, look, (page) => page.screenshot());
        writeFileSync(join(values.out, `${name}.png`), withPalette(picture));
        console.log(name);
      } catch (error) {
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    }
  }
} finally {
  await theatre.close();
}
