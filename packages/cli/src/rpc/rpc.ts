/** `sotto rpc`: the scripting interface on standard input and output. The end of the input, or a signal, closes it cleanly. */
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { withSotto } from "../sottoHome.ts";
import { trackUnsent } from "../unsent.ts";
import { serveLines } from "./session.ts";
import { createLineWriter } from "./writer.ts";

export async function rpc(invocation: Invocation): Promise<number> {
  const { stdin, stdout } = invocation.shell;
  const stop = invocation.shell.stopSignal();
  await withSotto(invocation, async (sotto) => {
    const stopped = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve()));
    // A reader that has gone wants no more answers.
    const gone = new Promise<void>((resolve) => stdout.once("close", resolve));
    const unsent = trackUnsent(sotto);
    const served = serveLines(sotto, stdin, createLineWriter(stdout)).then(unsent.lastMoment);
    try {
      await Promise.race([served, stopped, gone]);
    } finally {
      // Also behind a fault: an input that is open would keep the process alive.
      stdin.destroy();
    }
  });
  return EXIT.done;
}
