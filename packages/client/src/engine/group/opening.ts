/**
 * Groups whose Welcome waits for a key (PSK-5): all that comes of them is kept, and, when the key has been entered, taken in as if it came now.
 */
import type { DepartedEntry, GroupId, HandshakeEntry, MailboxEntry, WelcomeEntry } from "@sotto/protocol";
import { bytesEqual, conversationKeyFault } from "@sotto/protocol";
import { conversationKeyId } from "../chain.ts";
import type { Command, CommandResult } from "../contract.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit, read, refusal } from "../core.ts";
import { fetchPayload, receiveHandshake } from "../handshakes.ts";
import { receiveMessages } from "../messages.ts";
import { TABLE } from "../records/table.ts";
import type { KeptEntry, WaitingWelcome } from "../records/waiting.ts";
import { decodeKept } from "../records/waiting.ts";
import { DamagedRecordError, waitingEntryKey } from "../state.ts";
import { Transaction } from "../transaction.ts";
import { receiveDeparted } from "../welcomes.ts";
import { receiveGroupWelcome } from "./enter.ts";
import { giveUp, waitingFor } from "./waiting.ts";

/** What is kept of one group. One that has more to say, with nobody entering the key, is left; its members put the device in anew (GRP-8). */
const MAX_KEPT_ENTRIES = 5_000;
const MAX_KEPT_BYTES = 2 ** 25;

/** Entries that are read back at once. */
const BATCH = 128;

/** Keeps a run of entries of a group that waits. */
export function* keepEntries(
  core: Core,
  waiting: WaitingWelcome,
  run: readonly Exclude<MailboxEntry, WelcomeEntry>[],
): Step<void> {
  const transaction = new Transaction().cursor(run.at(-1)?.sequence ?? core.state.position.cursor);
  const kept: KeptEntry[] = [];
  for (const entry of run) {
    const whole = entry.type === "missed" ? undefined : yield* wholeEntry(core, entry);
    // Without it nothing that follows can be read.
    if (whole === undefined) return yield* giveUp(core, transaction, waiting);
    kept.push(whole);
  }
  const isFull = waiting.entries + kept.length > MAX_KEPT_ENTRIES || waiting.sizeBytes > MAX_KEPT_BYTES;
  if (isFull) return yield* giveUp(core, transaction, waiting);
  yield* commit(core, transaction.waiting(waiting, kept));
}

/** With its bytes: the server forgets them when the entry is acknowledged. */
function* wholeEntry(
  core: Core,
  entry: KeptEntry | HandshakeEntry | DepartedEntry,
): Step<KeptEntry | undefined> {
  if (entry.type !== "handshake") return entry;
  const inline = yield* fetchPayload(core, entry.handshake);
  return inline && { ...entry, handshake: { inline } };
}

/** The user has got a conversation's key. A wrong one is told apart by its name, before anything is tried. */
export function* setKey(
  core: Core,
  { conversation: id, key }: Extract<Command, { kind: "setConversationKey" }>,
): Step<CommandResult> {
  const fault = conversationKeyFault(key);
  if (fault !== undefined) return refusal("badKey", fault);
  const waiting = waitingFor(core.state, id);
  const facts = core.state.conversations.get(id)?.facts;
  if (waiting === undefined && facts == null) return refusal("unknownConversation");
  const keyId = waiting?.keyId ?? facts?.charter.keyId ?? null;
  if (keyId === null) return refusal("keyNotNeeded");
  if (!bytesEqual(keyId, conversationKeyId(core.sha256, id, key))) return refusal("wrongKey");
  yield* commit(core, new Transaction().conversationKey(id, key));
  if (waiting !== undefined) {
    emit(core, { type: "conversation", conversation: id, change: "members" });
    enqueueWaiting(core, waiting.group);
  }
  return { ok: true, conversation: id };
}

/** Enters the groups whose key is here. */
export function enqueueAllWaiting(core: Core): void {
  for (const group of core.state.waiting.keys()) enqueueWaiting(core, group);
}

function enqueueWaiting(core: Core, group: GroupId): void {
  core.enqueue({ key: `waiting/${group}`, run: () => takeWaiting(core, group) });
}

function* takeWaiting(core: Core, group: GroupId): Step<void> {
  const waiting = core.state.waiting.get(group);
  if (waiting === undefined || !core.state.conversationKeys.has(waiting.conversation)) return;
  // It may have been entered, and the process have died before the rest was taken in: that is no harm, since what has come before is passed over.
  if (!core.state.conversationOfGroup.has(group))
    yield* receiveGroupWelcome(core, new Transaction(), entryOf(waiting));
  if (core.state.conversationOfGroup.has(group)) yield* takeEntries(core, waiting);
  else emit(core, { type: "conversation", conversation: waiting.conversation, change: "ended" });
  yield* commit(core, new Transaction().dropWaiting(waiting));
}

function entryOf({ group, conversation, index, handshakeHash, welcome }: WaitingWelcome): WelcomeEntry {
  const facts = { group, conversation, index, handshakeHash } as const;
  return {
    type: "welcome",
    sequence: 0,
    kind: "group",
    predecessor: null,
    welcome: { inline: welcome },
    ...facts,
  };
}

/** All that was kept, in its order. The mailbox stays where it is. */
function* takeEntries(core: Core, { group, entries }: WaitingWelcome): Step<void> {
  for (let from = 0; from < entries; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, entries - from) }, (_, i) => from + i);
    const keys = numbers.map((number) => waitingEntryKey(group, number));
    for (const bytes of yield* read(TABLE.waitingEntry, keys)) {
      const kept = bytes && decodeKept(bytes);
      if (kept === undefined) throw new DamagedRecordError(TABLE.waitingEntry);
      yield* takeEntry(core, kept);
    }
  }
}

function takeEntry(core: Core, kept: KeptEntry): Step<void> {
  const { cursor: sequence } = core.state.position;
  switch (kept.type) {
    case "message":
      return receiveMessages(core, [{ ...kept, sequence }]);
    case "handshake":
      return receiveHandshake(core, { ...kept, sequence });
    case "departed":
      return receiveDeparted(core, { ...kept, sequence });
  }
}
