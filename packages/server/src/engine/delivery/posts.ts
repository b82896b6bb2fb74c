/** Application messages: only members, only in the current epoch, in order, each stored once for every other mailbox. */
import type { MailboxId } from "@sotto/protocol";
import type { DeviceRecord, GroupRecord, Recipient } from "../../ports/records.ts";
import type { Done, PostItem, PostsRequest, RequestValues } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSender } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import type { MessagePacker } from "../frames/entryFrame.ts";
import { messagePacker } from "../frames/entryFrame.ts";
import { deliver, hasRoom, MAX_CIPHERTEXT_BYTES, rememberCounter } from "./deliver.ts";
import { tellMissed } from "./fullMailboxes.ts";

const DONE: Result<Done> = accepted({});

/** RLY-7: after a refusal every post is refused until one that resumes. Each post is judged on what the one before has left. */
export function posts(
  tx: StoreTx,
  request: PostsRequest,
  context: RuleContext,
): Result<RequestValues["posts"]> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  const list = deliveryList(tx, request, sender.value);
  const run: Run = { ciphertexts: [], bytes: 0, shortened: new Map() };
  let stopped = request.earlierRefused;
  const results = request.posts.map((item) => {
    const result = stopped && !item.resume ? refused("earlierRefused") : judge(item, list, run, context);
    stopped = !result.ok;
    return result;
  });
  if (list !== undefined && run.ciphertexts.length > 0) store(tx, list, run, context);
  rememberCounter(tx, sender.value, Math.max(0, ...request.posts.map(({ storeCounter }) => storeCounter)));
  return accepted({ results });
}

interface DeliveryList {
  readonly group: GroupRecord;
  readonly others: readonly Recipient[];
  readonly packer: MessagePacker;
}

/** The group and the mailboxes that a post of the sender goes to; `undefined` when it may not post there. */
function deliveryList(
  tx: StoreTx,
  { group: id }: PostsRequest,
  sender: DeviceRecord,
): DeliveryList | undefined {
  const group = tx.group(id);
  const recipients = tx.recipients(id);
  const others = recipients.filter(({ mailbox }) => mailbox !== sender.mailbox);
  if (group === undefined || others.length === recipients.length) return undefined;
  return { group, others, packer: messagePacker(id, group.index) };
}

/** Posts that were accepted and are not stored yet. */
interface Run {
  readonly ciphertexts: Uint8Array[];
  /** Of their entries. */
  bytes: number;
  /** How many of them go to those that have no room for all (RLY-26). */
  readonly shortened: Map<MailboxId, number>;
}

/** Puts the post at the end of the run that will be stored, or says why not. */
function judge(
  { index, ciphertext }: PostItem,
  list: DeliveryList | undefined,
  run: Run,
  context: RuleContext,
): Result<Done> {
  // The same answer for a group that does not exist: ids of other people's groups are nobody's business (RLY-3).
  if (list === undefined) return refused("notMember");
  const { group, others, packer } = list;
  // Before acceptance is looked at: a device that is ahead of a restored server learns it from the index (RLY-3).
  if (index !== group.index) return refused("staleEpoch", { index: group.index });
  if (group.state !== "open") return refused("notAccepted");
  if (ciphertext.length > MAX_CIPHERTEXT_BYTES) return refused("tooLarge");
  const added = { entries: run.ciphertexts.length + 1, bytes: run.bytes + packer.entryBytes(ciphertext) };
  const full = others.filter((recipient) => !hasRoom(recipient, added, context));
  if (full.length > 0 && (group.kind === "pair" || full.length === others.length))
    return refused("mailboxFull");
  // What has no room for this one has none for what follows: the run only grows.
  for (const { mailbox } of full)
    if (!run.shortened.has(mailbox)) run.shortened.set(mailbox, run.ciphertexts.length);
  run.ciphertexts.push(ciphertext);
  run.bytes = added.bytes;
  return DONE;
}

function store(tx: StoreTx, list: DeliveryList, run: Run, context: RuleContext): void {
  const { group, others, packer } = list;
  const { ciphertexts, shortened } = run;
  const whole = others.filter(({ mailbox }) => !shortened.has(mailbox));
  const deliverTo = (count: number, to: readonly Recipient[]): void =>
    deliver(
      tx,
      context,
      { frames: packer.pack(ciphertexts.slice(0, count)), payload: null },
      to.map(({ mailbox }) => mailbox),
    );
  deliverTo(ciphertexts.length, whole);
  for (const { mailbox, missed } of whole) if (missed) tx.setMissed(group.group, mailbox, false);
  for (const recipient of others) {
    const count = shortened.get(recipient.mailbox);
    if (count === undefined) continue;
    if (count > 0) deliverTo(count, [recipient]);
    if (count > 0 || !recipient.missed) tellMissed(tx, context, group.group, recipient);
  }
}
