/** Entering a group: as its creator, or by a Welcome (RFC 9420 §11, §12.4.3.1). */
import { bytesEqual, idBytes, toHex } from "@sotto/protocol";
import type { ClientState } from "ts-mls/clientState.js";
import { createGroup } from "ts-mls/clientState.js";
import type { PrivateKeyPackage } from "ts-mls/keyPackage.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import type { Welcome } from "ts-mls/welcome.js";
import type { JoinedEpoch, JoinInput, JoinRules } from "./join.ts";
import { externalPsksOf, joinByWelcome } from "./join.ts";
import { extensionsWith } from "./tsMlsAppData.ts";
import { credentialOf, isSuccession } from "./tsMlsAuth.ts";
import { decodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { enterEpoch, prunePath } from "./tsMlsEpoch.ts";
import {
  decodeKeyPackageMessage,
  decodePrivateBytes,
  generateKeyPackage,
  JOINER_INFO_EXTENSION,
  keyPackageFault,
} from "./tsMlsKeyPackage.ts";
import { contextFault } from "./tsMlsGroupInfo.ts";
import { NO_HANDSHAKES } from "./tsMlsProposals.ts";
import type { GroupState } from "./tsMlsState.ts";
import { startRatchet } from "./ratchet.ts";
import { epochOf } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { suiteIdOf } from "./tsMlsSuite.ts";
import { leavesFault, treeFaultOf } from "./tsMlsTree.ts";
import type { DeviceIdentity, KeyPackageBundle, Member, SuiteId } from "./port.ts";
import { MlsInputError } from "./port.ts";
import type { GroupId } from "@sotto/protocol";

/** A group of one in epoch 0. */
export async function createState(
  context: MlsContext,
  group: GroupId,
  device: DeviceIdentity,
  id: SuiteId,
  nowMs: number,
  appData?: Uint8Array,
): Promise<GroupState> {
  const { publicPackage, privatePackage } = await generateKeyPackage(context, device, id, nowMs, 1);
  const suite = context.suite(id);
  const fault = await keyPackageFault(context, suite, publicPackage);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);
  return stateOf(
    id,
    await createGroup(
      idBytes(group),
      publicPackage,
      privatePackage,
      appData === undefined ? [] : extensionsWith(appData),
      suite.impl,
      context.config,
    ),
  );
}

export interface Joined {
  readonly state: GroupState;
  readonly joinerInfo: Uint8Array;
  readonly adder: Member;
  readonly keyPackageRef: string;
}

/** Joins with the bundle that the Welcome names. `psks`: the pre-shared keys that this device holds. Throws {@link MlsInputError}. */
export async function joinState(
  context: MlsContext,
  bytes: Uint8Array,
  bundles: readonly KeyPackageBundle[],
  device: DeviceIdentity,
  psks: PskIndex = emptyPskIndex,
): Promise<Joined> {
  const { bundle, suite, ...input } = openBundle(context, bytes, bundles);
  const { keyPackage, privateKeys } = input;
  const own = credentialOf(keyPackage.leafNode.credential);
  const ownKey = bytesEqual(keyPackage.leafNode.signaturePublicKey, device.leafPublicKey);
  if (own === undefined || !isSuccession(own, device.credential) || !ownKey)
    throw new MlsInputError("invalid", "the key package belongs to another device or key");

  try {
    const joined = await joinByWelcome(suite, { ...input, psks }, rulesOf(context, suite));
    const state = stateOfJoined(suite.id, privateKeys, joined);
    const adder = state.current.members.find(({ leaf }) => leaf === joined.info.signer);
    if (adder === undefined) throw new MlsInputError("invalid", "the signer is no member");
    const info = joined.info.extensions.find(({ extensionType }) => extensionType === JOINER_INFO_EXTENSION);
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

/** Ids of the external pre-shared keys that the Welcome names. Throws {@link MlsInputError}. */
export async function pskIdsOfWelcome(
  context: MlsContext,
  bytes: Uint8Array,
  bundles: readonly KeyPackageBundle[],
): Promise<readonly Uint8Array[]> {
  const { suite, ...input } = openBundle(context, bytes, bundles);
  try {
    return await externalPsksOf(suite.impl, input);
  } catch (error) {
    if (error instanceof MlsInputError || !context.guards(8)) throw error;
    throw new MlsInputError("invalid", error instanceof Error ? error.message : "Welcome");
  } finally {
    input.privateKeys.initPrivateKey.fill(0);
  }
}

/** What a Welcome is opened with. */
interface OpenBundle extends Pick<JoinInput, "welcome" | "keyPackage" | "privateKeys"> {
  readonly bundle: KeyPackageBundle;
  readonly suite: Suite;
}

/** The Welcome, and the bundle that it names, decoded. Private keys are a copy, the caller's to wipe. */
function openBundle(
  context: MlsContext,
  bytes: Uint8Array,
  bundles: readonly KeyPackageBundle[],
): OpenBundle {
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
  return { welcome, keyPackage, privateKeys, bundle, suite: context.suite(id) };
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

/** Our own rules for a group to join, on top of the RFC's, and what the guards of a test leave of those. */
function rulesOf(context: MlsContext, suite: Suite): JoinRules {
  return {
    fault: async (info, tree) => contextFault(info, suite) ?? leavesFault(context, suite, tree),
    treeFault: treeFaultOf(context),
    comparesPath: context.guards(12),
  };
}

/** The state of a group in the epoch that was joined. */
export function stateOfJoined(
  suite: SuiteId,
  { signaturePrivateKey }: PrivateKeyPackage,
  { info, tree, path, schedule, encryptionSecret }: JoinedEpoch,
): GroupState {
  return {
    suite,
    ownLeaf: path.leafIndex,
    current: enterEpoch(info.groupContext, tree, schedule, encryptionSecret),
    past: undefined,
    handshakes: NO_HANDSHAKES,
    keys: { schedule, path, confirmationTag: info.confirmationTag, signaturePrivateKey },
  };
}

/** The library's group of one: it derives the ratchets at once, and keeps no secret above them. */
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
  const leaves = secretTree.map(({ handshake, application }) => ({
    handshake: startRatchet(handshake.secret),
    application: startRatchet(application.secret),
  }));
  return {
    suite,
    ownLeaf: privatePath.leafIndex,
    current: epochOf(groupContext, ratchetTree, keySchedule.senderDataSecret, { nodes: new Map(), leaves }),
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
