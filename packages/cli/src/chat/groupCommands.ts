/** What a chat does in groups: the open one, or one that it makes. */
import type { Conversation } from "sotto";
import { CommandError } from "../problems.ts";
import { memberLines } from "../show/groupWords.ts";
import { invitationLines } from "../show/roomWords.ts";
import { bareName } from "../target.ts";
import type { ChatActions, SlashCommand } from "./slashCommands.ts";

const ROLES = ["owner", "admin", "member"] as const;

export const GROUP_COMMANDS: readonly SlashCommand[] = [
  {
    name: "group",
    usage: "[--key-file PATH] TITLE [@NAME …]",
    meaning:
      "make a group with these contacts and open it; with a key it is read by nobody who has not entered the key",
    async run(chat, rest) {
      const [, path, others = ""] = /^(?:--key-file\s+(\S+)\s+)?(.*)$/s.exec(rest) ?? [];
      const { title, names } = titleAndNames(others);
      const key = path === undefined ? {} : { key: await chat.keyFrom(path) };
      const { id } = await chat.sotto.groups.create(title, names, key);
      await chat.open(`#${id}`);
    },
  },
  {
    name: "key",
    usage: "PATH",
    meaning: "enter the key of the open group from a file",
    async run(chat, rest) {
      if (rest === "") throw new CommandError("badRequest", "Name the file with the key: /key PATH");
      await chat.sotto.groups.setKey(openGroup(chat).id, await chat.keyFrom(rest));
      chat.print(chat.style.dim("The key is right. The group opens as soon as the server can be reached."));
    },
  },
  {
    name: "room",
    usage: "TITLE",
    meaning: "make a room that others enter with a password, and open it",
    async run(chat, rest) {
      const { conversation, invitation } = await chat.sotto.rooms.create({ name: rest });
      await chat.open(`#${conversation.id}`);
      chat.print(invitationLines(invitation));
    },
  },
  {
    name: "invitation",
    usage: "",
    meaning: "show how others enter the open room",
    async run(chat) {
      const invitation = await chat.sotto.rooms.invitation(openGroup(chat).id);
      chat.print(invitation ? invitationLines(invitation) : "There is no invitation at the moment.");
    },
  },
  {
    name: "members",
    usage: "",
    meaning: "list who is in the open group",
    run: (chat) => chat.print(memberLines(openGroup(chat), chat.style)),
  },
  {
    name: "invite",
    usage: "NAME …",
    meaning: "add contacts to the open group",
    run: (chat, rest) => chat.sotto.groups.add(openGroup(chat).id, namesIn(rest)),
  },
  {
    name: "expel",
    usage: "NAME …",
    meaning: "remove somebody from the open group",
    run: (chat, rest) => chat.sotto.groups.remove(openGroup(chat).id, namesIn(rest)),
  },
  {
    name: "role",
    usage: "NAME owner|admin|member",
    meaning: "make somebody admin or member of the open group, or hand it over",
    run(chat, rest) {
      const [name = "", word = "", ...more] = rest.split(/\s+/);
      const role = ROLES.find((known) => known === word);
      if (name === "" || role === undefined || more.length > 0)
        throw new CommandError("badRequest", `/role takes a name and one of ${ROLES.join(", ")}.`);
      return chat.sotto.groups.setRole(openGroup(chat).id, bareName(name), role);
    },
  },
  {
    name: "rename",
    usage: "TITLE",
    meaning: "give the open group another name",
    run: (chat, rest) => chat.sotto.groups.rename(openGroup(chat).id, rest),
  },
  {
    name: "leave",
    usage: "",
    meaning: "leave the open group for good",
    run: (chat) => chat.sotto.groups.leave(openGroup(chat).id),
  },
];

function openGroup(chat: ChatActions): Conversation {
  const conversation = chat.opened();
  if (conversation.kind !== "pair") return conversation;
  throw new CommandError("notGroup", "The open conversation is no group. /open one first.");
}

/** Words at the end that begin with @ are names; what comes before is the title. */
function titleAndNames(rest: string): { readonly title: string; readonly names: readonly string[] } {
  const [, title = "", names = ""] = /^(.*?)((?:(?:^|\s+)@\S+)*)\s*$/s.exec(rest) ?? [];
  if (title === "") throw new CommandError("badRequest", "Name the group: /group TITLE @NAME …");
  return {
    title,
    names: names
      .split(/\s+/)
      .filter((name) => name !== "")
      .map(bareName),
  };
}

function namesIn(rest: string): readonly string[] {
  const names = rest
    .split(/\s+/)
    .filter((name) => name !== "")
    .map(bareName);
  if (names.length === 0) throw new CommandError("badRequest", "Name somebody.");
  return names;
}
