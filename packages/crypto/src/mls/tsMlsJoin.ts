/** Entering a group: as its creator, or by a Welcome (RFC 9420 §11, §12.4.3.1). */
import { bytesEqual, ID_BYTES, idBytes, toHex } from "@sotto/protocol";
import type { ClientState } from "ts-mls/clientState.js";
import { createGroup, joinGroupWithExtensions } from "ts-mls/clientState.js";
import type { PrivateKeyPackage } from "ts-mls/keyPackage.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { accumulatePskSecret, emptyPskIndex } from "ts-mls/pskIndex.js";
import type { Welcome } from "ts-mls/welcome.js";
import { decryptGroupInfo, decryptGroupSecrets } from "ts-mls/welcome.js";
import { credentialOf, isSuccession } from "./tsMlsAuth.ts";
import { decodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { prunePath } from "./tsMlsEpoch.ts";
import {
  decodeKeyPackageMessage,
  decodePrivateBytes,
  generateKeyPackage,
  JOINER_INFO_EXTENSION,
  keyPackageFault,
  leafFault,
} from "./tsMlsKeyPackage.ts";
import { treeFault } from "./tsMlsChecks.ts";
import { NO_HANDSHAKES } from "./tsMlsProposals.ts";
import type { GroupState } from "./tsMlsState.ts";
import { epochOf } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { suiteIdOf } from "./tsMlsSuite.ts";
import type { DeviceIdentity, KeyPackageBundle, Member, SuiteId } from "./port.ts";
import { MlsInputError } from "./port.ts";
import type { GroupId } from "@sotto/protocol";

const MAX_EPOCH = 2n ** 48n;

/** A group of one in epoch 0. */
export async function createState(
  context: MlsContext,
  group: GroupId,
  device: DeviceIdentity,
  id: SuiteId,
  nowMs: number,
): Promise<GroupState> {
  const { publicPackage, privatePackage } = await generateKeyPackage(context, device, id, nowMs, 1);
  const suite = context.suite(id);
  const fault = await keyPackageFault(context, suite, publicPackage);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);
  return stateOf(
    id,
    await createGroup(idBytes(group), publicPackage, privatePackage, [], suite.impl, context.config),
  );
}

export interface Joined {
  readonly state: GroupState;
  readonly joinerInfo: Uint8Array;
  readonly adder: Member;
  readonly keyPackageRef: string;
}

/** Joins with the bundle that the Welcome names. Throws {@link MlsInputError}. */
export async function joinState(
  context: MlsContext,
  bytes: Uint8Array,
  bundles: readonly KeyPackageBundle[],
  device: DeviceIdentity,
  psks: PskIndex = emptyPskIndex,
): Promise<Joined> {
  const welcome = decodeWelcomeMessage(bytes, context);
  const refs = refsOf(welcome);
  const bundle = bundles.find(({ ref }) => refs.includes(ref));
  if (bundle === undefined)
    throw new MlsInputError("noKeyPackage", "the Welcome names none of the key packages");
  const keyPackage = decodeKeyPackageMessage(bundle.publicBytes, context);
  const privateKeys = decodePrivateBytes(bundle.privateBytes);
  const id = suiteIdOf(welcome.cipherSuite);
  if (id === undefined || welcome.cipherSuite !== keyPackage.cipherSuite)
    throw new MlsInputError("unsupported", "cipher suite");
  const own = credentialOf(keyPackage.leafNode.credential);
  const ownKey = bytesEqual(keyPackage.leafNode.signaturePublicKey, device.leafPublicKey);
  if (own === undefined || !isSuccession(own, device.credential) || !ownKey)
    throw new MlsInputError("invalid", "the key package belongs to another device or key");

  const suite = context.suite(id);
  try {
    const signer = await signerOf(suite, welcome, bundle, privateKeys, psks);
    const [client, extensions] = await joinGroupWithExtensions(
      welcome,
      keyPackage,
      privateKeys,
      psks,
      suite.impl,
      undefined,
      undefined,
      context.config,
    );
    await checkJoined(context, suite, client);
    const state = stateOf(id, client);
    const adder = state.current.members.find(({ leaf }) => leaf === signer);
    if (adder === undefined) throw new MlsInputError("invalid", "the signer is no member");
    const info = extensions.find(({ extensionType }) => extensionType === JOINER_INFO_EXTENSION);
    return {
      state,
      adder,
      keyPackageRef: bundle.ref,
      joinerInfo: info?.extensionData.slice() ?? new Uint8Array(),
    };
  } catch (error) {
    if (error instanceof MlsInputError || !context.guards(8)) throw error;
    throw new MlsInputError("invalid", error instanceof Error ? error.message : "Welcome");
  } finally {
    // A copy of our own; the bundle's bytes stay, since the caller may have to join again after a failed store.
    privateKeys.initPrivateKey.fill(0);
  }
}

