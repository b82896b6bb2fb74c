/** Commits of a group as its members take them (GRP-7): judged by the policy, and shown. */
import type { EpochChange, MlsGroup } from "@sotto/crypto";
import { decodeCharter } from "@sotto/protocol";
import { takenByServer, withOpenBase } from "../bases.ts";
import { commitEnd } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit } from "../core.ts";
import { forgetLeft } from "../leaving.ts";
import { advanceGroup } from "../receipts.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import { enterRoomEpoch } from "../room/room.ts";
import type { Transaction } from "../transaction.ts";
import { linesOf, showLines, withLines } from "./lines.ts";
import { keysDiffer, noteKeys } from "./people.ts";
import { wishesAfter } from "./plan.ts";
import { policyFault } from "./policy.ts";
import { factsOf, sameFacts, standingOf } from "./standing.ts";
import { wishesOf } from "./wishState.ts";

/** Whether the members take a commit that leads from `before` to that app data. */
export function isAllowed(before: MlsGroup, change: EpochChange, appData: Uint8Array | null): boolean {
  const standing = standingOf(before);
  const charter = appData === null ? undefined : decodeCharter(appData);
  return (
    standing !== undefined && charter !== undefined && policyFault(standing, change, charter) === undefined
  );
}

/** Stores the epoch behind an allowed commit, and shows what it has changed. False: this device is out. */
export function* enterGroupEpoch(
  core: Core,
  transaction: Transaction,
  next: ConversationRecord,
  {
    before,
    after,
    change,
  }: { readonly before: MlsGroup; readonly after: MlsGroup; readonly change: EpochChange },
): Step<boolean> {
  const [from, to] = [standingOf(before), standingOf(after)];
  if (next.facts === null || from === undefined || to === undefined)
    throw new Error("a group of people has lost its charter");
  // Who leaves is shown nothing any more.
  const isLeaving = next.state === "ended";
  if (isLeaving && !after.active) {
    yield* forgetLeft(core, transaction, next);
    return false;
  }
  const committer = change.committer?.credential.account ?? core.state.identity.account;
  const lines = isLeaving ? [] : linesOf(from, change, to.charter, committer);
  const lined = withLines(core, transaction, next, lines);
  if (!after.active) {
    yield* commitEnd(core, transaction.wishes(next.id, []), lined.conversation);
    showLines(core, lined.records);
    return false;
  }
  // What the server does not have yet still goes to those who are new.
  const facts = factsOf(to, { facts: next.facts, lastCounter: takenByServer(core.state, next) });
  const isUninvited = yield* enterRoomEpoch(core, transaction, next, { after, standing: to, change });
  const changed = keysDiffer(core, change.added);
  noteKeys(transaction, changed);
  const isOwn = change.committer?.credential.device === core.state.identity.device;
  transaction.wishes(next.id, wishesAfter(wishesOf(core.state, next.id), change, isOwn, core.now()));
  const entered = change.added.length > 0 ? withOpenBase(lined.conversation) : lined.conversation;
  const advanced = advanceGroup(core, transaction, { ...entered, facts, keysRenewedAtMs: core.now() });
  yield* commit(core, transaction.conversation(advanced.conversation));
  for (const event of advanced.events) emit(core, event);
  if (isLeaving) return true;
  const show = (what: "keysRenewed" | "members" | "keysChanged" | "invitationChanged"): void =>
    emit(core, { type: "conversation", conversation: next.id, change: what });
  show("keysRenewed");
  if (!sameFacts(next.facts, facts)) show("members");
  if (changed.length > 0) show("keysChanged");
  if (isUninvited) show("invitationChanged");
  showLines(core, lined.records);
  return true;
}
