/**
 * Joining by a Welcome (RFC 9420 §12.4.3.1) with the RFC's checks alone; our own rules come in as {@link JoinRules}. Everything is
 * decrypted once, and every secret on the way is wiped.
 */
import { bytesEqual } from "@sotto/protocol";
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { decryptWithLabel } from "ts-mls/crypto/hpke.js";
import { extensionsSupportedByCapabilities } from "ts-mls/extension.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import { decodeGroupInfo, extractWelcomeSecret, verifyGroupInfoSignature } from "ts-mls/groupInfo.js";
import type { GroupSecrets } from "ts-mls/groupSecrets.js";
import { decodeGroupSecrets } from "ts-mls/groupSecrets.js";
import type { KeyPackage, PrivateKeyPackage } from "ts-mls/keyPackage.js";
import { makeKeyPackageRef } from "ts-mls/keyPackage.js";
import type { KeySchedule } from "ts-mls/keySchedule.js";
import { deriveKeySchedule } from "ts-mls/keySchedule.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { encodeLeafNode } from "ts-mls/leafNode.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { accumulatePskSecret, emptyPskIndex } from "ts-mls/pskIndex.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { decodeRatchetTree } from "ts-mls/ratchetTree.js";
import type { Welcome } from "ts-mls/welcome.js";
import { welcomeKey, welcomeNonce } from "ts-mls/welcome.js";
import { openPath } from "./pathSecrets.ts";
import { MlsInputError } from "./port.ts";
import { ancestorsOf, commonAncestor } from "./treePaths.ts";
import type { TreeSuite } from "./treeValidation.ts";
import { ratchetTreeFault } from "./treeValidation.ts";
import { attempt } from "./tsMlsCodec.ts";

export interface JoinInput {
  readonly welcome: Welcome;
  readonly keyPackage: KeyPackage;
  /** The caller's to wipe. */
  readonly privateKeys: PrivateKeyPackage;
  readonly psks?: PskIndex;
  /** For a GroupInfo without its tree. */
  readonly tree?: RatchetTree;
}

/** What is asked of a group besides the RFC's own checks, or, in tests, instead of one. */
export interface JoinRules {
  /** What is wrong with a group whose GroupInfo is signed by its member, or `undefined`. */
  readonly fault: (info: GroupInfo, tree: RatchetTree) => Promise<string | undefined>;
  readonly treeFault: typeof ratchetTreeFault;
  /** Whether the keys of the own path secret are compared with the tree's. */
  readonly comparesPath: boolean;
}

const RFC_RULES: JoinRules = {
  fault: async () => undefined,
  treeFault: ratchetTreeFault,
  comparesPath: true,
};

/** The epoch that was entered; secrets are the caller's. */
export interface JoinedEpoch {
  readonly info: GroupInfo;
  readonly tree: RatchetTree;
  readonly path: PrivateKeyPath;
  readonly schedule: KeySchedule;
  readonly encryptionSecret: Uint8Array;
}

/** Enters the epoch of a Welcome. Throws {@link MlsInputError} `invalid`, and errors of the library for what cannot be decrypted. */
export async function joinByWelcome(
  suite: TreeSuite,
  input: JoinInput,
  rules: JoinRules = RFC_RULES,
): Promise<JoinedEpoch> {
  const { impl } = suite;
  const opened = await openWelcome(impl, input);
  const { info, pskSecret, secrets } = opened;
  try {
    const tree = treeOf(info, input);
    await checkGroup(suite, input, info, tree, rules);
    const path = await ownPath(impl, input, info, tree, secrets.pathSecret, rules.comparesPath);
    return { info, tree, path, ...(await confirmedEpoch(impl, opened)) };
  } finally {
    pskSecret.fill(0);
    opened.plaintext.fill(0);
  }
}

/** A Welcome whose GroupInfo decrypted: nothing is verified yet. */
export interface OpenedWelcome {
  readonly info: GroupInfo;
  /** Views of `plaintext`: wiping that wipes them. */
  readonly secrets: GroupSecrets;
  readonly plaintext: Uint8Array;
  readonly pskSecret: Uint8Array;
}

