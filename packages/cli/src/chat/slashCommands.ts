/** The commands inside a chat. Each works on what {@link ChatActions} offers; errors are said by the session. */
import type { Conversation, Sotto } from "sotto";
import { CommandError } from "../problems.ts";
import { contactLine, listedContacts, safetyNumberLines } from "../show/lines.ts";
import { pathChoice } from "../commands/path.ts";
import { parsePresence } from "../commands/presence.ts";
import { PATH_CHOICES } from "../pathChoice.ts";
import { sanitizeLine } from "../sanitize.ts";
import { chosenPathWords, wayWords } from "../show/pathWords.ts";
import type { Style } from "../show/style.ts";
import { presenceWords } from "../show/words.ts";
import { bareName } from "../target.ts";
import type { ChatFiles } from "./fileCommands.ts";
import { GROUP_COMMANDS } from "./groupCommands.ts";
import { PROFILE_COMMAND } from "./profileCommand.ts";

/** What a command may do with the chat it runs in. */
export interface ChatActions {
  readonly sotto: Sotto;
  readonly style: Style;
  readonly print: (text: string) => void;
  /** Makes a conversation the one that typed lines go to, and shows its latest messages. */
  open(target: string): Promise<void>;
  /** Name of the other in the open conversation. */
  openName(): string | undefined;
  /** The open conversation as it is now; throws `unknownConversation` when none is. */
  opened(): Conversation;
  history(count: number): Promise<void>;
  /** The text of a file with a key, whose path is typed. */
  keyFrom(path: string): Promise<string>;
  readonly files: Omit<ChatFiles, "busy" | "idle">;
  leave(): void;
}

export interface SlashCommand {
  readonly name: string;
  /** NAME in it makes the first argument complete to user names, `NAME …` every one, `@NAME …` those that begin with @. */
  readonly usage: string;
  readonly meaning: string;
  /** Words that the argument completes to. */
  readonly choices?: readonly string[];
  readonly run: (chat: ChatActions, rest: string) => Promise<void> | void;
}

const DEFAULT_HISTORY = 20;
const MAX_HISTORY = 1000;

export const SLASH_COMMANDS: readonly SlashCommand[] = [
  {
    name: "help",
    usage: "",
    meaning: "list these commands",
    run: (chat) => chat.print(helpText(chat.style)),
  },
  { name: "users", usage: "", meaning: "list contacts and who is online", run: showUsers },
  {
    name: "add",
    usage: "NAME [TEXT]",
    meaning: "send a contact request, with a first message if you like",
    async run(chat, rest) {
      const [name, text] = nameAndRest(rest);
      await chat.sotto.contacts.add(mustName(name), text === "" ? undefined : text);
      await chat.open(`@${name}`);
    },
  },
  {
    name: "accept",
    usage: "NAME",
    meaning: "accept a contact request and open the conversation",
    async run(chat, rest) {
      const name = nameOrOpen(chat, rest);
      await chat.sotto.contacts.accept(name);
      await chat.open(`@${name}`);
    },
  },
  {
    name: "decline",
    usage: "NAME",
    meaning: "decline a contact request",
    run: onUser((sotto, name) => sotto.contacts.decline(name)),
  },
  {
    name: "remove",
    usage: "NAME",
    meaning: "end being contacts",
    run: onUser((sotto, name) => sotto.contacts.remove(name)),
  },
  {
    name: "block",
    usage: "NAME",
    meaning: "take nothing more from somebody",
    run: onUser((sotto, name) => sotto.contacts.block(name)),
  },
  {
    name: "open",
    usage: "NAME|#GROUP",
    meaning: "write to a contact or in a group",
    run: (chat, rest) => chat.open(rest.startsWith("#") ? rest : `@${mustName(bareName(rest))}`),
  },
  {
    name: "history",
    usage: "[N]",
    meaning: `show the last N messages (${DEFAULT_HISTORY})`,
    run(chat, rest) {
      const count = rest === "" ? DEFAULT_HISTORY : Number(rest);
      if (!Number.isInteger(count) || count < 1 || count > MAX_HISTORY) {
        throw new CommandError("badRequest", `/history takes a number from 1 to ${MAX_HISTORY}.`);
      }
      return chat.history(count);
    },
  },
  {
    name: "verify",
    usage: "NAME",
    meaning: "show the safety number to compare",
    async run(chat, rest) {
      const name = nameOrOpen(chat, rest);
      const digits = await chat.sotto.contacts.safetyNumber(name);
      chat.print(`${safetyNumberLines(digits)}\n${chat.style.dim(`${name} must see the same number.`)}`);
    },
  },
  ...GROUP_COMMANDS,
  PROFILE_COMMAND,
  {
    name: "presence",
    usage: "[hide|show]",
    meaning: "hide from contacts that you are online, and from you that they are; show it again",
    choices: ["hide", "show"],
    async run({ sotto, style, print }, rest) {
      if (rest === "") print(style.dim(presenceWords(sotto.presenceHidden)));
      else await sotto.setPresenceHidden(parsePresence(rest));
    },
  },
  {
    name: "path",
    usage: "[WAY]",
    meaning: "show which way messages go and why; choose auto, direct, turn, relay or default",
    choices: PATH_CHOICES,
    run: choosePath,
  },
  {
    name: "renew",
    usage: "",
    meaning: "renew this device's keys in the open conversation",
    run: (chat) => chat.sotto.conversations.renewKeys(chat.opened().id),
  },
  {
    name: "file",
    usage: "PATH",
    meaning: "send a file, or all files of a folder",
    run: (chat, rest) => chat.files.send(rest),
  },
  {
    name: "files",
    usage: "",
    meaning: "list the latest files and how far they are",
    run: (chat) => chat.files.list(),
  },
  {
    name: "save",
    usage: "[N] [PATH]",
    meaning: "fetch file N, or what was sent last, and write it into a folder (this one) or under a new name",
    run: (chat, rest) => chat.files.save(rest),
  },
  {
    name: "pause",
    usage: "[N]",
    meaning: "pause file N, or the one that moves",
    run: (chat, rest) => chat.files.act("pause", rest),
  },
  {
    name: "resume",
    usage: "[N]",
    meaning: "go on with file N",
    run: (chat, rest) => chat.files.act("resume", rest),
  },
  {
    name: "cancel",
    usage: "[N]",
    meaning: "cancel file N for both sides, for good",
    run: (chat, rest) => chat.files.act("cancel", rest),
  },
  { name: "exit", usage: "", meaning: "leave", run: (chat) => chat.leave() },
];

