/** Opening a room, and its invitation as its owner and admins change it (ROOM-14, ROOM-17). */
import type { Charter, ConversationId } from "@sotto/protocol";
import { idOf, isGroupName } from "@sotto/protocol";
import type { Command, CommandResult } from "../contract.ts";
import type { Core, Step } from "../core.ts";
import { TryLater, commit, refusal } from "../core.ts";
import { openGroup } from "../group/create.ts";
import { standingOf } from "../group/standing.ts";
import { loadGroup } from "../groups.ts";
import { Transaction } from "../transaction.ts";
import { isRoomPassword, roomPasswordOf } from "./code.ts";
import { emitChanged, withNewInvitation } from "./invitation.ts";
import { isRoom, roomOf, tends } from "./room.ts";
import { enqueueRoom, tendRoom } from "./tend.ts";

const WEAK = "12 characters or more for a room";

export function* createRoom(
  core: Core,
  { name, password, linkRequired, id: chosen }: Extract<Command, { kind: "createRoom" }>,
): Step<CommandResult> {
  if (!isGroupName(name)) return refusal("badName");
  const meant = password === undefined ? undefined : roomPasswordOf(password);
  if (meant !== undefined && !isRoomPassword(meant)) return refusal("weakPassword", WEAK);
  const id = chosen ?? idOf<ConversationId>(core.random(16));
  const before = core.state.conversations.get(id);
  // The same command once more: its answer was lost.
  if (before !== undefined) return isRoom(before) ? { ok: true, conversation: id } : refusal("notRoom");
  const { account } = core.state.identity;
  const charter: Charter = { name, owner: account, admins: [], keyId: null, room: true };
  const choice = { password: meant, linkRequired };
  const opened = yield* openGroup(core, id, charter, [], choice);
  if (opened.ok) yield* tendNow(core, id);
  return opened;
}

export function* renewInvitation(
  core: Core,
  { conversation: id, password, linkRequired }: Extract<Command, { kind: "renewInvitation" }>,
): Step<CommandResult> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refusal("unknownConversation");
  const room = roomOf(core.state, conversation);
  if (!isRoom(conversation)) return refusal("notRoom");
  if (conversation.state !== "active" || conversation.group === null || room === undefined)
    return refusal("conversationEnded", conversation.state);
  const standing = standingOf(yield* loadGroup(core, conversation.group));
  if (standing === undefined || !tends(core, standing)) return refusal("notAllowed");
  const meant = password === undefined ? undefined : roomPasswordOf(password);
  if (meant !== undefined && !isRoomPassword(meant)) return refusal("weakPassword", WEAK);
  const renewed = withNewInvitation(core, room, { password: meant, linkRequired });
  yield* commit(core, new Transaction().room(renewed));
  emitChanged(core, id);
  yield* tendNow(core, id);
  return { ok: true, conversation: id };
}

/** The server has the invitation when the command is answered, if it can be reached; else as soon as it can. */
function* tendNow(core: Core, id: ConversationId): Step<void> {
  try {
    yield* tendRoom(core, id);
  } catch (failure) {
    if (!(failure instanceof TryLater)) throw failure;
    enqueueRoom(core, id);
  }
}
