/** For tests of other packages: never part of a product. */
export { seededRandom } from "../provider/seeded.ts";
export type { StandInEngine, StandInOptions } from "./standIn.ts";
export { createStandInEngine } from "./standIn.ts";
export type { CommitFault } from "./standInMessage.ts";
