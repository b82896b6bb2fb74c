/** For the official MLS vectors (testing/vectors): what the engine is made of. Never part of a product. */
export { deriveSecret, deriveTreeSecret, expandWithLabel, signContent } from "../mls/labels.ts";
export { decodeMessage, encodeMessage } from "../mls/tsMlsCodec.ts";
export { ALL_GUARDS } from "../mls/tsMlsGuards.ts";
export type { Primitives, Suite, SuiteMaterial } from "../mls/tsMlsSuite.ts";
export { createSuites, hpkeOf, suiteOf } from "../mls/tsMlsSuite.ts";
export { pskBookOf, pskIndexOf } from "../mls/tsMlsPsk.ts";
export { createReader } from "../mls/tls.ts";
export { confirmedEpoch, joinByWelcome, openWelcome } from "../mls/join.ts";
export { rootHash, treeHashes } from "../mls/treeHash.ts";
export { resolutionOf } from "../mls/treePaths.ts";
export { ratchetTreeFault } from "../mls/treeValidation.ts";
