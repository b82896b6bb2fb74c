/** The `sotto` program: reads the command line, loads the one command that it names, and says in a sentence what went wrong. */
import { parseCommandLine } from "./commandLine.ts";
import { exitCodeOf, sentenceOf } from "./problems.ts";
import type { Shell } from "./shell.ts";
import { processShell, tell } from "./shell.ts";

/** Runs one command and resolves to the exit code. `args` is the command line without program and script. */
export async function main(args: readonly string[], shell: Shell = processShell()): Promise<number> {
  // A reader such as `head` may leave early: no more is written, and that is no failure.
  shell.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    const { command, ...invocation } = parseCommandLine(args, shell);
    const run = await command.load();
    return await run({ shell, ...invocation });
  } catch (error) {
    tell(
      shell,
      shell.env["SOTTO_DEBUG"] === "1" && error instanceof Error ? (error.stack ?? "") : sentenceOf(error),
    );
    return exitCodeOf(error);
  }
}
