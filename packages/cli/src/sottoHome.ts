/** Opens the account of a command, and closes it however the command ends. */
import type { Sotto } from "sotto";
import type { Invocation } from "./command.ts";
import { loadConfig } from "./config/loadConfig.ts";
import { trustProblem } from "./serverTrust.ts";
import { tell } from "./shell.ts";

/**
 * Runs `work` with the account that is signed in here. Rejects with `storeMissing` if there is none. `say` is told what is wrong when
 * the server's certificate is not trusted.
 */
export async function withSotto<T>(
  invocation: Invocation,
  work: (sotto: Sotto) => Promise<T>,
  say: (line: string) => void = (line) => tell(invocation.shell, line),
): Promise<T> {
  const { shell, home, clientConfig } = invocation;
  const { directConnections } = await loadConfig({ home, clientConfig, env: shell.env, cwd: shell.cwd });
  const sotto = await (await shell.openHome(home, { links: directConnections })).open();
  let explained: Promise<void> | undefined;
  let off: (() => void) | undefined;
  try {
    off = sotto.on((event) => {
      if (event.type === "connection" && event.reason === "untrusted")
        explained ??= explain(invocation, sotto, say);
    });
    return await work(sotto);
  } finally {
    off?.();
    await explained;
    await sotto.close();
  }
}

/** Looks at the certificate once more, because a connection tells no more than that it is not trusted. */
async function explain(
  { shell, home }: Invocation,
  sotto: Sotto,
  say: (line: string) => void,
): Promise<void> {
  try {
    const problem = trustProblem(await shell.inspectServer({ dir: home, server: sotto.server }));
    if (problem !== undefined) say(problem);
  } catch {
    // It was to help; the connection's own reason has been told.
  }
}
