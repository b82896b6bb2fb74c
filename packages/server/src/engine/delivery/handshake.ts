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
import { asEntry, judgeEntry } from "../rooms/enter.ts";
import { payloadBody } from "../frames/entryFrame.ts";
import { deliver, hasRoom, rememberCounter, usageOf } from "./deliver.ts";
import { tellDeparted } from "./departed.ts";
import { tellLeftOut } from "./fullMailboxes.ts";
import { checkParts } from "./handshakeParts.ts";
import { mayAdd } from "./mayAdd.ts";
import { notifyPair } from "./pairs.ts";

export function handshake(
  tx: StoreTx,
  request: HandshakeRequest,
  context: RuleContext,
): Result<RequestValues["handshake"]> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  const device = sender.value;
  const { index } = request;
  const group = tx.group(request.group);
  if (group === undefined) return refused("notMember");
  const hash = context.crypto.sha256(request.parts.handshake);
  // Asked before membership: the first answer may be lost although the commit took its own sender off the list.
  if (isRepetition(group, index, device.mailbox, hash)) return accepted({ index });

  const present = tx.recipients(group.group);
  if (present.some(({ mailbox }) => mailbox === device.mailbox)) {
    const added = judge(tx, request, group, present, device);
    return added.ok ? take(tx, request, group, added.value, device, hash, context) : added;
  }
  const entry = judgeEntry(tx, request, group, present, device, context);
  if (!entry.ok) return entry;
  // From here on it is as if it had been on the list: it gets its own handshake with the others.
  tx.addMember(group.group, device.mailbox);
  return take(tx, asEntry(request, device.mailbox), group, [], device, hash, context);
}

/** Carries out a handshake that may take its index, unless there is no room for it. Its sender is on the list. */
function take(
  tx: StoreTx,
  request: HandshakeRequest,
  group: GroupRecord,
  added: readonly DeviceRecord[],
  device: DeviceRecord,
  hash: Uint8Array,
  context: RuleContext,
): Result<RequestValues["handshake"]> {
  const { parts, index } = request;
  const before = tx.recipients(group.group);
  const bodies = bodiesOf(request, group, hash, context);
  const full = withoutRoom(tx, request, before, added, bodies, context);
  // In a group only the sender's own mailbox holds a handshake up: it would not learn that its commit has taken effect (RLY-26).
  const isHeldUp = group.kind === "pair" ? full.size > 0 : full.has(device.mailbox);
  if (isHeldUp) return refused("mailboxFull");

  const next: GroupRecord = {
    ...group,
    state: group.state === "pending" ? "open" : group.state,
    index,
    lastHash: hash,
    lastMailbox: device.mailbox,
    doorHash: parts.doorHash ?? group.doorHash,
    doorIndex: parts.doorHash === null ? group.doorIndex : index,
  };
  tx.updateGroup(next);
  // The secret that the password opens has gone with the door (ROOM-6).
  if (parts.doorHash !== null) tx.dropRoom(group.group);
  const { sealedGroupInfo: sealed } = parts;
  if (sealed !== null) tx.putGroupInfo(group.group, { index, sealed, by: device.account });
  const gone = changeList(tx, request, before, full);
  store(tx, request, before, full, bodies, context);
  if (group.kind === "pair")
    for (const mailbox of [...parts.removed, ...parts.added]) tx.dropAbsentee(group.group, mailbox);
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

/** The devices of the added mailboxes if the handshake of a member may take its index. */
function judge(
  tx: StoreTx,
  { index, parts }: HandshakeRequest,
  group: GroupRecord,
  before: readonly Recipient[],
  sender: DeviceRecord,
): Result<readonly DeviceRecord[]> {
  if (index !== group.index + 1) return refused("staleEpoch", { index: group.index });
  const unanswered = group.state === "pending" && sender.account === group.creator;
  if (unanswered || group.state === "declined") return refused("notAccepted");
  const checked = checkParts(tx, parts, mailboxesOf(before));
  if (!checked.ok) return checked;
  const stranger = checked.value.some(({ account }) => account !== group.creator && account !== group.peer);
  if (group.kind === "pair" && stranger) return refused("forbidden", { detail: "a pair has two accounts" });
  if (group.kind === "pair" || checked.value.length === 0) return checked;
  const present = before.map(({ account }) => account);
  const allowed = mayAdd(tx, sender.account, checked.value, present);
  return allowed.ok ? checked : allowed;
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

/** Mailboxes without room for what they would get. One that this handshake removes gets its last entry whatever waits there. */
function withoutRoom(
  tx: StoreTx,
  { parts }: HandshakeRequest,
  before: readonly Recipient[],
  added: readonly DeviceRecord[],
  { handshake, welcome }: Bodies,
  context: RuleContext,
): ReadonlySet<MailboxId> {
  const staying = before.filter(({ mailbox }) => !parts.removed.includes(mailbox));
  const unreached = staying.filter((recipient) => !hasRoom(recipient, usageOf(handshake), context, 2));
  const unwelcomed =
    welcome === null
      ? []
      : added
          .filter(({ mailbox }) => parts.welcomeTo.includes(mailbox))
          .filter(({ mailbox }) => !hasRoom(tx.usage(mailbox), usageOf(welcome), context, 2));
  return new Set([...unreached, ...unwelcomed].map(({ mailbox }) => mailbox));
}

/**
 * Applies the change as sets: removing a mailbox that left by itself meanwhile, or adding one that is there, is no error (RLY-6); full ones
 * stay off. Returns the mailboxes that are no longer on the list.
 */
function changeList(
  tx: StoreTx,
  { group, parts }: HandshakeRequest,
  before: readonly Recipient[],
  full: ReadonlySet<MailboxId>,
): readonly MailboxId[] {
  const isOff = (mailbox: MailboxId): boolean => parts.removed.includes(mailbox) || full.has(mailbox);
  const removed = mailboxesOf(before).filter(isOff);
  const kept = mailboxesOf(before).filter((mailbox) => !isOff(mailbox));
  const added = parts.added.filter((mailbox) => !full.has(mailbox));
  for (const mailbox of removed) tx.removeMember(group, mailbox);
  for (const mailbox of added) if (!kept.includes(mailbox)) tx.addMember(group, mailbox);
  return removed.filter((mailbox) => !added.includes(mailbox));
}

/** Call after the list has changed: the handshake goes to all who were on it, and what follows to those who are. */
function store(
  tx: StoreTx,
  { group, parts }: HandshakeRequest,
  before: readonly Recipient[],
  full: ReadonlySet<MailboxId>,
  bodies: Bodies,
  context: RuleContext,
): void {
  const dropped = mailboxesOf(before).filter(
    (mailbox) => full.has(mailbox) && !parts.removed.includes(mailbox),
  );
  const reached = mailboxesOf(before).filter((mailbox) => !dropped.includes(mailbox));
  deliver(tx, context, bodies.handshake, reached);
  if (bodies.welcome !== null)
    deliver(
      tx,
      context,
      bodies.welcome,
      parts.welcomeTo.filter((mailbox) => !full.has(mailbox)),
    );
  if (full.size === 0) return;
  const remaining = mailboxesOf(tx.recipients(group));
  for (const mailbox of dropped) tellLeftOut(tx, context, group, mailbox);
  for (const mailbox of full) tellDeparted(tx, context, group, mailbox, remaining);
}

function mailboxesOf(recipients: readonly Recipient[]): readonly MailboxId[] {
  return recipients.map(({ mailbox }) => mailbox);
}
