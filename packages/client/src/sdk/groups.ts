/** Groups as applications change them: user names become accounts, and a new group its view. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import type { Conversation, Sotto } from "../api.ts";
import type { Device } from "./device.ts";
import { parseConversationKey } from "@sotto/protocol";
import { sottoError } from "./messages.ts";
import { contactNamed } from "./views.ts";

export function openGroups(
  device: Device,
  viewOf: (id: ConversationId) => Conversation | undefined,
): Sotto["groups"] {
  /** Somebody who may be asked into a group. */
  const contactsOf = (userNames: readonly string[]): readonly AccountId[] =>
    [...new Set(userNames)].map((name) => {
      const record = contactNamed(device.session.engine, name);
      if (record?.state !== "accepted") throw sottoError("notContact", name);
      return record.account;
    });
  const membersOf = (id: ConversationId, userNames: readonly string[]): readonly AccountId[] => {
    const roster = viewOf(id)?.roster ?? [];
    return [...new Set(userNames)].map((name) => {
      const member = roster.find(({ userName }) => userName === name);
      if (member === undefined) throw sottoError("notMember", name);
      return member.account;
    });
  };
  return {
    async create(name, userNames, options) {
      const done = await device.command({
        kind: "createGroup",
        name,
        members: contactsOf(userNames),
        ...(options?.id !== undefined && { id: options.id }),
        ...(options?.key !== undefined && { key: keyOf(options.key) }),
      });
      const view = done.conversation && viewOf(done.conversation);
      if (view === undefined) throw sottoError("unknownConversation");
      return view;
    },
    async setKey(conversation, key) {
      await device.command({ kind: "setConversationKey", conversation, key: keyOf(key) });
    },
    async add(conversation, userNames) {
      await device.command({ kind: "addMembers", conversation, accounts: contactsOf(userNames) });
    },
    async remove(conversation, userNames) {
      await device.command({
        kind: "removeMembers",
        conversation,
        accounts: membersOf(conversation, userNames),
      });
    },
    async rename(conversation, name) {
      await device.command({ kind: "renameGroup", conversation, name });
    },
    async setRole(conversation, userName, role) {
      const [account] = membersOf(conversation, [userName]) as [AccountId];
      await device.command({ kind: "setRole", conversation, account, role });
    },
    async leave(conversation) {
      await device.command({ kind: "leaveGroup", conversation });
    },
  };
}

function keyOf(text: string): Uint8Array {
  const key = parseConversationKey(text);
  if (typeof key === "string") throw sottoError("badKey");
  return key;
}
