/** Paths as people write them. */
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../problems.ts";
import type { Shell } from "../shell.ts";

/**
 * The absolute path of what was typed or dropped into a terminal: quotes around it and backslashes within are taken away as a shell does, a leading
 * `~` is the user's home. Throws `badRequest` for nothing, and for a NUL, which no path has.
 */
export function typedPath(text: string, { cwd, env }: Pick<Shell, "cwd" | "env">): string {
  const typed = text.trim();
  const isQuoted = /^(?<quote>["']).*\k<quote>$/s.test(typed) && typed.length > 1;
  const bare = isQuoted ? typed.slice(1, -1) : unescaped(typed);
  const inHome = !isQuoted && /^~(?=$|\/)/.test(bare);
  return absolutePath(inHome ? join(env["HOME"] || homedir(), bare.slice(1)) : bare, cwd);
}

/** The same of a path that is meant as it is. What ends like a folder goes on doing so. */
export function absolutePath(path: string, cwd: string): string {
  if (path === "") throw new CommandError("badRequest", "Name a file or a folder.");
  if (path.includes("\0")) throw new CommandError("badRequest", "No path has a NUL in it.");
  const absolute = resolve(cwd, path);
  return /[/\\]$/.test(path) && absolute !== dirname(absolute) ? `${absolute}/` : absolute;
}

function unescaped(text: string): string {
  return process.platform === "win32" ? text : text.replace(/\\(.)/gs, "$1");
}
