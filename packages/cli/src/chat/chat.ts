/** `sotto chat`: line mode. Ends with /exit, Ctrl-C, Ctrl-D, the end of piped input, or a signal. */
import type { Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { EXIT, UsageError } from "../problems.ts";
import { withSotto } from "../sottoHome.ts";
import { parseTarget } from "../target.ts";
import { waitFor } from "../waiting.ts";
import { complete } from "./complete.ts";
import { openScreen } from "./screen.ts";
import type { ChatSession } from "./session.ts";
import { createChatSession } from "./session.ts";

/** Typed just before leaving, a message is usually with the server within this time; it is stored in any case. */
const LAST_SENDS_MS = 2000;

export async function chat(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const [target] = args;
  if (target !== undefined && parseTarget(target) === undefined) {
    throw new UsageError("Name whom to talk with: @NAME, or '#CONVERSATION' in quotes.");
  }
  const stop = shell.stopSignal();
  await withSotto(invocation, async (sotto) => {
    const names = (): string[] => sotto.contacts.list().map(({ userName }) => userName);
    const screen = openScreen(shell, (line) => complete(line, names()));
    const session = createChatSession(sotto, screen);
    stop.addEventListener("abort", screen.close);
    shell.stdout.once("close", screen.close);
    sotto.on(session.event);
    await session.start(target);
    for await (const line of screen.lines) {
      await session.enter(line);
      if (session.left) break;
    }
    if (!stop.aborted) await lastSends(sotto, session);
    screen.close();
    if (session.unsent() > 0)
      screen.print("What the server does not have yet is stored and goes out next time.");
  });
  return EXIT.done;
}

async function lastSends(sotto: Sotto, session: ChatSession): Promise<void> {
  if (session.unsent() === 0 || sotto.connection === "offline") return;
  await waitFor(sotto, LAST_SENDS_MS, () => (session.unsent() === 0 ? true : undefined));
}
