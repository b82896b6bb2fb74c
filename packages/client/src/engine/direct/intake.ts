/** What comes in over a link: frames are judged at once, messages wait for their turn and are stored before they are counted as taken (DIR-7). */
import type { ConversationId } from "@sotto/protocol";
import { decodeDirectFrame, encodeDirectFrame } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { receiveDirect } from "../messages.ts";
import { enqueueDispatch } from "../posts.ts";
import { settleReceipt } from "../receipts.ts";
import { act, giveUp } from "./calls.ts";
import { carry, onTaken } from "./carry.ts";
import type { DirectLink } from "./state.ts";
import { openLink } from "./state.ts";

/** Messages decrypted in one operation and stored in one transaction. */
const TAKE_BATCH = 128;
/** Twice what the other side may send of messages, those that wait for a handshake included: receipts come beside them. */
const MAX_WAITING = 512;

export function onFrame(core: Core, link: DirectLink, bytes: Uint8Array): void {
  const frame = decodeDirectFrame(bytes);
  link.silentPings = 0;
  switch (frame?.type) {
    case "message":
      link.inbox.push(frame);
      if (link.inbox.length > MAX_WAITING) return giveUp(core, link, undefined);
      return enqueueTaking(core, link.conversation);
    case "taken": {
      const settled = onTaken(link, frame.count);
      if (settled === undefined) return giveUp(core, link, undefined);
      for (const body of settled) settleReceipt(core, link.conversation, body);
      // At once what is stored and waits for nothing else: a job that encrypts hundreds of later ones may be under way.
      carry(core, link.conversation);
      return enqueueDispatch(core, link.conversation);
    }
    case "ping":
      return sendFrame(core, link, encodeDirectFrame({ type: "pong" }));
    case "pong":
      link.isDoubted = false;
      return;
    case undefined:
      return giveUp(core, link, undefined);
  }
}

export function sendFrame(core: Core, link: DirectLink, frame: Uint8Array): void {
  act(core, link, { do: "send", channel: "messages", frame });
}

/** Takes in what has come over the link, as far as its epochs are reached. */
export function enqueueTaking(core: Core, id: ConversationId): void {
  const link = openLink(core, id);
  if (link !== undefined && link.inbox.length > 0)
    core.enqueue({ key: `take/${id}`, run: () => takeNext(core, id) });
}

function* takeNext(core: Core, id: ConversationId): Step<void> {
  const link = openLink(core, id);
  const conversation = core.state.conversations.get(id);
  if (link === undefined || conversation === undefined) return;
  const { inbox } = link;
  const end = inbox.findIndex(({ index }, i) => i >= TAKE_BATCH || index > conversation.headIndex);
  const run = inbox.slice(0, end === -1 ? inbox.length : end);
  // The handshake that makes their epoch is on its way.
  if (run.length === 0) return;
  yield* receiveDirect(core, id, link.group, run);
  inbox.splice(0, run.length);
  link.received += run.length;
  if (core.live.links.get(id) !== link) return;
  sendFrame(core, link, encodeDirectFrame({ type: "taken", count: link.received }));
  enqueueTaking(core, id);
}
