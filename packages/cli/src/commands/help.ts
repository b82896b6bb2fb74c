/** `sotto help`: all commands, or one with its flags. */
import type { Command, Invocation } from "../command.ts";
import { COMMANDS, commandNamed } from "../commandTable.ts";
import { EXIT, UsageError } from "../problems.ts";
import { print } from "../shell.ts";

const ENTRY_WIDTH = 16;

const FOOT = `Every command takes --home DIR (or SOTTO_HOME): the folder of the account, by default ~/.sotto.
register and login read serverAddress and serverPort from client.jsonc there (or --client-config FILE),
from .env files, or from SOTTO_SERVER_ADDRESS and SOTTO_SERVER_PORT.
Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 not signed in, 4 server not reached.`;

export async function help({ shell, args: [name] }: Invocation): Promise<number> {
  const command = name === undefined ? undefined : commandNamed(name);
  if (name !== undefined && command === undefined) {
    throw new UsageError(`There is no command ${name}. sotto help lists the commands.`);
  }
  print(shell, command === undefined ? overview() : explain(command));
  return EXIT.done;
}

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(ENTRY_WIDTH)}${summary}`);
  return [
    "Private conversations on a server of your own.",
    "",
    "Usage: sotto COMMAND",
    "",
    ...lines,
    "",
    FOOT,
  ].join("\n");
}

function explain({ name, usage, summary, flags }: Command): string {
  const lines = Object.entries(flags).map(
    ([flag, { value, meaning }]) => `  --${flag}${value === undefined ? "" : ` ${value}`}\n      ${meaning}`,
  );
  return [`Usage: sotto ${name} ${usage}`.trimEnd(), summary, ...lines].join("\n");
}
