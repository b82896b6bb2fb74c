/** Passwords: typed without echo on a terminal, or read from standard input. Never from the command line, which other users can see. */
import { CommandError, UsageError } from "./problems.ts";
import type { Shell } from "./shell.ts";

const MAX_INPUT_CHARS = 64 * 1024;

/** What typing has come to. */
export type Typed =
  | { readonly kind: "typing"; readonly text: string }
  /** `rest` was typed ahead, for the next question. */
  | { readonly kind: "entered"; readonly text: string; readonly rest: string }
  | { readonly kind: "cancelled" };

/**
 * Asks for one password per prompt; the prompts go to stderr. With `fromStdin` they are the first lines of standard input instead. Throws
 * {@link UsageError} when there is no terminal to ask on.
 */
export async function askPasswords(
  shell: Shell,
  prompts: readonly string[],
  fromStdin: boolean,
): Promise<readonly string[]> {
  if (fromStdin) return readLines(shell, prompts.length);
  if (!shell.stdin.isTTY) {
    throw new UsageError("There is no terminal to ask for the password. Give it with --password-stdin.");
  }
  return askAll(shell, prompts, false);
}

/** Asks a question on the terminal and shows what is typed. */
export async function askVisibly(shell: Shell, prompt: string): Promise<string> {
  const [answer = ""] = await askAll(shell, [prompt], true);
  return answer;
}

/** One more piece of what a terminal in raw mode sends: text, or editing and control characters. */
export function typeInto(text: string, piece: string): Typed {
  let typed = text;
  let at = 0;
  for (const symbol of piece) {
    at += symbol.length;
    if (symbol === "\r" || symbol === "\n") return { kind: "entered", text: typed, rest: piece.slice(at) };
    if (symbol === "\u0003" || (symbol === "\u0004" && typed === "")) return { kind: "cancelled" };
    if (symbol === "\u007f" || symbol === "\b") typed = typed.replace(/.$/su, "");
    else if (symbol === "\u0015") typed = "";
    else if (symbol === "\u001b") return { kind: "typing", text: typed };
    else if (symbol >= " ") typed += symbol;
  }
  return { kind: "typing", text: typed };
}

/** Echo is off before the first prompt is seen and until after the last answer: who types ahead does not show a password either. */
async function askAll(
  shell: Shell,
  prompts: readonly string[],
  visible: boolean,
): Promise<readonly string[]> {
  const { stdin } = shell;
  stdin.setRawMode?.(true);
  stdin.setEncoding("utf8");
  try {
    const answers: string[] = [];
    for (const prompt of prompts) answers.push(await ask(shell, prompt, visible));
    return answers;
  } finally {
    stdin.setRawMode?.(false);
  }
}

function ask({ stdin, stderr }: Shell, prompt: string, visible: boolean): Promise<string> {
  stderr.write(prompt);
  return new Promise((resolve, reject) => {
    let text = "";
    const end = (): void => {
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.pause();
      stderr.write("\n");
    };
    const onEnd = (): void => {
      end();
      reject(new CommandError("cancelled", "Cancelled."));
    };
    const onData = (piece: string): void => {
      const typed = typeInto(text, piece);
      if (typed.kind === "cancelled") return onEnd();
      if (visible) stderr.write(`\r\u001b[K${prompt}${typed.text}`);
      text = typed.text;
      if (typed.kind === "typing") return;
      end();
      if (typed.rest !== "") stdin.unshift(typed.rest, "utf8");
      resolve(text);
    };
    stdin.on("data", onData);
    stdin.on("end", onEnd);
    stdin.resume();
  });
}

async function readLines({ stdin }: Shell, count: number): Promise<readonly string[]> {
  let text = "";
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.split("\n").length > count || text.length > MAX_INPUT_CHARS) break;
  }
  const lines = text.split(/\r?\n/);
  const answers = lines.slice(0, count);
  if (answers.length < count || answers.includes("")) {
    throw new UsageError(
      count === 1
        ? "Standard input has no password on its first line."
        : `Standard input needs ${count} lines with a password each.`,
    );
  }
  return answers;
}
