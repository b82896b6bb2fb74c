/**
 * `sotto send`: one message from the command line or standard input. Ends when the server or the other device has it, or at once when the
 * server cannot be reached or what goes directly alone has no way.
 */
import type { ConversationId } from "@sotto/protocol";
import type { Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { flagText } from "../command.ts";
import { absolutePath } from "../files/places.ts";
import { createProgress } from "../files/progress.ts";
import { sendFiles } from "../files/sendFiles.ts";
import { filesSettled } from "../files/settled.ts";
import { CommandError, EXIT, UsageError } from "../problems.ts";
import type { Shell } from "../shell.ts";
import { print, tell } from "../shell.ts";
import { sanitizeLine } from "../sanitize.ts";
import { shownFileName, stateWords } from "../show/fileWords.ts";
import { wayWords } from "../show/pathWords.ts";
import { withSotto } from "../sottoHome.ts";
import type { Target } from "../target.ts";
import { conversationOf, mustBeWritable, sendText } from "../sendText.ts";
import { parseTarget } from "../target.ts";
import { watchSending } from "../waiting.ts";

/** Far above the longest text; a file sent by mistake is not read to its end. */
const MAX_INPUT_CHARS = 1024 * 1024;

const SENT_TIMEOUT_MS = 15_000;
/** A direct way that is not there after 15 s is given up (DIR-4); then comes the message. */
const DIRECT_TIMEOUT_MS = 20_000;
/** Behind a contact request that has not been accepted a message stays here; the request itself may still be on its way. */
const ASKED_TIMEOUT_MS = 2000;

export async function send(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const [to = "", ...words] = args;
  const target = parseTarget(to);
  if (target === undefined)
    throw new UsageError("Name whom to send to: @NAME, or '#CONVERSATION' in quotes.");
  const file = flagText(invocation, "file");
  if (file !== undefined) return sendFileAndWait(invocation, target, file, words.join(" "));
  const fromInput = words.length === 0 || (words.length === 1 && words[0] === "-");
  if (fromInput && words.length === 0 && shell.stdin.isTTY)
    throw new UsageError("Usage: sotto send @NAME [TEXT|-]");
  const text = fromInput ? await readText(shell) : words.join(" ");
  if (text === "") throw new CommandError("emptyText", "The message is empty. Write something first.");
  return withSotto(invocation, (sotto) => sendAndWait(shell, sotto, target, text));
}

async function sendAndWait(shell: Shell, sotto: Sotto, target: Target, text: string): Promise<number> {
  const watch = watchSending(sotto);
  const before = conversationOf(sotto, target);
  const { id, conversation } = await sendText(sotto, target, text);
  const outcome =
    before?.state === "active" && before.path === "direct"
      ? await watch.directOutcome(id, conversation, DIRECT_TIMEOUT_MS)
      : await watch.outcome(id, before?.state === "pending" ? ASKED_TIMEOUT_MS : SENT_TIMEOUT_MS);
  watch.end();
  if (outcome === "failed")
    throw new CommandError("sendFailed", "The message could not be sent. Send it again.");
  if (outcome === "sent") print(shell, "Sent.");
  else tell(shell, waitingWords(sotto, conversation));
  return EXIT.done;
}

/** Waits until all of it has left this device, or nothing happens any more. */
async function sendFileAndWait(
  invocation: Invocation,
  target: Target,
  file: string,
  text: string,
): Promise<number> {
  const { shell } = invocation;
  const path = absolutePath(file, shell.cwd);
  const stop = shell.stopSignal();
  return withSotto(invocation, async (sotto) => {
    const { id } = mustBeWritable(sotto, target);
    const progress = createProgress(shell);
    const off = sotto.on((event) => {
      if (event.type === "file" && event.file.state === "preparing") progress.show(event.file);
    });
    const { ids, leftOut } = await sendFiles(sotto, id, path, text === "" ? undefined : text).finally(off);
    if (leftOut.length > 0)
      tell(shell, `Left out, because they are symbolic links: ${sanitizeLine(leftOut.join(", "))}`);
    const messages = await Promise.all(ids.map((message) => sotto.messages.findOwn(id, message)));
    const transfers = messages.flatMap((message) => message?.files.map(({ transfer }) => transfer) ?? []);
    const views = await filesSettled(sotto, transfers, stop, { onView: progress.show });
    progress.end();
    for (const view of views) print(shell, `${shownFileName([view.name])}: ${stateWords(view)}`);
    if (views.some(({ state }) => state === "failed" || state === "cancelled"))
      throw new CommandError("sendFailed", "Not all of it could be sent. Send it again.");
    if (views.some(({ state, reason }) => state !== "done" && reason !== "uploaded"))
      tell(shell, "Stored; it goes on from the next sotto chat or sotto rpc.");
    return EXIT.done;
  });
}

function waitingWords(sotto: Sotto, id: ConversationId): string {
  const conversation = sotto.conversations.get(id);
  if (conversation?.state === "active" && conversation.path === "direct")
    return `Stored. ${wayWords(sanitizeLine(conversation.name), conversation)}`;
  if (sotto.connection !== "online") return "Stored; it goes out when the server can be reached.";
  return conversation?.state === "pending"
    ? "Stored; it goes out when the contact request is accepted."
    : "Stored; the server has not taken it yet. It goes out when it does.";
}

async function readText({ stdin }: Shell): Promise<string> {
  let text = "";
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MAX_INPUT_CHARS) throw new CommandError("textTooLong", "The message is too long.");
  }
  return text.replace(/\r?\n$/, "");
}
