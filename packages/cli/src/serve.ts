/** `sotto serve`: the server in this process. The one place besides administration that loads the server's code. */
import type { Invocation } from "./command.ts";
import { EXIT } from "./problems.ts";
import { print } from "./shell.ts";

/** Resolves when the server does not start; a running one ends the process itself on SIGTERM or SIGINT, with exit code 0. */
export async function serve({ shell, args }: Invocation): Promise<number> {
  const { runServer } = await import("@sotto/server");
  await runServer(args);
  if (process.exitCode !== undefined) return EXIT.failed;
  if (!args.includes("--json")) {
    print(
      shell,
      "On this machine: open the first address in a browser, or make an account with sotto register NAME",
    );
    print(shell, "Ctrl-C stops the server.");
  }
  return new Promise(() => {});
}
