/** What a command is: how it is written, what it does in a line, and how its code is loaded. */
import type { Shell } from "./shell.ts";

/** One run of a command. */
export interface Invocation {
  readonly shell: Shell;
  /** Folder of the account. */
  readonly home: string;
  /** The client's configuration file if the command line names one. */
  readonly clientConfig: string | undefined;
  readonly args: readonly string[];
  /** Flags as given, without dashes; a flag without value is `true`. */
  readonly flags: ReadonlyMap<string, string | true>;
}

/** Resolves to the exit code. Expected failures throw; main.ts says them. */
export type Run = (invocation: Invocation) => Promise<number>;

export interface Command {
  readonly name: string;
  /** Arguments as the help shows them. */
  readonly usage: string;
  readonly summary: string;
  /** Flags of this command: `value` names what follows, `undefined` nothing. */
  readonly flags: Readonly<Record<string, { readonly value?: string; readonly meaning: string }>>;
  readonly minArgs: number;
  readonly maxArgs: number;
  /** The command reads its arguments itself. */
  readonly raw?: true;
  readonly load: () => Promise<Run>;
}

/** The text of a flag that takes a value. */
export function flagText(invocation: Invocation, name: string): string | undefined {
  const value = invocation.flags.get(name);
  return value === true ? undefined : value;
}
