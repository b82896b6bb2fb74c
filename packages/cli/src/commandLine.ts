/** Reads the command line. Unknown commands, flags and arguments are refused with what would have been right. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Command, Invocation } from "./command.ts";
import { COMMANDS, commandNamed } from "./commandTable.ts";
import { UsageError } from "./problems.ts";
import type { Shell } from "./shell.ts";

/** Flags of every command, before or after its name. */
const GLOBAL = {
  home: { type: "string" },
  "client-config": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

type Option = { readonly type: "string" | "boolean"; readonly short?: string };

interface Words {
  readonly flags: ReadonlyMap<string, string | true>;
  readonly args: readonly string[];
}

/** The command and its arguments. Throws {@link UsageError}. */
export function parseCommandLine(
  args: readonly string[],
  { env, cwd, defaultHome }: Pick<Shell, "env" | "cwd" | "defaultHome">,
): Omit<Invocation, "shell"> & { readonly command: Command } {
  const at = commandIndex(args);
  const before = readWords(args.slice(0, at), GLOBAL, "sotto");
  const command = commandAt(args, at, before);
  const after = command.raw
    ? splitGlobal(args.slice(at + 1))
    : readWords(args.slice(at + 1), optionsOf(command), command.name);
  const flags = new Map([...before.flags, ...after.flags]);
  const home = flags.get("home") ?? env["SOTTO_HOME"];
  const clientConfig = flags.get("client-config");
  const common = {
    home: typeof home === "string" && home !== "" ? resolve(cwd, home) : defaultHome,
    clientConfig: typeof clientConfig === "string" ? resolve(cwd, clientConfig) : undefined,
    flags,
  };
  if (flags.has("help") && command.name !== "help") {
    return { ...common, command: must("help"), args: at < args.length ? [command.name] : [] };
  }
  if (after.args.length < command.minArgs || after.args.length > command.maxArgs) {
    throw new UsageError(`Usage: sotto ${command.name} ${command.usage}`.trimEnd());
  }
  return { ...common, command, args: after.args };
}

/** Index of the first word that is neither a flag nor a flag's value. */
function commandIndex(args: readonly string[]): number {
  let index = 0;
  while (index < args.length && args[index]?.startsWith("-")) {
    index += args[index] === "--home" || args[index] === "--client-config" ? 2 : 1;
  }
  return Math.min(index, args.length);
}

function commandAt(args: readonly string[], at: number, before: Words): Command {
  const name = args[at];
  if (before.flags.has("version")) return must("version");
  if (name === undefined) return must("help");
  const command = commandNamed(name);
  if (command !== undefined) return command;
  const similar = COMMANDS.find((known) => known.name.startsWith(name) || name.startsWith(known.name));
  const hint = similar === undefined ? "" : ` Did you mean ${similar.name}?`;
  throw new UsageError(`There is no command ${name}.${hint} sotto help lists the commands.`);
}

function optionsOf(command: Command): Readonly<Record<string, Option>> {
  const own = Object.entries(command.flags).map(([name, { value }]): [string, Option] => [
    name,
    { type: value === undefined ? "boolean" : "string" },
  ]);
  return { ...GLOBAL, ...Object.fromEntries(own) };
}

function readWords(args: readonly string[], options: Readonly<Record<string, Option>>, whose: string): Words {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, string | true>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const known = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`${whose} has no flag ${token.rawName}. It has ${known.join(", ")}.`);
    }
    if (option.type === "string" && !token.value) throw new UsageError(`${token.rawName} needs a value.`);
    if (option.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value.`);
    flags.set(token.name, token.value ?? true);
  }
  return { flags, args: words };
}

/** Takes our own flags out of arguments that another program part reads. */
function splitGlobal(args: readonly string[]): Words {
  const rest: string[] = [];
  const own: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === "--home" || word === "--client-config") own.push(word, ...args.slice(++i, i + 1));
    else if (word === "--help" || word === "-h") own.push(word);
    else rest.push(word);
  }
  return { flags: readWords(own, GLOBAL, "serve").flags, args: rest };
}

function must(name: string): Command {
  return commandNamed(name) as Command;
}
