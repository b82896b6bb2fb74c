/**
 * Joining by itself with an external commit (RFC 9420 §12.4.3.2). Ours and not the library's joinGroupExternal, because that one reads
 * `external_pub` wrongly (defect 5) and takes no pre-shared key (7).
 */
import type { GroupId } from "@sotto/protocol";
import {
  arrayOf,
  bytesOf,
  bytesUpTo,
  codecOf,
  encodeCredential,
  idOf,
  nullable,
  parseCredential,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import { exportSecret } from "ts-mls/clientState.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import { accumulatePskSecret, emptyPskIndex } from "ts-mls/pskIndex.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { addLeafNode, removeLeafNode } from "ts-mls/ratchetTree.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import { isSuccession } from "./tsMlsAuth.ts";
import { treeFault } from "./tsMlsChecks.ts";
import { encodeMessage } from "./tsMlsCodec.ts";
import type { CommitBase } from "./tsMlsCommit.ts";
import { enterCommitted, renewPath, signCommit } from "./tsMlsCommit.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { CheckedGroupInfo } from "./tsMlsGroupInfo.ts";
import { checkGroupInfo } from "./tsMlsGroupInfo.ts";
import { generateKeyPackage, keyPackageFault } from "./tsMlsKeyPackage.ts";
import { NO_HANDSHAKES } from "./tsMlsProposals.ts";
import { pskBookOf, pskIndexOf, pskProposals } from "./tsMlsPsk.ts";
import type { GroupState } from "./tsMlsState.ts";
import { decodeState, deltaOf } from "./tsMlsState.ts";
import type { DeviceIdentity, ExternalIntent, Member } from "./port.ts";
import { MlsInputError } from "./port.ts";

export interface PreparedExternal {
  readonly id: GroupId;
  readonly handshake: Uint8Array;
  readonly pending: Uint8Array;
}

/** A commit that lets the device in, in the place of its own former leaf if it has one. Throws {@link MlsInputError}. */
export async function prepareExternal(
  context: MlsContext,
  bytes: Uint8Array,
  device: DeviceIdentity,
  intent: ExternalIntent,
  nowMs: number,
): Promise<PreparedExternal> {
  const info = await checkGroupInfo(context, bytes);
  const { suite } = info;
  const { impl } = suite;
  const former = formerLeaf(info, device);
  const { tree, leaf } = withLeaf(info, former, await ownLeafNode(context, info, device, nowMs));
  const fault = treeFault(context, tree, [leaf]);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);

  // RFC 9420 §8.3: only members can open what the joiner encapsulates here.
  const { enc, secret: initSecret } = await exportSecret(info.externalPub, impl);
  const psks = context.guards(7) ? intent.psks : undefined;
  const pskList = pskProposals(suite, psks);
  const proposals: readonly Proposal[] = [
    { proposalType: "external_init", externalInit: { kemOutput: enc } },
    ...(former === undefined
      ? []
      : [{ proposalType: "remove", remove: { removed: former.leaf } } satisfies Proposal]),
    ...pskList,
  ];
  const [pskSecret] = await accumulatePskSecret(
    pskList.map(({ psk }) => psk.preSharedKeyId),
    pskIndexOf(pskBookOf(psks), emptyPskIndex),
    impl,
    new Uint8Array(impl.kdf.size),
  );
  const signaturePrivateKey = device.leafPrivateKey.slice();
  const { extensions } = info.context;
  const base: CommitBase = { ...info, extensions, initSecret, signaturePrivateKey };
  const renewed = await renewPath(suite, base, { leafIndex: leaf, privateKeys: {} }, tree, []);
  const frame = {
    wireformat: "mls_public_message",
    sender: { senderType: "new_member_commit" },
    authenticatedData: intent.authenticatedData,
  } as const;
  const byValue = proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal }) as const);
  const signed = await signCommit(suite, base, frame, byValue, renewed, pskSecret);
  initSecret.fill(0);
  const { signature, confirmationTag } = signed;
  const state: GroupState = {
    suite: suite.id,
    ownLeaf: leaf,
    current: enterCommitted(signed, renewed),
    past: undefined,
    handshakes: NO_HANDSHAKES,
    keys: {
      schedule: signed.secrets.keySchedule,
      path: renewed.privatePath,
      confirmationTag,
      signaturePrivateKey,
    },
  };
  return {
    id: idOf(info.context.groupId),
    handshake: encodeMessage({
      version: "mls10",
      wireformat: "mls_public_message",
      publicMessage: {
        senderType: "new_member_commit",
        content: signed.content,
        auth: { contentType: "commit", signature, confirmationTag },
      },
    }),
    pending: encodePendingExternal(state, former),
  };
}

