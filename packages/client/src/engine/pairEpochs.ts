/** Commits of pairs (MLS-12, CON-5): which of them both sides take, and what follows from one. */
import type { EpochChange, MlsGroup } from "@sotto/crypto";
import type { ConversationId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import { withOpenBase } from "./bases.ts";
import { commitEnd, contactOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit } from "./core.ts";
import { onPeerReady } from "./direct/calls.ts";
import { endLink } from "./direct/state.ts";
import { enqueueReceipt } from "./receipts.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { Transaction } from "./transaction.ts";

/** A step from one epoch to the next. */
export interface EpochStep {
  /** Chain hash before it. */
  readonly pastHash: Uint8Array;
  readonly before: MlsGroup;
  readonly after: MlsGroup;
  readonly change: EpochChange;
}

/** In a pair a commit may renew keys, and replace devices of the two accounts by others of the same accounts and keys. */
export function allowedInPair(core: Core, conversation: ConversationRecord, change: EpochChange): boolean {
  const { account, credential } = core.state.identity;
  const peer = contactOf(core.state, conversation);
  return change.added.every(({ credential: added }) => {
    if (added.account === account) return bytesEqual(added.accountKey, credential.accountKey);
    return (
      added.account === conversation.peer &&
      peer !== undefined &&
      bytesEqual(added.accountKey, peer.accountKey)
    );
  });
}

/** False: this device is out. */
export function* enterPairEpoch(
  core: Core,
  transaction: Transaction,
  next: ConversationRecord,
  { after, change }: EpochStep,
  committer: string | undefined,
): Step<boolean> {
  if (!after.active) {
    yield* commitEnd(core, transaction, next);
    return false;
  }
  const accepted = acceptedBy(core, next, committer);
  if (accepted !== undefined) transaction.contact(accepted);
  transaction.conversation({
    ...(change.added.length > 0 ? withOpenBase(next) : next),
    state: accepted === undefined ? next.state : "active",
    keysRenewedAtMs: core.now(),
  });
  yield* commit(core, transaction);
  emit(core, { type: "conversation", conversation: next.id, change: "keysRenewed" });
  if (accepted !== undefined) {
    emit(core, {
      type: "contact",
      account: accepted.account,
      userName: accepted.userName,
      state: "accepted",
    });
    emit(core, { type: "vaultDue" });
    // The request's text has waited for this, and perhaps somebody who looks at the conversation.
    enqueueReceipt(core, next.id);
    onPeerReady(core, next.id);
  }
  endRemovedLink(core, next.id, change);
  return true;
}

/** Nothing is taken from, or sent to, a device that is no member any more. */
function endRemovedLink(core: Core, id: ConversationId, { removed }: EpochChange): void {
  const device = core.live.links.get(id)?.device;
  if (removed.some(({ credential }) => credential.device === device)) endLink(core, id);
}

/** A request is accepted by its recipient's first commit. */
function acceptedBy(
  core: Core,
  conversation: ConversationRecord,
  committer: string | undefined,
): ContactRecord | undefined {
  const contact = contactOf(core.state, conversation);
  if (conversation.state !== "pending" || contact === undefined || committer === undefined) return undefined;
  const recipient = contact.state === "outgoing" ? conversation.peer : core.state.identity.account;
  if (contact.state !== "outgoing" && contact.state !== "incoming" && contact.state !== "accepted")
    return undefined;
  return committer === recipient ? { ...contact, state: "accepted" } : undefined;
}
