/**
 * `npm run screens [-- --out FOLDER] [--only NAME,...] [--widths 390,1280] [--themes light,dark] [--languages en,zh,ru] [--text 150] [--mirrored]`: takes a
 * picture of every scene. Without flags: docs/screens, in English, as phone and desktop, light and dark.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { integerFlag } from "../support/integerFlag.ts";
import { ROOT } from "../support/paths.ts";
import type { Look } from "./look.ts";
import { LANGUAGES, THEMES, WIDTHS, nameOfLook } from "./look.ts";
import { SCENES } from "./scenes.ts";
import { openTheatre } from "./theatre.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(ROOT, "docs/screens") },
    only: { type: "string" },
    widths: { type: "string", default: "390,1280" },
    themes: { type: "string", default: "light,dark" },
    languages: { type: "string", default: "en" },
    text: { type: "string", default: "100" },
    mirrored: { type: "boolean", default: false },
  },
});

const only = values.only?.split(",");
const scenes = SCENES.filter(({ name }) => only === undefined || only.includes(name));
const looks: readonly Look[] = chosen(WIDTHS, values.widths).flatMap((width) =>
  chosen(THEMES, values.themes).flatMap((theme) =>
    chosen(LANGUAGES, values.languages).map((language) => ({
      width,
      theme,
      language,
      textPercent: integerFlag("text", values.text),
      mirrored: values.mirrored,
    })),
  ),
);

mkdirSync(values.out, { recursive: true });
const theatre = await openTheatre();
try {
  for (const scene of scenes) {
    for (const look of looks) {
      const path = join(values.out, `${scene.name}-${nameOfLook(look)}.png`);
      try {
        await theatre.play(scene, look, (page) => page.screenshot({ path }));
      } catch (error) {
        console.error(
          `${scene.name} ${nameOfLook(look)}: ${error instanceof Error ? error.message : String(error)}`,
        );
        process.exitCode = 1;
      }
    }
    console.log(scene.name);
  }
} finally {
  await theatre.close();
}

/** Those of `all` that a flag names; throws for others. */
function chosen<T extends string | number>(all: readonly T[], flag: string): readonly T[] {
  return flag.split(",").map((name) => {
    const found = all.find((one) => String(one) === name);
    if (found === undefined) throw new Error(`there is no ${name}; there are ${all.join(", ")}`);
    return found;
  });
}
