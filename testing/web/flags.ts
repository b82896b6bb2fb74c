/** Flags that the commands over scenes share. */
import { integerFlag } from "../support/integerFlag.ts";
import type { Look } from "./look.ts";
import { LANGUAGES, THEMES, WIDTHS } from "./look.ts";
import type { Scene } from "./scenes.ts";
import { SCENES } from "./scenes.ts";

/** For `parseArgs`. */
export const SCENE_FLAGS = {
  /** Names of scenes, with commas. */
  only: { type: "string" },
  widths: { type: "string", default: "390,1280" },
  themes: { type: "string", default: "light,dark" },
  languages: { type: "string", default: "en" },
  /** Size of letters in percent. */
  text: { type: "string", default: "100" },
  /** Right to left. */
  mirrored: { type: "boolean", default: false },
} as const;

export interface SceneFlags {
  readonly only?: string | undefined;
  readonly widths: string;
  readonly themes: string;
  readonly languages: string;
  readonly text: string;
  readonly mirrored: boolean;
}

/** The scenes and looks that the flags name; throws for one that there is not. */
export function chosenScenes(flags: SceneFlags): {
  readonly scenes: readonly Scene[];
  readonly looks: readonly Look[];
} {
  const textPercent = integerFlag("text", flags.text);
  const names = SCENES.map(({ name }) => name);
  const wanted = chosen(names, flags.only ?? names.join(","));
  return {
    scenes: SCENES.filter(({ name }) => wanted.includes(name)),
    looks: chosen(WIDTHS, flags.widths).flatMap((width) =>
      chosen(THEMES, flags.themes).flatMap((theme) =>
        chosen(LANGUAGES, flags.languages).map((language) => ({
          width,
          theme,
          language,
          textPercent,
          mirrored: flags.mirrored,
        })),
      ),
    ),
  };
}

function chosen<T extends string | number>(all: readonly T[], flag: string): readonly T[] {
  return flag.split(",").map((name) => {
    const found = all.find((one) => String(one) === name);
    if (found === undefined) throw new Error(`there is no ${name}; there are ${all.join(", ")}`);
    return found;
  });
}
