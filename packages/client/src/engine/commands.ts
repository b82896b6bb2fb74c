/** What the application asks, as jobs that answer it. */
import type { ConversationId } from "@sotto/protocol";
import type { Command, CommandResult, PathMode } from "./contract.ts";
import { acceptContact, addContact, partFrom } from "./contacts.ts";
import type { Core, Step } from "./core.ts";
import { StoreFailed, commit, done, emit, refusal } from "./core.ts";
import { commitUpdate } from "./commits.ts";
import { sendPresence } from "./connection.ts";
import { onPathChosen } from "./direct/links.ts";
import { askOfGroup } from "./group/ask.ts";
import { createGroup } from "./group/create.ts";
import { leaveGroup } from "./group/leave.ts";
import { setKey } from "./group/opening.ts";
import { importMessages } from "./imports.ts";
import { setProfileKey } from "./profiles.ts";
import { enqueueReceipt } from "./receipts.ts";
import { createRoom, renewInvitation } from "./room/create.ts";
import { joinRoom } from "./room/join.ts";
import type { SendRequest } from "./sends.ts";
import { enqueueSend } from "./sends.ts";
import { deliveredUpTo } from "./streams.ts";
import { Transaction } from "./transaction.ts";

/** Commands that are jobs. */
export type QueuedCommand = Exclude<Command, { kind: "connect" | "disconnect" | "attend" | "fileReceipt" }>;

/** Runs the command and answers it exactly once, also when the store fails or the server cannot be reached. */
export function enqueueCommand(core: Core, number: number, command: QueuedCommand): void {
  if (command.kind === "sendText" || command.kind === "sendFiles")
    return enqueueSend(core, { number, command });
  // Commands take effect in the order in which they were given.
  core.live.openSends = undefined;
  core.enqueue({
    key: `command/${number}`,
    run: function* () {
      done(core, number, core.live.rolledBack ? refusal("rolledBack") : yield* runCommand(core, command));
    },
    onFailure: (failure) =>
      done(core, number, refusal(failure instanceof StoreFailed ? "storeFailed" : "offline")),
  });
}

function runCommand(
  core: Core,
  command: Exclude<QueuedCommand, SendRequest["command"]>,
): Step<CommandResult> {
  switch (command.kind) {
    case "addContact":
      return addContact(core, command);
    case "acceptContact":
      return acceptContact(core, command.account);
    case "declineContact":
      return partFrom(core, command.account, "declined");
    case "removeContact":
      return partFrom(core, command.account, "removed");
    case "blockContact":
      return partFrom(core, command.account, "blocked");
    case "markRead":
      return markRead(core, command.conversation);
    case "renewKeys":
      return renewKeys(core, command.conversation);
    case "setPath":
      return setPath(core, command.conversation, command.path);
    case "setDefaultPath":
      return setDefaultPath(core, command.path);
    case "setPresenceHidden":
      return setPresenceHidden(core, command.hidden);
    case "setProfileKey":
      return setProfileKey(core, command);
    case "importMessages":
      return importMessages(core, command);
    case "createGroup":
      return createGroup(core, command);
    case "addMembers":
    case "removeMembers":
    case "renameGroup":
    case "setRole":
      return askOfGroup(core, command);
    case "leaveGroup":
      return leaveGroup(core, command);
    case "setConversationKey":
      return setKey(core, command);
    case "createRoom":
      return createRoom(core, command);
    case "joinRoom":
      return joinRoom(core, command);
    case "renewInvitation":
      return renewInvitation(core, command);
  }
}

/** Everything received is read; the senders learn it by the next receipt. */
function* markRead(core: Core, id: ConversationId): Step<CommandResult> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refusal("unknownConversation");
  const streams = conversation.streams.map((stream) => ({
    ...stream,
    read: Math.max(stream.read, deliveredUpTo(stream)),
  }));
  const news =
    conversation.unread > 0 || streams.some(({ read }, i) => read !== conversation.streams[i]?.read);
  if (news) {
    const readOrder = conversation.nextOrder - 1;
    yield* commit(core, new Transaction().conversation({ ...conversation, streams, unread: 0, readOrder }));
    emit(core, { type: "conversation", conversation: id, change: "read" });
    enqueueReceipt(core, id);
  }
  return { ok: true, conversation: id };
}

function* renewKeys(core: Core, id: ConversationId): Step<CommandResult> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refusal("unknownConversation");
  if (conversation.state !== "active") return refusal("conversationEnded", conversation.state);
  yield* commitUpdate(core, id, "renew");
  return { ok: true, conversation: id };
}

function* setPath(core: Core, id: ConversationId, path: PathMode | null): Step<CommandResult> {
  const { settings, conversations } = core.state;
  const conversation = conversations.get(id);
  if (conversation === undefined) return refusal("unknownConversation");
  if (conversation.peer === null) return refusal("notAllowed");
  const paths = new Map(settings.paths);
  if (path === null) paths.delete(id);
  else paths.set(id, path);
  yield* commit(core, new Transaction().settings({ ...settings, paths }));
  onPathChosen(core, id);
  emit(core, { type: "vaultDue" });
  return { ok: true, conversation: id };
}

function* setDefaultPath(core: Core, path: PathMode): Step<CommandResult> {
  const { settings, conversations } = core.state;
  yield* commit(core, new Transaction().settings({ ...settings, defaultPath: path }));
  emit(core, { type: "defaultPath", path });
  for (const id of conversations.keys()) if (!settings.paths.has(id)) onPathChosen(core, id);
  emit(core, { type: "vaultDue" });
  return { ok: true };
}

function* setPresenceHidden(core: Core, hidden: boolean): Step<CommandResult> {
  if (core.state.settings.presenceHidden === hidden) return { ok: true };
  yield* commit(core, new Transaction().settings({ ...core.state.settings, presenceHidden: hidden }));
  sendPresence(core);
  emit(core, { type: "ownPresence", hidden });
  emit(core, { type: "vaultDue" });
  return { ok: true };
}
