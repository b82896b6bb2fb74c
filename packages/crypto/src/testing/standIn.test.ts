import { describeMlsEngine } from "../mls/engine.contract.ts";
import { seededRandom } from "../provider/seeded.ts";
import { createStandInEngine } from "./standIn.ts";

let seed = 0;
describeMlsEngine("stand-in", 83, () => createStandInEngine({ random: seededRandom(`stand-in ${seed++}`) }));
