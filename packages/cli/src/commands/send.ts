/** `sotto send`: one message from the command line or standard input. Ends when the server has it, or at once when it cannot be reached. */
import type { Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { CommandError, EXIT, UsageError } from "../problems.ts";
import type { Shell } from "../shell.ts";
import { print, tell } from "../shell.ts";
import { withSotto } from "../sottoHome.ts";
import type { Target } from "../target.ts";
import { conversationOf, sendText } from "../sendText.ts";
import { parseTarget } from "../target.ts";
import { watchSending } from "../waiting.ts";

/** Far above the longest text; a file sent by mistake is not read to its end. */
const MAX_INPUT_CHARS = 1024 * 1024;

const SENT_TIMEOUT_MS = 15_000;
/** Behind a contact request that has not been accepted a message stays here; the request itself may still be on its way. */
const ASKED_TIMEOUT_MS = 2000;

export async function send(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const [to = "", ...words] = args;
  const target = parseTarget(to);
  if (target === undefined)
    throw new UsageError("Name whom to send to: @NAME, or '#CONVERSATION' in quotes.");
  const fromInput = words.length === 0 || (words.length === 1 && words[0] === "-");
  if (fromInput && words.length === 0 && shell.stdin.isTTY)
    throw new UsageError("Usage: sotto send @NAME [TEXT|-]");
  const text = fromInput ? await readText(shell) : words.join(" ");
  if (text === "") throw new CommandError("emptyText", "The message is empty. Write something first.");
  return withSotto(invocation, (sotto) => sendAndWait(shell, sotto, target, text));
}

async function sendAndWait(shell: Shell, sotto: Sotto, target: Target, text: string): Promise<number> {
  const watch = watchSending(sotto);
  const asked = conversationOf(sotto, target)?.state === "pending";
  const { id, conversation } = await sendText(sotto, target, text);
  const outcome = await watch.outcome(id, asked ? ASKED_TIMEOUT_MS : SENT_TIMEOUT_MS);
  watch.end();
  if (outcome === "failed")
    throw new CommandError("sendFailed", "The message could not be sent. Send it again.");
  if (outcome === "sent") print(shell, "Sent.");
  else if (sotto.connection !== "online") tell(shell, "Stored; it goes out when the server can be reached.");
  else if (sotto.conversations.get(conversation)?.state === "pending") {
    tell(shell, "Stored; it goes out when the contact request is accepted.");
  } else tell(shell, "Stored; the server has not taken it yet. It goes out when it does.");
  return EXIT.done;
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
