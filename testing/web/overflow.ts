/**
 * `npm run overflow [-- --json --only NAME,... --widths 320,... --languages en,... --text 150 --mirrored]`: nothing is cut off, nothing runs out of its
 * place, no control is too small for a finger. Without flags at all widths and in all languages, light.
 */
import { parseArgs } from "node:util";
import { finish } from "../support/report.ts";
import { SCENE_FLAGS } from "./flags.ts";
import { targetPx } from "./look.ts";
import { onStage } from "./onStage.ts";
import { checkScenes } from "./sceneCheck.ts";

const { values } = parseArgs({
  options: {
    ...SCENE_FLAGS,
    widths: { type: "string", default: "320,390,900,1280" },
    themes: { type: "string", default: "light" },
    languages: { type: "string", default: "en,zh,ru" },
    json: { type: "boolean", default: false },
  },
});
finish(
  await checkScenes("overflow", values, (page, look) => onStage(page, "offenders", targetPx(look))),
  values.json,
);
