/** A new MLS group with its first commit, which adds all others: of a pair (CON-2) and of a group (GRP-4). */
import type { KnownPsk, MlsGroup } from "@sotto/crypto";
import type { ConversationId, GroupId, GroupKind } from "@sotto/protocol";
import { encodeClientFrame, encodeHandshakeBinding, idBytes, idOf } from "@sotto/protocol";
import { genesisHash, nextHandshakeHash } from "./chain.ts";
import type { ClaimedDevice } from "./claims.ts";
import type { GroupEntry } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { mls, mlsOrThrow } from "./core.ts";
import type { OwnHandshake } from "./handshakeFrame.ts";
import { handshakeParts } from "./handshakeFrame.ts";
import { encodeJoinerInfo } from "./joinerInfo.ts";
import { nextRequestId } from "./posts.ts";
import type { Secret } from "./room/secret.ts";
import { roomParts } from "./room/secret.ts";
import type { PendingCommit } from "./records/pending.ts";
import { Transaction } from "./transaction.ts";

export interface Founding {
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  /** In the epoch of its first commit: nobody else can commit before it. */
  readonly group: MlsGroup;
  readonly entry: GroupEntry;
  readonly own: OwnHandshake;
  /** The epoch in the MLS engine's encoding. */
  readonly next: Uint8Array;
  /** Of a room. */
  readonly secret?: Secret;
  /** Stores the group's keys; nothing is stored before. */
  readonly transaction: Transaction;
}

/** What the members of a group of people have agreed on from the start. */
export interface Foundation {
  readonly appData: Uint8Array;
  readonly psks: readonly KnownPsk[];
}

/** Part of a job. `undefined`: one of the key packages cannot be used. */
export function* foundGroup(
  core: Core,
  conversation: ConversationId,
  kind: GroupKind,
  devices: readonly ClaimedDevice[],
  foundation?: Foundation,
): Step<Founding | undefined> {
  const id = idOf<GroupId>(core.random(16));
  const previousHash = genesisHash(core.sha256, conversation, id);
  const binding = { index: 1, previousHash };
  const created = yield* mlsOrThrow({
    op: "create",
    group: id,
    suite: core.state.identity.suite,
    ...(foundation && { appData: foundation.appData }),
  });
  const prepared = yield* mls({
    op: "commit",
    group: created.group,
    intent: {
      add: devices.map(({ keyPackage }) => keyPackage),
      remove: [],
      authenticatedData: encodeHandshakeBinding({ conversation: idBytes(conversation), ...binding }),
      joinerInfo: encodeJoinerInfo({
        conversation,
        kind,
        ...binding,
        ...(kind === "room" && { room: { k: 1, secret: null } }),
      }),
      ...(foundation && { psks: foundation.psks }),
    },
  });
  if (!prepared.ok) return undefined;
  const { group: advanced, delta, handshake, welcome, pending: next } = prepared.output;
  const adopted = yield* mlsOrThrow({ op: "adopt", group: advanced, pending: next });
  const sha256 = core.sha256(handshake);
  const hash = nextHandshakeHash(core.sha256, previousHash, id, 1, sha256);
  const place = { conversation, index: 1, hash };
  const room = kind === "room" ? yield* roomParts(core, adopted.group, undefined, place) : undefined;
  const { secret, ...parts } = room ?? {};
  return {
    conversation,
    kind,
    group: adopted.group,
    entry: { group: id, index: 1, hash, handshake: sha256 },
    own: { handshake, welcome, added: devices.map(({ member }) => member.credential.mailbox), ...parts },
    next,
    ...(secret && { secret }),
    transaction: new Transaction()
      .group(created.group, created.delta)
      .group(advanced, delta)
      .group(adopted.group, adopted.delta),
  };
}

/** What brings the group to the server. `firstMessage`: of a contact request. */
export function creationOf(
  core: Core,
  { conversation, kind, entry, own, next }: Founding,
  firstMessage: Uint8Array | null = null,
): PendingCommit {
  const { group, index } = entry;
  const frame = encodeClientFrame({
    type: "createGroup",
    requestId: nextRequestId(core),
    group,
    conversation,
    kind,
    predecessor: null,
    firstMessage,
    ...handshakeParts(core, own),
  });
  return { group, index, reason: "create", handshake: own.handshake, next, frame, takenBy: null };
}