/** Decrypts both parts of a Welcome. Its secrets are the caller's to wipe. */
export async function openWelcome(impl: CiphersuiteImpl, input: JoinInput): Promise<OpenedWelcome> {
  const { plaintext, secrets } = await openSecrets(impl, input);
  try {
    const pskSecret = await pskSecretOf(impl, secrets.psks, input.psks ?? emptyPskIndex);
    const info = await openGroupInfo(impl, input.welcome, secrets.joinerSecret, pskSecret);
    return { info, secrets, plaintext, pskSecret };
  } catch (error) {
    plaintext.fill(0);
    throw error;
  }
}

/** Ids of the external pre-shared keys that the Welcome names to this key package. Nothing of it is verified. */
export async function externalPsksOf(
  impl: CiphersuiteImpl,
  input: Pick<JoinInput, "welcome" | "keyPackage" | "privateKeys">,
): Promise<readonly Uint8Array[]> {
  const { plaintext, secrets } = await openSecrets(impl, input);
  // Copies: the ids may be views of what is wiped.
  const ids = secrets.psks.flatMap((id) => (id.psktype === "external" ? [id.pskId.slice()] : []));
  plaintext.fill(0);
  return ids;
}

/** The key schedule of the epoch, if its confirmation tag is right. Throws {@link MlsInputError} `invalid`. */
export async function confirmedEpoch(
  { kdf, hash }: CiphersuiteImpl,
  { info, secrets, pskSecret }: OpenedWelcome,
): Promise<Pick<JoinedEpoch, "schedule" | "encryptionSecret">> {
  const { groupContext, confirmationTag } = info;
  const [schedule, encryptionSecret] = await deriveKeySchedule(
    secrets.joinerSecret,
    pskSecret,
    groupContext,
    kdf,
  );
  const { confirmationKey } = schedule;
  if (!(await hash.verifyMac(confirmationKey, confirmationTag, groupContext.confirmedTranscriptHash)))
    throw invalid("confirmation tag");
  return { schedule, encryptionSecret };
}

/** The group secrets are views of the plaintext: wiping it wipes them. */
async function openSecrets(
  { hash, hpke }: CiphersuiteImpl,
  { welcome, keyPackage, privateKeys }: Pick<JoinInput, "welcome" | "keyPackage" | "privateKeys">,
): Promise<{ readonly plaintext: Uint8Array; readonly secrets: GroupSecrets }> {
  const ref = await makeKeyPackageRef(keyPackage, hash);
  const sealed = welcome.secrets.find(({ newMember }) => bytesEqual(newMember, ref))?.encryptedGroupSecrets;
  if (sealed === undefined || welcome.cipherSuite !== keyPackage.cipherSuite)
    throw invalid("not for this key package");
  const plaintext = await decryptWithLabel(
    await hpke.importPrivateKey(privateKeys.initPrivateKey),
    "Welcome",
    welcome.encryptedGroupInfo,
    sealed.kemOutput,
    sealed.ciphertext,
    hpke,
  );
  const secrets = wholly(decodeGroupSecrets, plaintext);
  if (secrets === undefined) throw invalid("group secrets");
  return { plaintext, secrets };
}

async function pskSecretOf(
  impl: CiphersuiteImpl,
  ids: readonly PreSharedKeyID[],
  psks: PskIndex,
): Promise<Uint8Array> {
  // These two start a group from another one (RFC 9420 §11.2, §11.3), of which more would have to be compared.
  if (ids.some((id) => id.psktype === "resumption" && id.usage !== "application"))
    throw invalid("a group made from another one");
  if (ids.some((id) => psks.findPsk(id) === undefined)) throw invalid("a pre-shared key is missing");
  return (await accumulatePskSecret([...ids], psks, impl, new Uint8Array(impl.kdf.size)))[0];
}

async function openGroupInfo(
  impl: CiphersuiteImpl,
  { encryptedGroupInfo }: Welcome,
  joinerSecret: Uint8Array,
  pskSecret: Uint8Array,
): Promise<GroupInfo> {
  const welcomeSecret = await extractWelcomeSecret(joinerSecret, pskSecret, impl.kdf);
  const [key, nonce] = [await welcomeKey(welcomeSecret, impl), await welcomeNonce(welcomeSecret, impl)];
  const plaintext = await impl.hpke.decryptAead(key, nonce, undefined, encryptedGroupInfo);
  for (const secret of [welcomeSecret, key, nonce]) secret.fill(0);
  const info = wholly(decodeGroupInfo, plaintext);
  if (info === undefined) throw invalid("group info");
  return info;
}

