/** One chat: what typed lines do. Knows the SDK and a {@link Screen}, nothing of terminals. */
import type { ClientEvent, Conversation, Sotto } from "sotto";
import { typedPath } from "../files/places.ts";
import { readKeyFile, refuseTypedKey } from "../keyFile.ts";
import { CommandError } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import type { Shell } from "../shell.ts";
import { mustConversation, sendText } from "../sendText.ts";
import { messageLine } from "../show/lines.ts";
import { createWayNews } from "../show/wayNews.ts";
import { parseTarget } from "../target.ts";
import { announce, announceContact } from "./announce.ts";
import { createChatFiles } from "./fileCommands.ts";
import { createFileNumbers } from "./fileNumbers.ts";
import { showHeld } from "./ownMessage.ts";
import type { Screen } from "./screen.ts";
import { sayWay } from "./sayWay.ts";
import type { ChatActions } from "./slashCommands.ts";
import { parseSlash } from "./slashCommands.ts";
import type { Chat } from "./state.ts";
import { drawPrompt, mustBeOpen, openedConversation, reporting } from "./state.ts";

const HISTORY_ON_OPEN = 10;
const NEEDS_KEY = "This group opens with a key. Enter it with /key PATH, or go with /leave.";

export interface ChatSession {
  /** Greets, says what is waiting, and opens the target if there is one. */
  start(target: string | undefined): Promise<void>;
  /** One entered line. Its errors are printed. */
  enter(line: string): Promise<void>;
  readonly event: (event: ClientEvent) => void;
  /** Says that the open conversation is still looked at, which keeps a direct way; to be called within its ten minutes (DIR-11). */
  readonly attend: () => Promise<void>;
  /** True after /exit. */
  readonly left: boolean;
  /** Files are being prepared, fetched or saved. */
  readonly busy: boolean;
  /** Resolves when they are not any more. */
  readonly idle: () => Promise<void>;
}

/** `places`: what typed paths begin at. `ended` ends the waiting for files. */
export function createChatSession(
  sotto: Sotto,
  screen: Screen,
  places: Pick<Shell, "cwd" | "env">,
  ended: AbortSignal,
): ChatSession {
  const chat: Chat = {
    sotto,
    screen,
    openId: undefined,
    last: undefined,
    held: undefined,
    connected: undefined,
    hinted: new Set(),
    wayNews: createWayNews(),
    waitSaid: false,
    unsupportedSaid: false,
    numbers: createFileNumbers(),
    saveHinted: false,
    moving: new Map(),
    fileSaid: new Map(),
  };
  const files = createChatFiles(chat, places, ended);
  let left = false;
  const actions: ChatActions = {
    sotto,
    style: screen.style,
    print: screen.print,
    open: (target) => openConversation(chat, target),
    openName: () => openedConversation(chat)?.name,
    opened: () => mustBeOpen(chat),
    history: (count) => showHistory(chat, mustBeOpen(chat), count),
    async keyFrom(path) {
      refuseTypedKey(path);
      return readKeyFile(typedPath(path, places));
    },
    files,
    leave: () => void (left = true),
  };
  return {
    get left() {
      return left;
    },
    get busy() {
      return files.busy;
    },
    idle: files.idle,
    start(target) {
      greet(chat);
      return reporting(chat, target === undefined ? Promise.resolve() : openConversation(chat, target));
    },
    enter: (line) => reporting(chat, carryOut(chat, actions, line)),
    event: (event) => announce(chat, event),
    async attend() {
      if (chat.openId !== undefined) await reporting(chat, sotto.conversations.attend(chat.openId));
    },
  };
}

function greet(chat: Chat): void {
  const { sotto, screen } = chat;
  const say = (line: string): void => screen.print(screen.style.dim(line));
  say(`Signed in as ${sotto.userName} at ${sanitizeLine(sotto.server)}. /help lists the commands.`);
  for (const { userName, state } of sotto.contacts.list()) {
    if (state === "incoming") announceContact(chat, userName, state);
  }
  for (const { id, name, unread, state } of sotto.conversations.list()) {
    if (state === "needsKey") say(`A group opens with a key that is not here. /open #${id}`);
    if (unread > 0) say(`${unread} unread from ${sanitizeLine(name)}. /open ${sanitizeLine(name)}`);
  }
}

async function carryOut(chat: Chat, actions: ChatActions, line: string): Promise<void> {
  if (line.trim() === "") return;
  showHeld(chat);
  if (line.startsWith("/") && !line.startsWith("//")) {
    chat.screen.echo(line);
    const { command, rest } = parseSlash(line);
    await command.run(actions, rest);
  } else {
    const text = line.startsWith("//") ? line.slice(1) : line;
    await sendText(chat.sotto, { conversation: mustBeOpen(chat).id }, text);
  }
}

async function openConversation(chat: Chat, text: string): Promise<void> {
  const target = parseTarget(text);
  if (target === undefined) throw new CommandError("badRequest", "Name whom to open.");
  const conversation = mustConversation(chat.sotto, target);
  Object.assign(chat, { openId: conversation.id, last: undefined, waitSaid: false });
  if (conversation.state === "needsKey") {
    chat.screen.print(chat.screen.style.dim(NEEDS_KEY));
    return drawPrompt(chat);
  }
  await showHistory(chat, conversation, Math.max(HISTORY_ON_OPEN, conversation.unread));
  await chat.sotto.conversations.markRead(conversation.id);
  await chat.sotto.conversations.attend(conversation.id);
  sayWay(chat);
}

async function showHistory(chat: Chat, { id, name }: Conversation, count: number): Promise<void> {
  const { sotto, screen, numbers } = chat;
  const messages = await sotto.messages.list(id, { limit: count });
  for (const message of messages) numbers.note(message);
  const lines = messages.map((message) => messageLine(sotto, message, screen.style, numbers.numberOf, ""));
  screen.print([screen.style.dim(`--- ${sanitizeLine(name)} ---`), ...lines].join("\n"));
  chat.last = messages.findLast(({ mine, event }) => mine && event === null);
  drawPrompt(chat);
}
