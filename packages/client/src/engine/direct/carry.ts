/** What goes out over a link: messages in order from the first that is not confirmed, receipts between them, no more than the other side takes (DIR-6, DIR-8). */
import type { ConversationId, ReceiptBody } from "@sotto/protocol";
import { encodeDirectFrame } from "@sotto/protocol";
import { isSealed, unconfirmedOf } from "../conversations.ts";
import type { Core } from "../core.ts";
import { leftOfSpan, setTimer } from "../core.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { OutboxRecord } from "../records/outbox.ts";
import { routeOf } from "./route.ts";
import type { DirectLink } from "./state.ts";
import { openLink, tellPath } from "./state.ts";

const MAX_WINDOW_FRAMES = 256;
const MAX_WINDOW_BYTES = 1024 * 1024;
/** A message that is not confirmed for so long goes by the relay, too. */
const CONFIRM_MS = 3000;

/** Sends what is encrypted under the current epoch and has not gone over the link, if messages go this way now. */
export function carry(core: Core, id: ConversationId): void {
  const conversation = core.state.conversations.get(id);
  const link = openLink(core, id);
  if (conversation === undefined || link === undefined || routeOf(core, conversation) !== "direct") return;
  for (const record of uncarried(core, conversation, link)) {
    if (!isSealed(record, conversation)) return;
    sendMessage(core, link, conversation, record.ciphertext);
    link.carriedThrough = record.order;
    link.carried = [...link.carried, { counter: record.counter, sinceMs: core.now() }];
    setTimer(core, "links", CONFIRM_MS);
  }
}

/** The first messages that the link has still to carry, as many as the other side takes now. */
export function uncarried(
  core: Core,
  conversation: ConversationRecord,
  link: DirectLink,
): readonly OutboxRecord[] {
  if (link.carriedIndex !== conversation.headIndex) beginAnew(link, conversation.headIndex);
  const found: OutboxRecord[] = [];
  let bytes = link.window.reduce((sum, size) => sum + size, 0);
  for (const record of unconfirmedOf(core.state, conversation.id)) {
    if (record.order <= link.carriedThrough) continue;
    if (link.window.length + found.length >= MAX_WINDOW_FRAMES || bytes >= MAX_WINDOW_BYTES) break;
    bytes += record.ciphertext?.length ?? 0;
    found.push(record);
  }
  return found;
}

/** The other side may not have what went before the new epoch: keys of the old one are soon gone. */
function beginAnew(link: DirectLink, index: number): void {
  Object.assign(link, { carriedIndex: index, carriedThrough: 0, carried: [], overdue: false });
}

/** A receipt over the link; it is settled when the other side has stored it. */
export function carryReceipt(
  core: Core,
  link: DirectLink,
  conversation: ConversationRecord,
  ciphertext: Uint8Array,
  body: ReceiptBody,
): void {
  sendMessage(core, link, conversation, ciphertext);
  link.receipts = [...link.receipts, { frame: link.sent, body }];
}

/** The other side has stored so many frames. Returns the receipts among them, or `undefined` for a count that cannot be. */
export function onTaken(link: DirectLink, count: number): readonly ReceiptBody[] | undefined {
  if (count < link.taken || count > link.sent) return undefined;
  link.window.splice(0, count - link.taken);
  link.taken = count;
  const settled = link.receipts.filter(({ frame }) => frame <= count);
  link.receipts = link.receipts.filter(({ frame }) => frame > count);
  return settled.map(({ body }) => body);
}

/** The other side's receipts have come: what they confirm is not waited for. True when messages rely on the link again. */
export function onConfirmed(core: Core, { id, delivered }: ConversationRecord): boolean {
  const link = core.live.links.get(id);
  if (link === undefined) return false;
  link.carried = link.carried.filter(({ counter }) => counter > delivered);
  if (!link.overdue || link.carried.length > 0) return false;
  link.overdue = false;
  tellPath(core, id);
  return true;
}

/** True when a message has just become overdue; otherwise the timer is set for the one that waits longest. */
export function findsOverdue(core: Core, link: DirectLink): boolean {
  const [first] = link.carried;
  if (first === undefined || link.overdue) return false;
  const leftMs = leftOfSpan(core, first.sinceMs, CONFIRM_MS);
  if (leftMs > 0) setTimer(core, "links", leftMs);
  else {
    link.overdue = true;
    tellPath(core, link.conversation);
  }
  return link.overdue;
}

function sendMessage(
  core: Core,
  link: DirectLink,
  { headIndex: index }: ConversationRecord,
  ciphertext: Uint8Array,
): void {
  const frame = encodeDirectFrame({ type: "message", group: link.group, index, ciphertext });
  link.sent++;
  link.window.push(frame.length);
  core.effect({ type: "link", link: link.number, action: { do: "send", channel: "messages", frame } });
}
