/** A check of every scene in every look that the flags name, and how it reports. */
import type { Page } from "playwright-core";
import type { Report } from "../support/report.ts";
import { equals } from "../support/report.ts";
import { chosenScenes } from "./flags.ts";
import type { SceneFlags } from "./flags.ts";
import type { Look } from "./look.ts";
import { nameOfLook } from "./look.ts";
import { openTheatre } from "./theatre.ts";

/** @param faultsOf one text for each fault that a page has; they are printed */
export async function checkScenes(
  name: string,
  flags: SceneFlags,
  faultsOf: (page: Page, look: Look) => Promise<readonly string[]>,
): Promise<Report> {
  const { scenes, looks } = chosenScenes(flags);
  const theatre = await openTheatre();
  let faults = 0;
  let unplayed = 0;
  try {
    for (const scene of scenes) {
      for (const look of looks) {
        const where = `${scene.name}-${nameOfLook(look)}`;
        try {
          const found = await theatre.play(scene, look, (page) => faultsOf(page, look));
          faults += found.length;
          for (const fault of found) console.error(`${where}: ${fault}`);
        } catch (error) {
          unplayed++;
          console.error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  } finally {
    await theatre.close();
  }
  return {
    name,
    rounds: scenes.length * looks.length,
    figures: { scenes: scenes.length, looks: looks.length },
    ratios: {},
    bars: { faults: equals(faults, 0), "scenes that did not play": equals(unplayed, 0) },
  };
}
