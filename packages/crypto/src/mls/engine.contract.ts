/** What every {@link MlsEngine} must do: the rules that the client engine builds on. Runs on the real engine and on the stand-in. */
import { describeAppData } from "./contract/appData.contract.ts";
import { describeEntering } from "./contract/entering.contract.ts";
import { describeKeyPackages } from "./contract/keyPackages.contract.ts";
import { describeMessages } from "./contract/messages.contract.ts";
import { describeEpochs } from "./contract/epochs.contract.ts";
import { describeExternal } from "./contract/external.contract.ts";
import { describeHandshakes } from "./contract/handshakes.contract.ts";
import { describeLeaving } from "./contract/leaving.contract.ts";
import { describePsks } from "./contract/psks.contract.ts";
import { describeValues } from "./contract/values.contract.ts";
import { describeStorage } from "./contract/storage.contract.ts";
import { contractWorld } from "./contract/world.contract.ts";
import type { MlsEngine, SuiteId } from "./port.ts";

/** All rules for one engine and suite. */
export function describeMlsEngine(name: string, suite: SuiteId, makeEngine: () => MlsEngine): void {
  const world = contractWorld(suite, makeEngine);
  describeEntering(name, world);
  describeKeyPackages(name, world);
  describeMessages(name, world);
  describeEpochs(name, world);
  describeHandshakes(name, world);
  describeLeaving(name, world);
  describePsks(name, world);
  describeExternal(name, world);
  describeValues(name, world);
  describeAppData(name, world);
  describeStorage(name, world);
}
