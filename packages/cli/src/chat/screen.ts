/** Where a chat is shown and typed: a terminal with a line being edited, or plain streams such as pipes. */
import { on } from "node:events";
import type { Key } from "node:readline";
import { createInterface } from "node:readline";
import type { Shell } from "../shell.ts";
import type { Style } from "../show/style.ts";
import { PLAIN, styleFor } from "../show/style.ts";
import { eraseEntered, eraseTyped, printAbove } from "./redraw.ts";

export interface Screen {
  readonly style: Style;
  /** Lines as they are entered, until the input ends, Ctrl-C, or {@link Screen.close}. */
  readonly lines: AsyncIterable<string>;
  /** Prints one or more lines without tearing the one being typed. */
  readonly print: (text: string) => void;
  /** Leaves a trace of an entered command on a terminal; pipes have none of their input. */
  readonly echo: (line: string) => void;
  /** A prompt may have several lines. */
  readonly setPrompt: (prompt: string) => void;
  /** Of a terminal, as it is now; other streams draw no prompt. */
  readonly columns?: () => number;
  readonly close: () => void;
}

const DEFAULT_COLUMNS = 80;

/** Completes the line being typed: the candidates, and the part of the line that they replace. */
export type Completer = (line: string) => [string[], string];

/** A terminal when input and output are one, plain streams otherwise. */
export function openScreen(shell: Shell, completer: Completer): Screen {
  const onTerminal =
    shell.stdin.isTTY === true && shell.stdout.isTTY === true && shell.env["TERM"] !== "dumb";
  return onTerminal ? terminalScreen(shell, completer) : plainScreen(shell);
}

function plainScreen({ stdin, stdout }: Shell): Screen {
  const line = createInterface({ input: stdin, terminal: false });
  return {
    style: PLAIN,
    lines: linesOf(line),
    print: (text) => void stdout.write(`${text}\n`),
    echo: () => {},
    setPrompt: () => {},
    close: () => line.close(),
  };
}

function terminalScreen({ stdin, stdout, env }: Shell, completer: Completer): Screen {
  const style = styleFor(stdout, env);
  const line = createInterface({ input: stdin, output: stdout, terminal: true, completer, prompt: "> " });
  const lines = linesOf(line);
  let open = true;
  let lastRow = 0;
  // Before readline's own listener: afterwards an entered line is gone, and with it how many rows it took.
  stdin.prependListener("keypress", (_text: unknown, key: Key | undefined) => {
    if (!open) return;
    // What is pasted readline writes without noting the row it ends on, and would tear the line when it draws it next.
    Object.assign(line, { prevRows: line.getCursorPos().rows });
    if (key?.name !== "return" && key?.name !== "enter") return;
    line.write(null, { ctrl: true, name: "e" });
    lastRow = line.getCursorPos().rows;
  });
  line.on("line", () => {
    stdout.write(eraseEntered(lastRow));
    line.prompt();
  });
  line.on("SIGINT", () => line.close());
  line.on("close", () => {
    open = false;
    stdout.write(eraseTyped(line.getCursorPos().rows));
  });
  line.prompt();
  const print = (text: string): void => {
    if (!open) return void stdout.write(`${text}\n`);
    stdout.write(printAbove(line.getCursorPos().rows, text));
    line.prompt(true);
  };
  return {
    style,
    lines,
    print,
    echo: (entered) => print(style.dim(`> ${entered}`)),
    setPrompt(prompt) {
      if (prompt === line.getPrompt()) return;
      line.setPrompt(prompt);
      if (open) line.prompt(true);
    },
    columns: () => stdout.columns ?? DEFAULT_COLUMNS,
    close: () => line.close(),
  };
}

/** Listens at once, so that no line is lost before the first is asked for. */
function linesOf(line: NodeJS.EventEmitter): AsyncIterable<string> {
  const events = on(line, "line", { close: ["close"] });
  return (async function* () {
    for await (const [text] of events as AsyncIterable<[string]>) yield text;
  })();
}
