/** How far files are and why they wait, for one-shot commands: a bar on a terminal, a line at each quarter elsewhere; always on standard error. */
import type { TransferId } from "@sotto/protocol";
import type { FileView } from "sotto";
import type { Shell } from "../shell.ts";
import { tell } from "../shell.ts";
import { percent, progressBar, shownFileName, stateWords } from "../show/fileWords.ts";

const STEP_PERCENT = 25;
const ERASE_LINE = "\r\u001b[K";
const DEFAULT_COLUMNS = 80;

export interface Progress {
  readonly show: (view: FileView) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

export function createProgress(shell: Shell): Progress {
  const { stderr, env } = shell;
  const drawn = stderr.isTTY === true && env["TERM"] !== "dumb";
  const said = new Map<TransferId, string>();
  const say = (view: FileView, key: string): void => {
    if (said.get(view.transfer) === key) return;
    said.set(view.transfer, key);
    tell(shell, `${drawn ? ERASE_LINE : ""}${shownFileName([view.name])}: ${stateWords(view)}`);
  };
  return {
    show(view) {
      const { state, reason } = view;
      const moves = state === "moving" || state === "preparing";
      if (moves && drawn) stderr.write(ERASE_LINE + progressBar(view, stderr.columns ?? DEFAULT_COLUMNS));
      else if (moves) say(view, `${state} ${Math.floor(percent(view) / STEP_PERCENT)}`);
      // Why nothing moves; the end is the command's to say.
      else if (reason !== null && reason !== "uploaded" && (state === "waiting" || state === "paused"))
        say(view, `${state} ${reason}`);
    },
    end() {
      if (drawn) stderr.write(ERASE_LINE);
    },
  };
}
