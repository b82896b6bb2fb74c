/**
 * `npm run vectors`: the official RFC 9420 test vectors through the product's code, and X-Wing against its draft and a second implementation.
 * The vectors are not part of the repository: they lie in `../shared/vectors/mls`, or in the folder that is given as argument. Prints
 * `name passed/total` per file and a total; exits with 1 if anything failed.
 *
 * | vectors | run through (packages/crypto/src/mls) | of ts-mls |
 * |---|---|---|
 * | tree-math | - | treemath |
 * | crypto-basics | labels, tsMlsSuite | refhash, encryptWithLabel, decryptWithLabel |
 * | secret-tree | secretTree, ratchet, privateMessage | - |
 * | message-protection | tsMlsMessage, tsMlsSeal, privateMessage, contentCodec | unprotectPublicMessage, protectPublicMessage |
 * | key-schedule | tsMlsSuite | initializeEpoch, mlsExporter |
 * | psk_secret | tsMlsPsk | accumulatePskSecret |
 * | transcript-hashes | tsMlsSuite | createConfirmedHash, createInterimHash, verifyConfirmationTag |
 * | welcome | join | deriveKeySchedule |
 * | tree-operations | treeHash | addLeafNode, updateLeafNode, removeLeafNode |
 * | tree-validation | treeValidation, parentHash, treeHash, treePaths | verifyLeafNodeSignature |
 * | treekem | updatePath, parentHash, pathSecrets, tsMlsCommit, treeValidation | signLeafNodeCommit |
 * | messages | tsMlsCodec | the codec |
 * | deserialization | tls | determineLength |
 * | passive-client-* | join, tsMlsJoin, tsMlsProcess by the RFC's rules alone | what those call |
 */
import { existsSync } from "node:fs";
import { VECTOR_FOLDER } from "./folder.ts";
import { VECTOR_KINDS } from "./kinds.ts";
import type { Outcome } from "./kind.ts";
import { runKind } from "./kind.ts";
import { checkXWingVectors, crossCheckXWing } from "./xwing.ts";

const folder = process.argv[2] ?? VECTOR_FOLDER;
/** Per file; the count says how many there are. */
const SHOWN_FAILURES = 5;
let failed = 0;

const print = (line: string, { failures }: Outcome): void => {
  console.log(line);
  for (const failure of failures.slice(0, SHOWN_FAILURES)) console.error(`  ${failure}`);
  failed += failures.length;
};

if (existsSync(folder)) {
  let [passed, total] = [0, 0];
  for (const kind of VECTOR_KINDS) {
    const outcome = await runKind(folder, kind);
    passed += outcome.passed;
    total += outcome.total;
    print(`${kind.name} ${outcome.passed}/${outcome.total}`, outcome);
  }
  console.log(`total ${passed}/${total}`);
} else console.log(`skipped: no vectors in ${folder}`);

const draft = await checkXWingVectors();
const cross = await crossCheckXWing();
print(`X-Wing: vectors ${draft.passed}/${draft.total}, cross-check ${cross.passed}/${cross.total}`, {
  ...draft,
  failures: [...draft.failures, ...cross.failures],
});
if (failed > 0) process.exitCode = 1;