/** The group of an external commit that has won, and whom it removed. Throws {@link MlsInputError} `damagedState`. */
export function adoptPendingExternal(bytes: Uint8Array): {
  readonly state: GroupState;
  readonly former: Member | undefined;
} {
  const fields = codec.decode(bytes);
  if (fields === undefined || fields[0] !== EXTERNAL)
    throw new MlsInputError("damagedState", "pending external commit");
  const state = decodeState(new Map(fields[1]));
  if (fields[2] === null) return { state, former: undefined };
  const [leaf, identity, leafKey] = fields[2];
  const credential = parseCredential(identity);
  if (credential === undefined) throw new MlsInputError("damagedState", "pending external commit");
  return { state, former: { leaf, credential, leafKey } };
}

/** First field; the other pending handshakes have others (tsMlsPending.ts). */
const EXTERNAL = 3;
const MAX_PARTS = 8192;
const MAX_PART_BYTES = 16 * 1024 * 1024;
const codec = codecOf(
  tuple(
    uint(255),
    arrayOf(tuple(textUpTo(64), bytesUpTo(MAX_PART_BYTES)), MAX_PARTS),
    nullable(tuple(uint(), bytesUpTo(512), bytesOf(32))),
  ),
);

/** The whole state in its stored parts: nothing of it is stored before the commit has won. */
function encodePendingExternal(state: GroupState, former: Member | undefined): Uint8Array {
  const parts = [...deltaOf(undefined, state).put];
  return codec.encode([
    EXTERNAL,
    parts,
    former === undefined ? null : [former.leaf, encodeCredential(former.credential), former.leafKey],
  ]);
}

/** The leaf that this device has in the tree: of a state that it has lost or must leave. */
function formerLeaf({ members }: CheckedGroupInfo, { credential }: DeviceIdentity): Member | undefined {
  const former = members.find((member) => member.credential.device === credential.device);
  if (former !== undefined && !isSuccession(former.credential, credential))
    throw new MlsInputError("invalid", "the device's former leaf is another's");
  return former;
}

/** The device's leaf before the path renews it; its own keys are used for nothing. */
async function ownLeafNode(
  context: MlsContext,
  { suite }: CheckedGroupInfo,
  device: DeviceIdentity,
  nowMs: number,
): Promise<LeafNode> {
  const { publicPackage } = await generateKeyPackage(context, device, suite.id, nowMs, 1);
  const fault = await keyPackageFault(context, suite, publicPackage);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);
  return publicPackage.leafNode;
}

function withLeaf(
  { tree: before, members }: CheckedGroupInfo,
  former: Member | undefined,
  leafNode: LeafNode,
): { readonly tree: RatchetTree; readonly leaf: number } {
  // The library cannot empty a tree: the device was the only member.
  if (former !== undefined && members.length === 1)
    return { tree: [{ nodeType: "leaf", leaf: leafNode }], leaf: 0 };
  const rest = former === undefined ? before : removeLeafNode(before, toLeafIndex(former.leaf));
  const [tree, node] = addLeafNode(rest, leafNode);
  return { tree, leaf: node / 2 };
}
