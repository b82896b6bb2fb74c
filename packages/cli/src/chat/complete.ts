/** Tab completion: commands, then the names or words that a command takes. */
import { SLASH_COMMANDS } from "./slashCommands.ts";

/** Candidates for the end of the line, and the part of it that they replace, as node:readline wants them. */
export function complete(line: string, names: readonly string[]): [string[], string] {
  const words = /^\/(\S*)$/.exec(line);
  if (words !== null) {
    return [SLASH_COMMANDS.map(({ name }) => `/${name} `).filter((name) => name.startsWith(line)), line];
  }
  const [, command, before = "", sign = "", start = ""] =
    /^\/(\S+)\s+((?:\S+\s+)*)(@?)(\S*)$/.exec(line) ?? [];
  const { usage = "", choices = [] } = SLASH_COMMANDS.find(({ name }) => name === command) ?? {};
  // Titles are made up; the names behind them are not.
  const takesNames = usage.includes("@NAME …")
    ? sign === "@"
    : usage.includes("NAME") && (before === "" || usage.includes("NAME …"));
  if (before === "" && choices.length > 0 && sign === "") {
    return [choices.filter((choice) => choice.startsWith(start)).map((choice) => `${choice} `), start];
  }
  if (!takesNames) return [[], line];
  return [names.filter((name) => name.startsWith(start)).map((name) => `${sign}${name} `), `${sign}${start}`];
}
