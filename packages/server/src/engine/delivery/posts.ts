/** Application messages: only members, only in the current epoch, in order, each stored once for every other mailbox. */
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
  const run: Run = { ciphertexts: [], bytes: 0 };
  let stopped = request.earlierRefused;
  const results = request.posts.map((item) => {
    const result = stopped && !item.resume ? refused("earlierRefused") : judge(item, list, run, context);
    stopped = !result.ok;
    return result;
  });
  if (list !== undefined && run.ciphertexts.length > 0) {
    const to = list.others.map(({ mailbox }) => mailbox);
    deliver(tx, context, { frames: list.packer.pack(run.ciphertexts), payload: null }, to);
  }
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
  if (!others.every((recipient) => hasRoom(recipient, added, context))) return refused("mailboxFull");
  run.ciphertexts.push(ciphertext);
  run.bytes = added.bytes;
  return DONE;
}
