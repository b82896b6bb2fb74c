/** Welcomes that need a key which this device does not have yet (PSK-5): which of them wait, and how one is given up. */
import type { WelcomeEntry } from "@sotto/protocol";
import { HASH_BYTES } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { commit, emit } from "../core.ts";
import { enqueueLeave } from "../leaving.ts";
import type { WaitingWelcome } from "../records/waiting.ts";
import type { StoredState } from "../state.ts";
import type { Transaction } from "../transaction.ts";

/** Anybody can send a Welcome that names a key: nothing in it can be verified without. */
const MAX_WAITING = 32;

/** The group that is to carry the conversation as soon as its key is entered. */
export function waitingFor(
  { waiting }: Pick<StoredState, "waiting">,
  id: WaitingWelcome["conversation"],
): WaitingWelcome | undefined {
  return [...waiting.values()].find(({ conversation }) => conversation === id);
}

/** Stores the Welcome with the transaction. False, with nothing stored: it is not to wait. */
export function* waitForKey(
  core: Core,
  transaction: Transaction,
  { group, conversation, index, handshakeHash }: WelcomeEntry,
  keyId: Uint8Array,
  welcome: Uint8Array,
): Step<boolean> {
  const { waiting } = core.state;
  const before = waiting.get(group);
  if (before !== undefined && before.index >= index) {
    // A repetition.
    yield* commit(core, transaction);
    return true;
  }
  const other = waitingFor(core.state, conversation);
  const isTaken = other !== undefined && other.group !== group;
  if (keyId.length !== HASH_BYTES || isTaken || (before === undefined && waiting.size >= MAX_WAITING))
    return false;
  if (before !== undefined) transaction.dropWaiting(before);
  const facts = { group, conversation, index, handshakeHash, welcome, keyId };
  transaction.entered(group).waiting({ ...facts, sinceMs: core.now(), entries: 0, sizeBytes: 0 });
  yield* commit(core, transaction);
  emit(core, { type: "conversation", conversation, change: "needsKey" });
  return true;
}

/** The device does not wait any more, and gets off the group's delivery list. */
export function* giveUp(core: Core, transaction: Transaction, waiting: WaitingWelcome): Step<void> {
  yield* commit(core, transaction.dropWaiting(waiting).leaving(waiting.group));
  enqueueLeave(core, waiting.group);
  emit(core, { type: "conversation", conversation: waiting.conversation, change: "ended" });
}
