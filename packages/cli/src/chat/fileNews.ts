/** What a chat says and draws of files that move. */
import type { FileView } from "sotto";
import { percent, progressBar, shownFileName, stateWords } from "../show/fileWords.ts";
import type { Chat } from "./state.ts";

/** Where no bar can be drawn a line is printed at each of these steps. */
const STEP_PERCENT = 25;

export function announceFile(chat: Chat, view: FileView): void {
  const { moving, screen } = chat;
  const moves = view.state === "moving" || view.state === "preparing";
  // The one that moved last is drawn.
  moving.delete(view.transfer);
  if (moves) moving.set(view.transfer, view);
  if (moves && screen.columns !== undefined) return;
  const words = moves ? stepWords(view) : newsWords(view);
  if (words === undefined || chat.fileSaid.get(view.transfer)?.key === words.key) return;
  chat.fileSaid.set(view.transfer, words);
  const line = `${shownFileName([view.name])}: ${words.text}`;
  const isTrouble = view.state === "failed" || (view.state === "cancelled" && view.reason === "byPeer");
  screen.print(isTrouble ? screen.style.warning(line) : screen.style.dim(line));
}

/** The line above the prompt while something moves; nothing otherwise. */
export function progressLine({ moving, screen }: Chat): string {
  const last = [...moving.values()].at(-1);
  if (last === undefined || screen.columns === undefined) return "";
  const others = moving.size > 1 ? `+${moving.size - 1} ` : "";
  return `${screen.style.dim(others + progressBar(last, screen.columns() - others.length))}\n`;
}

/** What is said once, and again when it is another. */
export interface FileWords {
  readonly key: string;
  readonly text: string;
}

function stepWords(view: FileView): FileWords {
  const step = Math.floor(percent(view) / STEP_PERCENT);
  return { key: `${view.state} ${step}`, text: stateWords(view) };
}

function newsWords(view: FileView): FileWords | undefined {
  if (view.state === "offered" || (view.state === "waiting" && view.reason === null)) return undefined;
  const text = stateWords(view);
  return { key: text, text };
}
