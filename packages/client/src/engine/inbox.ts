/** Works off the mailbox entries in order, a run of messages of one group at a time. */
import type { MailboxEntry, MessageEntry, WelcomeEntry } from "@sotto/protocol";
import { sendAck } from "./connection.ts";
import type { Core, Step } from "./core.ts";
import { keepEntries } from "./group/opening.ts";
import { enqueueStepsOff } from "./group/undecided.ts";
import { receiveHandshake } from "./handshakes.ts";
import { enqueueLeave } from "./leaving.ts";
import { receiveMessages } from "./messages.ts";
import { receiveMissed } from "./missed.ts";
import { adoptStore } from "./restored.ts";
import { enqueueJoin, isJoining, receiveWhileJoining } from "./room/join.ts";
import { receiveDeparted, receiveWelcome } from "./welcomes.ts";

/** Messages decrypted in one operation and stored in one transaction. */
export const RECEIVE_BATCH = 128;

/** One unit of the inbox, then the others' turn. */
export function enqueueInbox(core: Core): void {
  if (core.live.inbox.length > 0) core.enqueue({ key: "inbox", run: () => receiveNext(core) });
}

function* receiveNext(core: Core): Step<void> {
  yield* adoptStore(core);
  const { inbox } = core.live;
  const [first] = inbox;
  if (first === undefined) return;
  const run = first.type === "message" ? messageRun(inbox, first) : [first];
  yield* receive(core, first, run);
  // Acknowledged only now that the transaction is durable.
  inbox.splice(0, run.length);
  sendAck(core);
  enqueueInbox(core);
  // Those have waited for it.
  if (inbox.length > 0) return;
  for (const group of core.state.leaving) enqueueLeave(core, group);
  for (const { group, reason } of core.state.pending.values())
    if (reason === "join") enqueueJoin(core, group);
  enqueueStepsOff(core);
}

function receive(core: Core, first: MailboxEntry, run: readonly MailboxEntry[]): Step<void> {
  const waiting = core.state.waiting.get(first.group);
  if (waiting !== undefined && first.type !== "welcome")
    return keepEntries(core, waiting, run as readonly Exclude<MailboxEntry, WelcomeEntry>[]);
  switch (first.type) {
    case "message":
      return receiveMessages(core, run as readonly MessageEntry[]);
    case "handshake":
      return isJoining(core, first.group) ? receiveWhileJoining(core, first) : receiveHandshake(core, first);
    case "welcome":
      return receiveWelcome(core, first);
    case "departed":
      return receiveDeparted(core, first);
    case "missed":
      return receiveMissed(core, first);
  }
}

function messageRun(inbox: readonly MailboxEntry[], first: MessageEntry): readonly MailboxEntry[] {
  const end = inbox.findIndex(
    (entry, i) => i >= RECEIVE_BATCH || entry.type !== "message" || entry.group !== first.group,
  );
  return inbox.slice(0, end === -1 ? inbox.length : end);
}
