/** What one chat remembers, and the prompt that shows it. */
import type { ConversationId, TransferId } from "@sotto/protocol";
import type { Conversation, FileView, Sotto, StoredMessage } from "sotto";
import { CommandError, sentenceOf } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import type { WayNews } from "../show/wayNews.ts";
import type { FileWords } from "./fileNews.ts";
import { progressLine } from "./fileNews.ts";
import type { FileNumbers } from "./fileNumbers.ts";
import type { Screen } from "./screen.ts";

/** Changed by the session and by what arrives; one per chat. */
export interface Chat {
  readonly sotto: Sotto;
  readonly screen: Screen;
  /** The conversation that typed lines go to. */
  openId: ConversationId | undefined;
  /** The last own message in it; its state and way stand in the prompt. */
  last: Pick<StoredMessage, "id" | "state" | "path"> | undefined;
  /** An own message that is not shown yet: see ownMessage.ts. */
  held: StoredMessage | undefined;
  /** As last said; `undefined` before. */
  connected: boolean | undefined;
  /** Conversations whose arrival was explained. */
  readonly hinted: Set<ConversationId>;
  readonly wayNews: WayNews;
  /** That what is written waits for a direct way, since there was one. */
  waitSaid: boolean;
  /** That this terminal makes no direct connections. */
  unsupportedSaid: boolean;
  readonly numbers: FileNumbers;
  /** That files can be saved, and how. */
  saveHinted: boolean;
  /** Files that are moving or being prepared; the one that moved last is last. */
  readonly moving: Map<TransferId, FileView>;
  /** What was last said of a file. */
  readonly fileSaid: Map<TransferId, FileWords>;
}

export function openedConversation({ sotto, openId }: Chat): Conversation | undefined {
  return openId === undefined ? undefined : sotto.conversations.get(openId);
}

/** Throws `unknownConversation` when none is open. */
export function mustBeOpen(chat: Chat): Conversation {
  const conversation = openedConversation(chat);
  if (conversation !== undefined) return conversation;
  throw new CommandError("unknownConversation", "Open a conversation first: /open NAME");
}

export function drawPrompt(chat: Chat): void {
  const { style, setPrompt } = chat.screen;
  const name = sanitizeLine(openedConversation(chat)?.name ?? "");
  setPrompt(
    `${progressLine(chat)}${style.bold(name)}${chat.last === undefined ? "" : style.dim(progress(chat.last))}> `,
  );
}

function progress({ state, path }: NonNullable<Chat["last"]>): string {
  return path === "direct" ? ` (${state}, direct)` : ` (${state})`;
}

/** Does the work and says its error, then draws the prompt anew. */
export async function reporting(chat: Chat, work: Promise<void>): Promise<void> {
  const { style, print } = chat.screen;
  await work.catch((error: unknown) => print(style.warning(sentenceOf(error))));
  drawPrompt(chat);
}
