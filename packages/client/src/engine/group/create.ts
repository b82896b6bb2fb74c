/** Opening a group (GRP-4). */
import type { Charter, ConversationId } from "@sotto/protocol";
import { MAX_GROUP_DEVICES, conversationKeyFault, encodeCharter, idOf, isGroupName } from "@sotto/protocol";
import { conversationKeyId } from "../chain.ts";
import type { ClaimedDevice } from "../claims.ts";
import { settleCreation } from "../contacts.ts";
import type { Command, CommandResult } from "../contract.ts";
import { enterGroup } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit, refusal } from "../core.ts";
import { creationOf, foundGroup } from "../founding.ts";
import type { InvitationChoice } from "../room/invitation.ts";
import { withNewInvitation } from "../room/invitation.ts";
import { newRoom } from "../room/room.ts";
import { claimContact } from "./claim.ts";
import { foundingLines, showLines, withLines } from "./lines.ts";
import { scheduleListCheck } from "./list.ts";
import { factsOf } from "./standing.ts";

/** Opens a group with contacts, stores it, and brings it to the server. */
export function* createGroup(
  core: Core,
  { name, members, key, id: chosen }: Extract<Command, { kind: "createGroup" }>,
): Step<CommandResult> {
  if (!isGroupName(name)) return refusal("badName");
  const keyFault = key && conversationKeyFault(key);
  if (keyFault !== undefined) return refusal("badKey", keyFault);
  const id = chosen ?? idOf<ConversationId>(core.random(16));
  const before = core.state.conversations.get(id);
  // The same command once more: its answer was lost.
  if (before !== undefined)
    return before.facts === null ? refusal("notGroup") : { ok: true, conversation: id };
  const others = new Set(members);
  others.delete(core.state.identity.account);
  const devices: ClaimedDevice[] = [];
  for (const account of others) {
    const claim = yield* claimContact(core, account);
    if ("problem" in claim) return refusal(claim.problem, claim.userName);
    devices.push(...claim.devices);
  }
  if (devices.length >= MAX_GROUP_DEVICES) return refusal("groupFull");
  const { account } = core.state.identity;
  const keyId = key === undefined ? null : conversationKeyId(core.sha256, id, key);
  const charter: Charter = { name, owner: account, admins: [], keyId, room: false };
  return yield* openGroup(core, id, charter, devices, { key });
}

/** What its maker has chosen beside the charter: the key that it names; of a room, its invitation. */
interface GroupChoice extends InvitationChoice {
  readonly key?: Uint8Array | undefined;
}

/** Opens a group, or a room. */
export function* openGroup(
  core: Core,
  id: ConversationId,
  charter: Charter,
  devices: readonly ClaimedDevice[],
  { key, ...invitation }: GroupChoice,
): Step<CommandResult> {
  const { account } = core.state.identity;
  const { keyId } = charter;
  const founding = yield* foundGroup(core, id, charter.room ? "room" : "group", devices, {
    appData: encodeCharter(charter),
    psks: keyId && key ? [{ id: keyId, secret: key }] : [],
  });
  if (founding === undefined) return refusal("noKeyPackage");
  const { group, entry, transaction, secret } = founding;
  if (key !== undefined) transaction.conversationKey(id, key);
  if (secret !== undefined)
    transaction.room(withNewInvitation(core, newRoom(entry.group, id, secret), invitation));
  const facts = factsOf({ charter, members: group.members }, null);
  const entered = enterGroup(core, id, { peer: null, facts }, "active", entry);
  const lined = withLines(core, transaction, entered, foundingLines(account, charter, facts.members));
  transaction.conversation(lined.conversation).pending(creationOf(core, founding));
  yield* commit(core, transaction);
  emit(core, { type: "conversation", conversation: id, change: "created" });
  showLines(core, lined.records);
  scheduleListCheck(core, id);
  const problem = yield* settleCreation(core, entry.group);
  return problem === undefined ? { ok: true, conversation: id } : refusal(problem);
}
