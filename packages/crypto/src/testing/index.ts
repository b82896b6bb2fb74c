/** For tests of other packages: never part of a product. */
export type { ContractCase } from "../provider/contract.ts";
export { CRYPTO_PROVIDER_CONTRACT } from "../provider/contract.ts";
export { seededRandom } from "../provider/seeded.ts";
export type { StandInEngine, StandInOptions } from "./standIn.ts";
export { createStandInEngine } from "./standIn.ts";
export type { DerivableOptions } from "./derivableKeys.ts";
export { derivableKeys, keyOfMessage } from "./derivableKeys.ts";
export type { CommitFault } from "./standInMessage.ts";
export type { TestAccount } from "./devices.ts";
export { makeAccount, makeDevice } from "./devices.ts";
export { externalCommit } from "./outsider.ts";
export type { Dice } from "./alter.ts";
export { alterMessage } from "./alter.ts";
export type { Peer } from "./peer.ts";
export { addPeer, bundleFor, commitAll, createPeer, NOW_MS, prepare, send } from "./peer.ts";
export type { CommitPlan } from "./insiderMutants.ts";
export { alteredCommit, welcomeWithAlteredInfo, welcomeWithAlteredSecret } from "./insiderMutants.ts";
