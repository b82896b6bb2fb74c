import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { describeMlsEngine } from "./engine.contract.ts";
import { createMlsEngine } from "./tsMls.ts";

let seed = 0;
const makeEngine = () => createMlsEngine(createNobleProvider(seededRandom(`engine ${seed++}`)));

describeMlsEngine("ts-mls, suite 1", 1, makeEngine);
describeMlsEngine("ts-mls, X-Wing", 83, makeEngine);
