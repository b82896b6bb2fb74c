/** Every file of the official vectors, in the order of the specification. */
import { cryptoBasics } from "./cryptoBasics.ts";
import { deserialization } from "./deserialization.ts";
import { keySchedule } from "./keySchedule.ts";
import type { VectorKind } from "./kind.ts";
import { messageProtection } from "./messageProtection.ts";
import { messages } from "./messages.ts";
import { passiveClientKinds } from "./passiveClient.ts";
import { pskSecret } from "./pskSecret.ts";
import { secretTree } from "./secretTree.ts";
import { transcriptHashes } from "./transcriptHashes.ts";
import { treeKem } from "./treeKem.ts";
import { treeMath } from "./treeMath.ts";
import { treeOperations, treeValidation } from "./trees.ts";
import { welcome } from "./welcome.ts";

export const VECTOR_KINDS: readonly VectorKind[] = [
  treeMath,
  cryptoBasics,
  secretTree,
  messageProtection,
  keySchedule,
  pskSecret,
  transcriptHashes,
  welcome,
  treeOperations,
  treeValidation,
  treeKem,
  messages,
  deserialization,
  ...passiveClientKinds,
];