/** The Welcome of an MLS message. Throws {@link MlsInputError} `malformed`. */
export function decodeWelcomeMessage(bytes: Uint8Array, { guards }: MlsContext): Welcome {
  const message = decodeMessage(bytes, guards);
  if (message.wireformat !== "mls_welcome") throw new MlsInputError("malformed", "not a Welcome");
  return message.welcome;
}

/** Hexadecimal references of the key packages that it is for. */
export function refsOf(welcome: Welcome): readonly string[] {
  return welcome.secrets.map(({ newMember }) => toHex(newMember));
}

/** The leaf that signed the GroupInfo: the library verifies the signature and keeps the leaf to itself. */
async function signerOf(
  { impl }: Suite,
  welcome: Welcome,
  bundle: KeyPackageBundle,
  privateKeys: PrivateKeyPackage,
  index: PskIndex,
): Promise<number> {
  const initKey = await impl.hpke.importPrivateKey(privateKeys.initPrivateKey);
  const ref =
    welcome.secrets.find(({ newMember }) => toHex(newMember) === bundle.ref)?.newMember ?? new Uint8Array();
  const secrets = await decryptGroupSecrets(initKey, ref, welcome, impl.hpke);
  const [pskSecret] = await accumulatePskSecret(
    secrets?.psks ?? [],
    index,
    impl,
    new Uint8Array(impl.kdf.size),
  );
  const info = secrets && (await decryptGroupInfo(welcome, secrets.joinerSecret, pskSecret, impl));
  secrets?.joinerSecret.fill(0);
  secrets?.pathSecret?.fill(0);
  if (info === undefined) throw new MlsInputError("invalid", "group info");
  return info.signer;
}

/** What the library does not ask of a tree it joins. */
async function checkJoined(
  context: MlsContext,
  suite: Suite,
  { groupContext, ratchetTree, privatePath }: ClientState,
): Promise<void> {
  if (groupContext.groupId.length !== ID_BYTES) throw new MlsInputError("invalid", "group id");
  // Epochs are numbers here; an adder who starts beyond them would make every later one collide.
  if (groupContext.epoch > MAX_EPOCH) throw new MlsInputError("invalid", "epoch");
  if (groupContext.extensions.length > 0) throw new MlsInputError("unsupported", "group context extensions");
  const fault = treeFault(ratchetTree, []);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);
  for (const [index, node] of ratchetTree.entries()) {
    if (node?.nodeType === "leaf" && index !== 2 * privatePath.leafIndex) {
      const leafProblem = await leafFault(context, suite, node.leaf);
      if (leafProblem !== undefined) throw new MlsInputError("invalid", leafProblem);
    }
  }
}

function stateOf(suite: SuiteId, client: ClientState): GroupState {
  const {
    groupContext,
    ratchetTree,
    keySchedule,
    secretTree,
    privatePath,
    confirmationTag,
    signaturePrivateKey,
  } = client;
  return {
    suite,
    ownLeaf: privatePath.leafIndex,
    current: epochOf(groupContext, ratchetTree, keySchedule.senderDataSecret, (index) => secretTree[index]),
    past: undefined,
    handshakes: NO_HANDSHAKES,
    keys: {
      schedule: keySchedule,
      path: prunePath(privatePath, ratchetTree),
      confirmationTag,
      signaturePrivateKey,
    },
  };
}
