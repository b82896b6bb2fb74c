/**
 * `npm run axe [-- --json --only NAME,... --widths 390,1280 --themes light,dark --languages en,zh,ru]`: every scene, looked at by axe. Without flags in
 * English, as phone and desktop, light and dark.
 */
import { parseArgs } from "node:util";
import { equals, finish } from "../support/report.ts";
import { violationsOf } from "./accessibility.ts";
import { SCENE_FLAGS, chosenScenes } from "./flags.ts";
import { nameOfLook } from "./look.ts";
import { openTheatre } from "./theatre.ts";

const { values } = parseArgs({ options: { ...SCENE_FLAGS, json: { type: "boolean", default: false } } });
const { scenes, looks } = chosenScenes(values);
const theatre = await openTheatre();
let found = 0;
let unplayed = 0;
try {
  for (const scene of scenes) {
    for (const look of looks) {
      const name = `${scene.name}-${nameOfLook(look)}`;
      try {
        const violations = await theatre.play(scene, look, violationsOf);
        found += violations.length;
        for (const { rule, help, places } of violations)
          console.error(`${name}: ${rule}: ${help}\n  ${places.join("\n  ")}`);
      } catch (error) {
        unplayed++;
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
} finally {
  await theatre.close();
}
finish(
  {
    name: "axe",
    rounds: scenes.length * looks.length,
    figures: { scenes: scenes.length, looks: looks.length },
    ratios: {},
    bars: { violations: equals(found, 0), "scenes that did not play": equals(unplayed, 0) },
  },
  values.json,
);
