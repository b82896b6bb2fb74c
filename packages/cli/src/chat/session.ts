/** One chat: what typed lines do, what events show. Knows the SDK and a {@link Screen}, nothing of terminals. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { ClientEvent, Conversation, MessageState, Sotto } from "sotto";
import { CommandError, sentenceOf } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import { eventLine, messageLine } from "../show/lines.ts";
import { connectionWords, contactWords } from "../show/words.ts";
import { mustConversation, sendText } from "../sendText.ts";
import { parseTarget } from "../target.ts";
import type { Screen } from "./screen.ts";
import type { ChatActions } from "./slashCommands.ts";
import { parseSlash } from "./slashCommands.ts";

const HISTORY_ON_OPEN = 10;

export interface ChatSession {
  /** Greets, says what is waiting, and opens the target if there is one. */
  start(target: string | undefined): Promise<void>;
  /** One entered line. Its errors are printed. */
  enter(line: string): Promise<void>;
  readonly event: (event: ClientEvent) => void;
  /** True after /exit. */
  readonly left: boolean;
}

export function createChatSession(sotto: Sotto, screen: Screen): ChatSession {
  const { style } = screen;
  let left = false;
  let openId: ConversationId | undefined;
  let connected: boolean | undefined;
  const hinted = new Set<ConversationId>();
  /** State of the last own message in the open conversation, shown in the prompt. */
  let last: { readonly id: MessageId; readonly state: MessageState } | undefined;

  const opened = (): Conversation | undefined =>
    openId === undefined ? undefined : sotto.conversations.get(openId);
  const mustOpen = (): Conversation => {
    const conversation = opened();
    if (conversation === undefined)
      throw new CommandError("unknownConversation", "Open a conversation first: /open NAME");
    return conversation;
  };
  const drawPrompt = (): void => {
    const name = sanitizeLine(opened()?.name ?? "");
    screen.setPrompt(`${style.bold(name)}${last === undefined ? "" : style.dim(` (${last.state})`)}> `);
  };
  const markRead = (id: ConversationId): void => {
    sotto.conversations
      .markRead(id)
      .catch((error: unknown) => screen.print(style.warning(sentenceOf(error))));
  };

  const showHistory = async (conversation: Conversation, count: number): Promise<void> => {
    const messages = await sotto.messages.list(conversation.id, { limit: count });
    const lines = messages.map((message) => messageLine(sotto, message, style));
    screen.print([style.dim(`--- ${sanitizeLine(conversation.name)} ---`), ...lines].join("\n"));
    last = messages.findLast(({ mine }) => mine);
    drawPrompt();
  };

  const actions: ChatActions = {
    sotto,
    style,
    print: screen.print,
    async open(text) {
      const target = parseTarget(text);
      if (target === undefined) throw new CommandError("badRequest", "Name whom to open.");
      const conversation = mustConversation(sotto, target);
      openId = conversation.id;
      await showHistory(conversation, Math.max(HISTORY_ON_OPEN, conversation.unread));
      markRead(conversation.id);
    },
    openName: () => opened()?.name,
    renewKeys: () => sotto.conversations.renewKeys(mustOpen().id),
    history: (count) => showHistory(mustOpen(), count),
    leave: () => void (left = true),
  };

  const say = async (text: string): Promise<void> => {
    await sendText(sotto, { conversation: mustOpen().id }, text);
  };

  const carryOut = async (line: string): Promise<void> => {
    if (line.trim() === "") return;
    if (!line.startsWith("/")) return say(line);
    if (line.startsWith("//")) return say(line.slice(1));
    screen.echo(line);
    const { command, rest } = parseSlash(line);
    await command.run(actions, rest);
  };

  const reporting = async (work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => screen.print(style.warning(sentenceOf(error))));
    drawPrompt();
  };

  const onMessage = ({ message }: Extract<ClientEvent, { type: "message" }>): void => {
    screen.print(messageLine(sotto, message, style));
    const { id, conversation, mine, state } = message;
    if (mine) {
      if (conversation === openId) last = { id, state };
    } else if (conversation === openId) markRead(conversation);
    else if (!hinted.has(conversation)) {
      hinted.add(conversation);
      const name = sanitizeLine(sotto.conversations.get(conversation)?.name ?? "");
      screen.print(style.dim(`/open ${name} to answer`));
    }
  };

  const onState = ({ id, state }: Extract<ClientEvent, { type: "state" }>): void => {
    if (last?.id === id) last = { id, state };
    if (state === "failed") screen.print(style.warning("A message could not be sent. Send it again."));
  };

  const onConnection = ({ state, reason }: Extract<ClientEvent, { type: "connection" }>): void => {
    if (state === "connecting" || connected === (state === "online")) return;
    connected = state === "online";
    screen.print(style.dim(connectionWords(state, reason)));
  };

  const onContact = ({ userName, state }: Extract<ClientEvent, { type: "contact" }>): void => {
    const name = sanitizeLine(userName);
    const hint = state === "incoming" ? ` /accept ${name} or /decline ${name}` : "";
    screen.print(style.dim(`${contactWords(name, state)}${hint}`));
  };

  return {
    get left() {
      return left;
    },
    async start(target) {
      screen.print(
        style.dim(
          `Signed in as ${sotto.userName} at ${sanitizeLine(sotto.server)}. /help lists the commands.`,
        ),
      );
      for (const { userName, state } of sotto.contacts.list()) {
        if (state === "incoming")
          screen.print(
            style.dim(`${contactWords(userName, state)} /accept ${userName} or /decline ${userName}`),
          );
      }
      for (const { name, unread } of sotto.conversations.list()) {
        if (unread > 0)
          screen.print(style.dim(`${unread} unread from ${sanitizeLine(name)}. /open ${sanitizeLine(name)}`));
      }
      await reporting(target === undefined ? Promise.resolve() : actions.open(target));
    },
    enter: (line) => reporting(carryOut(line)),
    event(event) {
      if (event.type === "message") onMessage(event);
      else if (event.type === "state") onState(event);
      else if (event.type === "connection") onConnection(event);
      else if (event.type === "contact") onContact(event);
      else if (
        event.type !== "presence" ||
        sotto.contacts
          .list()
          .some(({ account, conversation }) => account === event.account && conversation === openId)
      ) {
        const line = eventLine(sotto, event, style);
        if (line !== undefined) screen.print(line);
      }
      drawPrompt();
    },
  };
}
