/**
 * `npm run axe [-- --json --only NAME,... --widths 390,1280 --themes light,dark --languages en,zh,ru]`: every scene, looked at by axe. Without flags in
 * English, as phone and desktop, light and dark.
 */
import { parseArgs } from "node:util";
import { finish } from "../support/report.ts";
import { violationsOf } from "./accessibility.ts";
import { SCENE_FLAGS } from "./flags.ts";
import { checkScenes } from "./sceneCheck.ts";

const { values } = parseArgs({ options: { ...SCENE_FLAGS, json: { type: "boolean", default: false } } });
finish(await checkScenes("axe", values, violationsOf), values.json);
