/**
 * One handshake per step: compare-and-set on (group, index). Commit, Welcome, sealed group info and the change of the delivery list are one
 * transaction (RLY-5). The server cannot judge a commit; it only orders them.
 */
import { bytesEqual } from "@sotto/protocol";
import type { MailboxId } from "@sotto/protocol";
import type { DeviceRecord, EntryBody, GroupRecord, Recipient } from "../../ports/records.ts";
import type { HandshakeRequest, RequestValues } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSender } from "../authorise.ts";
import { readerLeft, removeBlobsOfGroup } from "../blobs/removal.ts";
import type { RuleContext } from "../context.ts";
import { payloadBody } from "../frames/entryFrame.ts";
import { deliver, hasRoom, rememberCounter, usageOf } from "./deliver.ts";
import { checkParts } from "./handshakeParts.ts";
import { notifyPair } from "./pairs.ts";

export function handshake(
  tx: StoreTx,
  request: HandshakeRequest,
  context: RuleContext,
): Result<RequestValues["handshake"]> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  const device = sender.value;
  const { parts, index } = request;
  const group = tx.group(request.group);
  if (group === undefined) return refused("notMember");
  const hash = context.crypto.sha256(parts.handshake);
  // Asked before membership: the first answer may be lost although the commit took its own sender off the list.
  if (isRepetition(group, index, device.mailbox, hash)) return accepted({ index });

  const before = tx.recipients(group.group);
  const checked = judge(tx, request, group, before, device);
  if (!checked.ok) return checked;
  const bodies = bodiesOf(request, group, hash, context);
  if (!haveRoom(tx, request, before, checked.value, bodies, context)) return refused("mailboxFull");

  const next: GroupRecord = {
    ...group,
    state: group.state === "pending" ? "open" : group.state,
    index,
    lastHash: hash,
    lastMailbox: device.mailbox,
    doorHash: parts.doorHash ?? group.doorHash,
  };
  tx.updateGroup(next);
  if (parts.sealedGroupInfo !== null) tx.putGroupInfo(group.group, index, parts.sealedGroupInfo);
  const gone = changeList(tx, request, before);
  deliver(tx, context, bodies.handshake, mailboxesOf(before));
  if (bodies.welcome !== null) deliver(tx, context, bodies.welcome, parts.welcomeTo);
  for (const mailbox of gone) readerLeft(tx, group.group, mailbox, context);
  if (tx.recipients(group.group).length === 0) {
    removeBlobsOfGroup(tx, group.group, context);
    tx.deleteGroup(group.group);
  }
  if (next.state !== group.state || gone.length + parts.added.length > 0) notifyPair(tx, context, next, gone);
  rememberCounter(tx, device, parts.storeCounter);
  return accepted({ index });
}

/** RLY-5: the same bytes again from the same mailbox for the current index. */
function isRepetition(group: GroupRecord, index: number, mailbox: MailboxId, hash: Uint8Array): boolean {
  return index === group.index && mailbox === group.lastMailbox && bytesEqual(hash, group.lastHash);
}

/** The devices of the added mailboxes if the handshake may take its index. */
function judge(
  tx: StoreTx,
  { index, parts }: HandshakeRequest,
  group: GroupRecord,
  before: readonly Recipient[],
  sender: DeviceRecord,
): Result<readonly DeviceRecord[]> {
  if (!before.some(({ mailbox }) => mailbox === sender.mailbox)) return refused("notMember");
  if (index !== group.index + 1) return refused("staleEpoch", { index: group.index });
  const unanswered = group.state === "pending" && sender.account === group.creator;
  if (unanswered || group.state === "declined") return refused("notAccepted");
  const checked = checkParts(tx, parts, mailboxesOf(before));
  if (!checked.ok) return checked;
  const stranger = checked.value.some(({ account }) => account !== group.creator && account !== group.peer);
  if (group.kind === "pair" && stranger) return refused("forbidden", { detail: "a pair has two accounts" });
  return checked;
}

interface Bodies {
  readonly handshake: EntryBody;
  readonly welcome: EntryBody | null;
}

function bodiesOf(
  { parts, index }: HandshakeRequest,
  group: GroupRecord,
  hash: Uint8Array,
  { crypto }: RuleContext,
): Bodies {
  const { group: id, conversation, kind, predecessor } = group;
  return {
    handshake: payloadBody({ type: "handshake", group: id, index }, parts.handshake, crypto),
    welcome:
      parts.welcome &&
      payloadBody(
        { type: "welcome", group: id, index, conversation, kind, predecessor, handshakeHash: hash },
        parts.welcome,
        crypto,
      ),
  };
}

/** A mailbox that this handshake removes never stops it. */
function haveRoom(
  tx: StoreTx,
  { parts }: HandshakeRequest,
  before: readonly Recipient[],
  added: readonly DeviceRecord[],
  bodies: Bodies,
  context: RuleContext,
): boolean {
  const staying = before.filter(({ mailbox }) => !parts.removed.includes(mailbox));
  const welcomed = added
    .filter(({ mailbox }) => parts.welcomeTo.includes(mailbox))
    .map(({ mailbox }) => tx.usage(mailbox));
  const { handshake, welcome } = bodies;
  return (
    staying.every((recipient) => hasRoom(recipient, usageOf(handshake), context, 2)) &&
    (welcome === null || welcomed.every((usage) => hasRoom(usage, usageOf(welcome), context, 2)))
  );
}

/**
 * Applies the change as sets: removing a mailbox that left by itself meanwhile, or adding one that is there, is no error (RLY-6).
 * Returns the mailboxes that are no longer on the list.
 */
function changeList(
  tx: StoreTx,
  { group, parts }: HandshakeRequest,
  before: readonly Recipient[],
): readonly MailboxId[] {
  const removed = mailboxesOf(before).filter((mailbox) => parts.removed.includes(mailbox));
  const kept = mailboxesOf(before).filter((mailbox) => !parts.removed.includes(mailbox));
  for (const mailbox of removed) tx.removeMember(group, mailbox);
  for (const mailbox of parts.added) if (!kept.includes(mailbox)) tx.addMember(group, mailbox);
  return removed.filter((mailbox) => !parts.added.includes(mailbox));
}

function mailboxesOf(recipients: readonly Recipient[]): readonly MailboxId[] {
  return recipients.map(({ mailbox }) => mailbox);
}
