/** The `sotto` command in a terminal of its own (a pty), as a person would use it. */
import { stripVTControlCharacters } from "node:util";
import type { IPty } from "@lydell/node-pty";
import { spawn } from "@lydell/node-pty";
import { PATIENCE_MS, withDeadline } from "../support/deadline.ts";
import { launched, networkOf } from "../support/lineProcess.ts";
import { SOTTO_BIN } from "../support/paths.ts";

export interface CliTerminal {
  /** All bytes that the terminal received so far. */
  raw(): string;
  /** The same without control sequences. */
  text(): string;
  /** As typed; `\r` is the Enter key. */
  type(text: string): void;
  /** Resolves when `pattern` is in what the terminal received after the last match; later calls look behind it. */
  shows(pattern: string | RegExp): Promise<void>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  kill(): void;
}

export interface CliTerminalOptions {
  readonly home: string;
  readonly args: readonly string[];
  readonly columns?: number;
  /** Runs the launcher: this test's Node unless another is named. */
  readonly node?: string;
  /** Starts the program, for instance inside another network. */
  readonly launcher?: readonly string[];
}

const terminals = new Set<IPty>();
process.once("exit", () => {
  for (const terminal of terminals) terminal.kill("SIGKILL");
});

export function openCliTerminal(options: CliTerminalOptions): CliTerminal {
  const { home, args, columns = 80, node = process.execPath } = options;
  const env = Object.entries({ ...process.env, TERM: "xterm-256color" }).filter(
    ([name]) => !name.startsWith("SOTTO_") && name !== "NO_COLOR",
  );
  const [program, ...rest] = launched(options.launcher, node, SOTTO_BIN, "--home", home, ...args);
  const pty = spawn(program, rest, {
    cols: columns,
    rows: 40,
    cwd: home,
    env: { ...Object.fromEntries(env), ...networkOf([program, ...rest]) },
  });
  terminals.add(pty);
  let raw = "";
  let seen = 0;
  const looks = new Set<() => void>();
  pty.onData((data) => {
    raw += data;
    for (const look of looks) look();
  });
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      terminals.delete(pty);
      resolve(signal ? 128 + signal : exitCode);
    });
  });
  const text = (): string => stripVTControlCharacters(raw).replaceAll("\r", "");
  return {
    raw: () => raw,
    text,
    type: (keys) => pty.write(keys),
    shows(pattern) {
      const shown = Promise.withResolvers<void>();
      const look = (): void => {
        const behind = text().slice(seen);
        const at = typeof pattern === "string" ? behind.indexOf(pattern) : behind.search(pattern);
        if (at < 0) return;
        seen += at + 1;
        shown.resolve();
      };
      looks.add(look);
      look();
      return withDeadline(`${String(pattern)} in the terminal`, PATIENCE_MS, shown.promise)
        .catch((error: Error) => {
          throw new Error(`${error.message}; it shows:\n${text().slice(-2000)}`, { cause: error });
        })
        .finally(() => looks.delete(look));
    },
    ended: exit,
    kill: () => pty.kill("SIGKILL"),
  };
}

/** The exit code of a program that is about to end. */
export function exitCode(terminal: CliTerminal): Promise<number> {
  return withDeadline("the program's end", PATIENCE_MS, terminal.ended);
}