/** The command in a line, and what follows it. */
export function parseSlash(line: string): { readonly command: SlashCommand; readonly rest: string } {
  const [word, rest] = nameAndRest(line.slice(1));
  const command = SLASH_COMMANDS.find(({ name }) => name === word);
  if (command === undefined) {
    throw new CommandError(
      "badRequest",
      `There is no command /${word}. /help lists the commands; a text that begins with / is written with //.`,
    );
  }
  return { command, rest };
}

function showUsers({ sotto, style, print }: ChatActions): void {
  const contacts = listedContacts(sotto);
  print(
    contacts.length === 0
      ? style.dim("There are no contacts yet. /add NAME sends a request.")
      : contacts.map((contact) => contactLine(contact, style)).join("\n"),
  );
}

/** What follows from a choice is said when it happens. */
async function choosePath(chat: ChatActions, rest: string): Promise<void> {
  const { id } = chat.opened();
  const say = (words: typeof wayWords): void =>
    chat.print(chat.style.dim(words(sanitizeLine(chat.opened().name), chat.opened())));
  if (rest === "") say(wayWords);
  else await chat.sotto.conversations.setPath(id, pathChoice(rest));
  say(chosenPathWords);
}

function helpText(style: Style): string {
  const heads = SLASH_COMMANDS.map(({ name, usage }) => `/${name} ${usage}`.trimEnd());
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  return SLASH_COMMANDS.map(
    ({ meaning }, i) => `${(heads[i] ?? "").padEnd(width)}${style.dim(meaning)}`,
  ).join("\n");
}

function onUser(act: (sotto: Sotto, name: string) => Promise<void>): SlashCommand["run"] {
  return (chat, rest) => act(chat.sotto, nameOrOpen(chat, rest));
}

function nameAndRest(text: string): [name: string, rest: string] {
  const [, name = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(text.trim()) ?? [];
  return [bareName(name), rest];
}

function nameOrOpen(chat: ChatActions, rest: string): string {
  return mustName(bareName(rest) || (chat.openName() ?? ""));
}

function mustName(name: string): string {
  if (name === "") throw new CommandError("badRequest", "Name somebody.");
  return name;
}