function treeOf({ extensions }: GroupInfo, input: JoinInput): RatchetTree {
  const extension = extensions.find(({ extensionType }) => extensionType === "ratchet_tree");
  const tree = extension === undefined ? input.tree : wholly(decodeRatchetTree, extension.extensionData);
  if (tree === undefined) throw invalid("no ratchet tree");
  return tree;
}

async function checkGroup(
  suite: TreeSuite,
  { keyPackage }: JoinInput,
  info: GroupInfo,
  tree: RatchetTree,
  rules: JoinRules,
): Promise<void> {
  const { groupContext, signer } = info;
  if (groupContext.cipherSuite !== keyPackage.cipherSuite || groupContext.version !== keyPackage.version)
    throw invalid("cipher suite or version");
  if (!extensionsSupportedByCapabilities(groupContext.extensions, keyPackage.leafNode.capabilities))
    throw invalid("unsupported extension of the group context");
  const signerLeaf = tree[2 * signer];
  if (signerLeaf?.nodeType !== "leaf") throw invalid("the signer is no member");
  if (!(await verifyGroupInfoSignature(info, signerLeaf.leaf.signaturePublicKey, suite.impl.signature)))
    throw invalid("group info signature");
  const fault = (await rules.fault(info, tree)) ?? (await rules.treeFault(suite, tree, groupContext));
  if (fault !== undefined) throw invalid(fault);
}

/** The own leaf's key and, from the path secret, those of the parents that the committer renewed above both. */
async function ownPath(
  impl: CiphersuiteImpl,
  { keyPackage, privateKeys }: JoinInput,
  { signer }: GroupInfo,
  tree: RatchetTree,
  pathSecret: Uint8Array | undefined,
  compares: boolean,
): Promise<PrivateKeyPath> {
  const leafIndex = leafOf(tree, keyPackage.leafNode);
  if (leafIndex === undefined || leafIndex === signer) throw invalid("the own leaf is not in the tree");
  const above = ancestorsOf(leafIndex, tree.length).filter((index) => tree[index] !== undefined);
  const shared = commonAncestor(leafIndex, signer);
  if (pathSecret !== undefined && (pathSecret.length !== impl.kdf.size || !above.includes(shared)))
    throw invalid("path secret");
  const opened = pathSecret && (await openPath(impl, tree, above.slice(above.indexOf(shared)), pathSecret));
  opened?.commitSecret.fill(0);
  // Defect 12. Else the joiner could not read the next commit of others, and what is wrong would show only then.
  if (compares && opened?.matches === false) throw invalid("the path secret does not match the tree");
  const keys = { ...opened?.privateKeys, [2 * leafIndex]: privateKeys.hpkePrivateKey };
  const unreadable = above.some((index) => {
    const node = tree[index];
    return !(index in keys) && node?.nodeType === "parent" && !node.parent.unmergedLeaves.includes(leafIndex);
  });
  // A parent that has the own leaf merged into it, and whose key was not handed over: the same fault by omission.
  if (compares && unreadable) throw invalid("a path secret is missing");
  return { leafIndex, privateKeys: keys };
}

function leafOf(tree: RatchetTree, own: LeafNode): number | undefined {
  const encoded = encodeLeafNode(own);
  const index = tree.findIndex(
    (node) =>
      node?.nodeType === "leaf" &&
      bytesEqual(node.leaf.hpkePublicKey, own.hpkePublicKey) &&
      bytesEqual(encodeLeafNode(node.leaf), encoded),
  );
  return index === -1 ? undefined : index / 2;
}

/** The value of all of the bytes, or `undefined`. */
function wholly<T>(decoder: Decoder<T>, bytes: Uint8Array): T | undefined {
  const decoded = attempt(() => decoder(bytes, 0));
  return decoded?.[1] === bytes.length ? decoded[0] : undefined;
}

function invalid(message: string): MlsInputError {
  return new MlsInputError("invalid", message);
}
