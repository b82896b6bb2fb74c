/** Application messages: only members, only in the current epoch, in order, each stored once for every other mailbox. */
import type { DeviceRecord } from "../../ports/records.ts";
import type { Done, PostItem, PostsRequest, RequestValues } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSender } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { wholeBody } from "../frames/entryFrame.ts";
import { bodySize, deliver, hasRoom, MAX_CIPHERTEXT_BYTES, rememberCounter } from "./deliver.ts";

/** RLY-7: after a refusal every post is refused until one that resumes. Each post is judged on what the one before has left. */
export function posts(
  tx: StoreTx,
  request: PostsRequest,
  context: RuleContext,
): Result<RequestValues["posts"]> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  let stopped = request.earlierRefused;
  const results = request.posts.map((item) => {
    const result =
      stopped && !item.resume ? refused("earlierRefused") : post(tx, request, item, sender.value, context);
    stopped = !result.ok;
    return result;
  });
  rememberCounter(tx, sender.value, Math.max(0, ...request.posts.map(({ storeCounter }) => storeCounter)));
  return accepted({ results });
}

function post(
  tx: StoreTx,
  { group: id }: PostsRequest,
  item: PostItem,
  sender: DeviceRecord,
  context: RuleContext,
): Result<Done> {
  const group = tx.group(id);
  const recipients = tx.recipients(id);
  // The same answer for a group that does not exist: ids of other people's groups are nobody's business (RLY-3).
  if (group === undefined || !recipients.some(({ mailbox }) => mailbox === sender.mailbox))
    return refused("notMember");
  // Before acceptance is looked at: a device that is ahead of a restored server learns it from the index (RLY-3).
  if (item.index !== group.index) return refused("staleEpoch", { index: group.index });
  if (group.state !== "open") return refused("notAccepted");
  if (item.ciphertext.length > MAX_CIPHERTEXT_BYTES) return refused("tooLarge");
  const others = recipients.filter(({ mailbox }) => mailbox !== sender.mailbox);
  const body = wholeBody({ type: "message", group: id, index: item.index, ciphertext: item.ciphertext });
  if (!others.every((recipient) => hasRoom(recipient, bodySize(body), context)))
    return refused("mailboxFull");
  deliver(
    tx,
    context,
    body,
    others.map(({ mailbox }) => mailbox),
  );
  return accepted({});
}
