/** `sotto chat`: line mode. Ends with /exit, Ctrl-C, Ctrl-D, the end of piped input, or a signal. */
import type { Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { EXIT, UsageError } from "../problems.ts";
import type { Shell } from "../shell.ts";
import { withSotto } from "../sottoHome.ts";
import { parseTarget } from "../target.ts";
import { trackUnsent } from "../unsent.ts";
import { complete } from "./complete.ts";
import type { Screen } from "./screen.ts";
import { openScreen } from "./screen.ts";

const ATTEND_EVERY_MS = 5 * 60_000;

export async function chat(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const [target] = args;
  if (target !== undefined && parseTarget(target) === undefined) {
    throw new UsageError("Name whom to talk with: @NAME, or '#CONVERSATION' in quotes.");
  }
  const stop = shell.stopSignal();
  let names = (): string[] => [];
  // Before the SDK is loaded: what is typed meanwhile already has its line.
  const screen = openScreen(shell, (line) => complete(line, names()));
  stop.addEventListener("abort", screen.close);
  shell.stdout.once("close", screen.close);
  try {
    const talkAs = (sotto: Sotto): Promise<void> => {
      names = () => sotto.contacts.list().map(({ userName }) => userName);
      return talk(sotto, { screen, target, stop, places: shell });
    };
    await withSotto(invocation, talkAs, (line) => screen.print(screen.style.warning(line)));
  } finally {
    screen.close();
  }
  return EXIT.done;
}

interface Talk {
  readonly screen: Screen;
  readonly target: string | undefined;
  readonly stop: AbortSignal;
  readonly places: Pick<Shell, "cwd" | "env">;
}

async function talk(sotto: Sotto, { screen, target, stop, places }: Talk): Promise<void> {
  const { createChatSession } = await import("./session.ts");
  const unsent = trackUnsent(sotto);
  const session = createChatSession(sotto, screen, places, stop);
  sotto.on(session.event);
  const attending = setInterval(() => void session.attend(), ATTEND_EVERY_MS);
  try {
    await session.start(target);
    for await (const line of screen.lines) {
      await session.enter(line);
      if (session.left) break;
    }
    // Of pipes the end of the input says that nothing more is asked for, not that nothing more is wanted.
    if (screen.columns === undefined && !session.left && !stop.aborted) await session.idle();
  } finally {
    clearInterval(attending);
  }
  if (!stop.aborted) await unsent.lastMoment();
  screen.close();
  if (session.busy)
    screen.print("Files on their way go on next time; one that was still being prepared was not sent.");
  if (unsent.count() > 0) screen.print("What has not gone out yet is stored and goes out next time.");
}
