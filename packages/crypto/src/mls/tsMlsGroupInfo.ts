/**
 * Group infos (RFC 9420 §12.4.3): a member signs what someone outside needs to join by itself, and whoever reads it believes nothing that
 * it has not checked.
 */
import { bytesEqual, ID_BYTES } from "@sotto/protocol";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { decodeVarLenData, varLenDataEncoder } from "ts-mls/codec/variableLength.js";
import type { Extension } from "ts-mls/extension.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import { signGroupInfo, verifyGroupInfoSignature } from "ts-mls/groupInfo.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import { contextExtensionsFault } from "./tsMlsAppData.ts";
import { membersOf } from "./tsMlsAuth.ts";
import { attempt, decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { JOINER_INFO_EXTENSION } from "./tsMlsKeyPackage.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { suiteIdOf } from "./tsMlsSuite.ts";
import { leavesFault, treeFaultOf } from "./tsMlsTree.ts";
import type { Member } from "./port.ts";
import { MlsInputError } from "./port.ts";

const MAX_EPOCH = 2n ** 48n;
const encodeVector = encode(varLenDataEncoder);

/** The group info of the current epoch with everything that an external commit takes (RFC 9420 §12.4.3.2). */
export async function createGroupInfo(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  joinerInfo: Uint8Array,
): Promise<Uint8Array> {
  const { impl } = context.suite(state.suite);
  const { publicKey } = await impl.hpke.deriveKeyPair(keys.schedule.externalSecret);
  const externalPub = await impl.hpke.exportPublicKey(publicKey);
  const groupInfo = await signGroupInfo(
    {
      groupContext: state.current.context,
      extensions: [
        { extensionType: JOINER_INFO_EXTENSION, extensionData: joinerInfo },
        // Defect 5: `struct { HPKEPublicKey external_pub; }` is a vector with its length; the library writes and reads the bare key.
        {
          extensionType: "external_pub",
          extensionData: context.guards(5) ? encodeVector(externalPub) : externalPub,
        },
        { extensionType: "ratchet_tree", extensionData: encodeRatchetTree(state.current.tree) },
      ],
      confirmationTag: keys.confirmationTag,
      signer: state.ownLeaf,
    },
    keys.signaturePrivateKey,
    impl.signature,
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
}

/** A group info after all checks. */
export interface CheckedGroupInfo {
  readonly suite: Suite;
  readonly context: GroupContext;
  readonly confirmationTag: Uint8Array;
  readonly tree: RatchetTree;
  readonly members: readonly Member[];
  readonly signer: Member;
  readonly externalPub: Uint8Array;
  readonly joinerInfo: Uint8Array;
}

/** All checks of RFC 9420 §12.4.3.1 that need no secret, and our own. Throws {@link MlsInputError}. */
export async function checkGroupInfo(context: MlsContext, bytes: Uint8Array): Promise<CheckedGroupInfo> {
  const message = decodeMessage(bytes, context.guards);
  if (message.wireformat !== "mls_group_info") throw new MlsInputError("malformed", "not a group info");
  const { groupInfo } = message;
  const id = suiteIdOf(groupInfo.groupContext.cipherSuite);
  if (id === undefined) throw new MlsInputError("unsupported", "cipher suite");
  const suite = context.suite(id);
  const tree = treeOf(groupInfo);
  const externalPub = externalPubOf(context, groupInfo);
  const fault =
    contextFault(groupInfo, suite) ??
    ((await suite.isUsableHpkeKey(externalPub)) ? undefined : "external key") ??
    (await leavesFault(context, suite, tree)) ??
    (await treeFaultOf(context)(suite, tree, groupInfo.groupContext));
  if (fault !== undefined) throw new MlsInputError("invalid", fault);

  const members = membersOf(tree);
  const signer = members.find(({ leaf }) => leaf === groupInfo.signer);
  if (signer === undefined) throw new MlsInputError("invalid", "the signer is no member");
  if (!(await verifyGroupInfoSignature(groupInfo, signer.leafKey, suite.impl.signature)))
    throw new MlsInputError("invalid", "group info signature");
  return {
    suite,
    context: groupInfo.groupContext,
    confirmationTag: groupInfo.confirmationTag,
    tree,
    members,
    signer,
    externalPub,
    joinerInfo: extensionOf(groupInfo, JOINER_INFO_EXTENSION)?.slice() ?? new Uint8Array(),
  };
}

/** What our own rules say against the fields of a group info, or `undefined`. */
export function contextFault(
  { groupContext, extensions: own, confirmationTag }: GroupInfo,
  { impl }: Suite,
): string | undefined {
  // Else two readers could each take another one.
  if (new Set(own.map(({ extensionType }) => extensionType)).size !== own.length)
    return "an extension occurs twice";
  const { groupId, epoch, extensions, treeHash, confirmedTranscriptHash, version } = groupContext;
  if (version !== "mls10") return "version";
  if (groupId.length !== ID_BYTES) return "group id";
  // Epochs are numbers here: a signer beyond them would make every later one collide.
  if (epoch > MAX_EPOCH) return "epoch";
  const extensionProblem = contextExtensionsFault(extensions);
  if (extensionProblem !== undefined) return extensionProblem;
  const hashBytes = impl.kdf.size;
  // Epoch 0 has no transcript yet (RFC 9420 §8.2).
  const transcriptBytes = epoch === 0n ? 0 : hashBytes;
  const sized =
    treeHash.length === hashBytes &&
    confirmationTag.length === hashBytes &&
    confirmedTranscriptHash.length === transcriptBytes;
  return sized ? undefined : "group context";
}

function treeOf(groupInfo: GroupInfo): RatchetTree {
  const bytes = extensionOf(groupInfo, "ratchet_tree");
  const tree = bytes && attempt(() => decodeRatchetTree(bytes, 0)?.[0]);
  const canonical = tree && attempt(() => encodeRatchetTree(tree));
  if (bytes === undefined || tree === undefined || canonical === undefined || !bytesEqual(canonical, bytes))
    throw new MlsInputError("invalid", "group info without its tree");
  return tree;
}

function externalPubOf(context: MlsContext, groupInfo: GroupInfo): Uint8Array {
  const bytes = extensionOf(groupInfo, "external_pub") ?? new Uint8Array();
  if (!context.guards(5)) return bytes;
  const decoded = attempt(() => decodeVarLenData(bytes, 0));
  if (decoded === undefined || !bytesEqual(encodeVector(decoded[0]), bytes))
    throw new MlsInputError("invalid", "external key");
  return decoded[0];
}

function extensionOf({ extensions }: GroupInfo, type: Extension["extensionType"]): Uint8Array | undefined {
  return extensions.find(({ extensionType }) => extensionType === type)?.extensionData;
}
