/** Commits of this device in a group: prepared for its next index, judged as every other member will, stored, and submitted. */
import type { Member, MlsGroup } from "@sotto/crypto";
import type { Charter, MailboxId } from "@sotto/protocol";
import { bytesEqual, encodeCharter, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import type { ClaimedDevice } from "../claims.ts";
import { enqueueSubmit } from "../commits.ts";
import type { Core, Step } from "../core.ts";
import { commit, mls, mlsOrThrow } from "../core.ts";
import { handshakeFrame } from "../handshakeFrame.ts";
import { encodeJoinerInfo } from "../joinerInfo.ts";
import type { ConversationRecord } from "../records/conversation.ts";
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
  const prepared = yield* mls({
    op: "commit",
    group,
    intent: {
      add: add.map(({ keyPackage }) => keyPackage),
      remove,
      authenticatedData: encodeHandshakeBinding({ conversation: idBytes(id), ...binding }),
      joinerInfo: encodeJoinerInfo({ conversation: id, kind: "group", ...binding }),
      psks: psksOf(core, id, group),
      ...(!bytesEqual(group.appData ?? NOTHING, appData) && { appData }),
    },
  });
  if (!prepared.ok) return false;
  const { handshake, welcome, pending: next, group: advanced, delta } = prepared.output;
  const made = yield* mlsOrThrow({ op: "adopt", group: advanced, pending: next });
  if (!isAllowed(group, made.change, made.group.appData)) return false;
  const frame = handshakeFrame(core, group.id, index, {
    handshake,
    welcome,
    added: mailboxesOf(made.change.added),
    // One that asked to leave is among them.
    removed: [...mailboxesOf(made.change.removed), ...strayMailboxes],
  });
  const pending = { group: group.id, index, reason: "wish", handshake, next, frame, takenBy: null } as const;
  yield* commit(core, new Transaction().group(advanced, delta).pending(pending));
  enqueueSubmit(core, group.id);
  return true;
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
  // The mailbox stays on the delivery list until the request has its place in the order.
  const frame = handshakeFrame(core, group.id, index, { handshake });
  const pending = { group: group.id, index, reason: "leave", handshake, next, frame, takenBy: null } as const;
  yield* commit(core, new Transaction().group(asked.group, asked.delta).pending(pending));
  enqueueSubmit(core, group.id);
}
