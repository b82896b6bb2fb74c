/** Commits of this device in a group: prepared for its next index, judged as every other member will, stored, and submitted. */
import type { CommitResult, Member, MlsGroup } from "@sotto/crypto";
import type { Charter, GroupId, MailboxId } from "@sotto/protocol";
import { bytesEqual, encodeCharter, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { nextHandshakeHash } from "../chain.ts";
import type { ClaimedDevice } from "../claims.ts";
import { enqueueSubmit } from "../commits.ts";
import type { MlsOutputs } from "../contract.ts";
import type { Core, Step } from "../core.ts";
import { commit, mls, mlsOrThrow } from "../core.ts";
import { handshakeFrame } from "../handshakeFrame.ts";
import { encodeJoinerInfo } from "../joinerInfo.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import { changesSecret, roomParts, sealInfo, secretForJoiners } from "../room/secret.ts";
import { Transaction } from "../transaction.ts";
import { isAllowed } from "./changes.ts";
import { psksOf } from "./keys.ts";

const NOTHING = new Uint8Array(0);

export interface GroupCommit {
  readonly add: readonly ClaimedDevice[];
  readonly remove: readonly number[];
  readonly charter: Charter;
  /** Mailboxes on the delivery list that are nobody's in the group (RLY-25). */
  readonly strayMailboxes: readonly MailboxId[];
}

/** Part of a job. False, with nothing stored: it cannot be made, or the others would refuse it. */
export function* prepareCommit(
  core: Core,
  conversation: ConversationRecord,
  group: MlsGroup,
  { add, remove, charter, strayMailboxes }: GroupCommit,
): Step<boolean> {
  const { id, headIndex, headHash } = conversation;
  const index = headIndex + 1;
  const binding = { index, previousHash: headHash };
  const appData = encodeCharter(charter);
  const kind = charter.room ? "room" : "group";
  const secret = core.state.rooms.get(group.id);
  const transaction = new Transaction();
  const prepare = function* (from: MlsGroup, isRotated: boolean): Step<Prepared | undefined> {
    const room = secret && secretForJoiners(secret, index, isRotated);
    const prepared = yield* mls({
      op: "commit",
      group: from,
      intent: {
        add: add.map(({ keyPackage }) => keyPackage),
        remove,
        authenticatedData: encodeHandshakeBinding({ conversation: idBytes(id), ...binding }),
        joinerInfo: encodeJoinerInfo({ conversation: id, kind, ...binding, ...(room && { room }) }),
        psks: psksOf(core, id, group),
        ...(!bytesEqual(group.appData ?? NOTHING, appData) && { appData }),
      },
    });
    if (!prepared.ok) return undefined;
    const { group: advanced, delta, pending } = prepared.output;
    transaction.group(advanced, delta);
    return { ...prepared.output, made: yield* mlsOrThrow({ op: "adopt", group: advanced, pending }) };
  };
  let prepared = yield* prepare(group, remove.length > 0);
  const isRotated = prepared !== undefined && changesSecret(prepared.made.change);
  // Somebody has asked to leave meanwhile: who comes in is told so.
  if (prepared !== undefined && secret !== undefined && add.length > 0 && isRotated && remove.length === 0)
    prepared = yield* prepare(prepared.group, true);
  if (prepared === undefined) return false;
  const { handshake, welcome, pending: next, made } = prepared;
  if (!isAllowed(group, made.change, made.group.appData)) return false;
  const place = { conversation: id, index, hash: hashBehind(core, conversation, group.id, handshake) };
  const { secret: _, ...parts } =
    secret === undefined ? {} : yield* roomParts(core, made.group, isRotated ? undefined : secret, place);
  const frame = handshakeFrame(core, group.id, index, {
    handshake,
    welcome,
    added: mailboxesOf(made.change.added),
    // One that asked to leave is among them.
    removed: [...mailboxesOf(made.change.removed), ...strayMailboxes],
    ...parts,
  });
  const pending = { group: group.id, index, reason: "wish", handshake, next, frame, takenBy: null } as const;
  yield* commit(core, transaction.pending(pending));
  enqueueSubmit(core, group.id);
  return true;
}

/** A commit, and the epoch that it makes. */
type Prepared = CommitResult & { readonly made: MlsOutputs["adopt"] };

/** The chain behind a handshake of this device for the conversation's next index. */
function hashBehind(
  { sha256 }: Core,
  { headIndex, headHash }: ConversationRecord,
  group: GroupId,
  handshake: Uint8Array,
): Uint8Array {
  return nextHandshakeHash(sha256, headHash, group, headIndex + 1, sha256(handshake));
}

function mailboxesOf(members: readonly Member[]): readonly MailboxId[] {
  return members.map(({ credential }) => credential.mailbox);
}

/** Part of a job: asks the others to let this device go (MLS-16). */
export function* prepareLeave(core: Core, conversation: ConversationRecord, group: MlsGroup): Step<void> {
  const { id, headIndex, headHash } = conversation;
  const index = headIndex + 1;
  const asked = yield* mlsOrThrow({
    op: "leave",
    group,
    authenticatedData: encodeHandshakeBinding({
      conversation: idBytes(id),
      index,
      previousHash: headHash,
    }),
  });
  const { handshake, pending: next } = asked;
  const secret = core.state.rooms.get(group.id);
  const place = { conversation: id, index, hash: hashBehind(core, conversation, group.id, handshake) };
  // The mailbox stays on the delivery list until the request has its place in the order, and the epoch stays.
  const frame = handshakeFrame(core, group.id, index, {
    handshake,
    ...(secret && { sealedGroupInfo: yield* sealInfo(asked.group, secret, place) }),
  });
  const pending = { group: group.id, index, reason: "leave", handshake, next, frame, takenBy: null } as const;
  yield* commit(core, new Transaction().group(asked.group, asked.delta).pending(pending));
  enqueueSubmit(core, group.id);
}
