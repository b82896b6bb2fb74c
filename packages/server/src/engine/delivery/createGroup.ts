/**
 * Opens a group (RLY-9). A pair is a contact request: it starts pending, and an account may have only so many of them unanswered. Groups and
 * rooms begin with contacts, and an account may have made only so many of those.
 */
import type { AccountId, MailboxId } from "@sotto/protocol";
import { bytesEqual, MAX_PENDING_REQUESTS } from "@sotto/protocol";
import type { DeviceRecord, GroupRecord } from "../../ports/records.ts";
import type { CreateGroupRequest, RequestValues } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSender } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { payloadBody, wholeBody } from "../frames/entryFrame.ts";
import { deliver, hasRoom, MAX_CIPHERTEXT_BYTES, rememberCounter, usageOf } from "./deliver.ts";
import { tellDeparted } from "./departed.ts";
import { checkParts } from "./handshakeParts.ts";
import { mayAdd } from "./mayAdd.ts";

const FIRST_INDEX = 1;

export function createGroup(
  tx: StoreTx,
  request: CreateGroupRequest,
  context: RuleContext,
): Result<RequestValues["createGroup"]> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  const device = sender.value;
  const { parts } = request;
  const hash = context.crypto.sha256(parts.handshake);
  const existing = tx.group(request.group);
  if (existing !== undefined) {
    const repetition = existing.firstMailbox === device.mailbox && bytesEqual(existing.firstHash, hash);
    return repetition ? accepted({ index: FIRST_INDEX }) : refused("groupExists");
  }
  const checked = judge(tx, request, device, context);
  if (!checked.ok) return checked;
  const group = groupOf(request, device, hash, checked.value);
  if (!store(tx, request, group, device, context)) return refused("mailboxFull");
  rememberCounter(tx, device, parts.storeCounter);
  return accepted({ index: FIRST_INDEX });
}

/** The other account of a pair, null for other kinds. */
function judge(
  tx: StoreTx,
  { kind, firstMessage, parts }: CreateGroupRequest,
  creator: DeviceRecord,
  context: RuleContext,
): Result<AccountId | null> {
  const checked = checkParts(tx, parts, [creator.mailbox]);
  if (!checked.ok) return checked;
  if (parts.removed.length > 0 || parts.added.includes(creator.mailbox)) {
    return refused("badRequest", { detail: "a new group has its creator and the added mailboxes" });
  }
  if (firstMessage !== null && parts.welcome === null)
    return refused("badRequest", { detail: "a first message needs a Welcome" });
  if (firstMessage !== null && firstMessage.length > MAX_CIPHERTEXT_BYTES) return refused("tooLarge");
  if (kind !== "pair") return judgeGroup(tx, creator, checked.value, context);
  const [peer, ...others] = new Set(checked.value.map(({ account }) => account));
  if (peer === undefined || others.length > 0 || peer === creator.account) {
    return refused("badRequest", { detail: "a pair is opened with the devices of one other account" });
  }
  return tx.countPending(creator.account) >= MAX_PENDING_REQUESTS
    ? refused("tooManyRequests")
    : accepted(peer);
}

/** RLY-23, RLY-24. */
function judgeGroup(
  tx: StoreTx,
  { account }: DeviceRecord,
  added: readonly DeviceRecord[],
  { limits, nowMs, settings }: RuleContext,
): Result<null> {
  const allowed = mayAdd(tx, account, added, []);
  if (!allowed.ok) return allowed;
  if (tx.countCreated(account) >= settings.groupsPerAccount)
    return refused("quotaExceeded", { detail: "the account has made as many groups as it may have" });
  return limits.newGroupsByAccount.take(account, nowMs) ? accepted(null) : refused("slowDown");
}

function groupOf(
  request: CreateGroupRequest,
  creator: DeviceRecord,
  hash: Uint8Array,
  peer: AccountId | null,
): GroupRecord {
  const { group, conversation, kind, predecessor, parts } = request;
  return {
    group,
    conversation,
    kind,
    predecessor,
    state: kind === "pair" ? "pending" : "open",
    creator: creator.account,
    peer,
    firstHash: hash,
    firstMailbox: creator.mailbox,
    index: FIRST_INDEX,
    lastHash: hash,
    lastMailbox: creator.mailbox,
    doorHash: parts.doorHash,
    doorIndex: parts.doorHash === null ? 0 : FIRST_INDEX,
  };
}

/** False, with nothing written, when a full mailbox holds it up: the creator's, and in a pair any (RLY-26). */
function store(
  tx: StoreTx,
  { firstMessage, parts }: CreateGroupRequest,
  record: GroupRecord,
  creator: DeviceRecord,
  context: RuleContext,
): boolean {
  const { group, conversation, kind, predecessor, index, firstHash: handshakeHash } = record;
  const first = payloadBody({ type: "handshake", group, index }, parts.handshake, context.crypto);
  const welcomed = [
    parts.welcome &&
      payloadBody(
        { type: "welcome", group, index, conversation, kind, predecessor, handshakeHash },
        parts.welcome,
        context.crypto,
      ),
    firstMessage && wholeBody({ type: "message", group, index, ciphertext: firstMessage }),
  ].filter((body) => body !== null);
  // A request comes from strangers: it gets no more room than messages do.
  const share = kind === "pair" ? 1 : 2;
  const isFull = (mailbox: MailboxId): boolean =>
    !hasRoom(tx.usage(mailbox), usageOf(...welcomed), context, share);
  const full = parts.welcomeTo.filter(isFull);
  const isHeldUp = kind === "pair" && full.length > 0;
  if (isHeldUp || !hasRoom(tx.usage(creator.mailbox), usageOf(first), context, 2)) return false;

  const withRoom = (mailboxes: readonly MailboxId[]): readonly MailboxId[] =>
    mailboxes.filter((mailbox) => !full.includes(mailbox));
  const list = [creator.mailbox, ...withRoom(parts.added)];
  tx.insertGroup(record);
  for (const mailbox of list) tx.addMember(group, mailbox);
  const { sealedGroupInfo: sealed } = parts;
  if (sealed !== null) tx.putGroupInfo(group, { index, sealed, by: creator.account });
  deliver(tx, context, first, [creator.mailbox]);
  for (const body of welcomed) deliver(tx, context, body, withRoom(parts.welcomeTo));
  for (const mailbox of full) tellDeparted(tx, context, group, mailbox, list);
  return true;
}
