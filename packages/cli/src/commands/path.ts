/** `sotto path`: which way messages go, in one conversation or in all that do not say otherwise. */
import type { PathMode, Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { PATH_CHOICES, PATH_MODES, isPathMode, parsePathChoice } from "../pathChoice.ts";
import { EXIT, UsageError } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import { mustConversation } from "../sendText.ts";
import { print } from "../shell.ts";
import { chosenPathWords, defaultPathWords } from "../show/pathWords.ts";
import { withSotto } from "../sottoHome.ts";
import type { Target } from "../target.ts";
import { parseTarget } from "../target.ts";

export async function path(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const target = parseTarget(args[0] ?? "");
  const words = target === undefined ? args : args.slice(1);
  if (words.length > 1) throw new UsageError("Usage: sotto path [@NAME] [MODE]");
  const act = target === undefined ? ofDefault(words[0]) : ofConversation(target, words[0]);
  return withSotto(invocation, async (sotto) => {
    print(shell, await act(sotto));
    return EXIT.done;
  });
}

/** What `/path` and `sotto path` take for a conversation. Throws {@link UsageError}. */
export function pathChoice(word: string): PathMode | null {
  const choice = parsePathChoice(word);
  if (choice === undefined) {
    throw new UsageError(`path takes ${PATH_CHOICES.join(", ")}, or nothing to say which holds.`);
  }
  return choice;
}

type Act = (sotto: Sotto) => Promise<string>;

function ofDefault(word: string | undefined): Act {
  if (word !== undefined && !isPathMode(word)) {
    throw new UsageError(
      `The default is one of ${PATH_MODES.join(", ")}. For one conversation: sotto path @NAME MODE`,
    );
  }
  return async (sotto) => {
    if (word !== undefined) await sotto.setDefaultPath(word);
    return defaultPathWords(sotto.defaultPath);
  };
}

function ofConversation(target: Target, word: string | undefined): Act {
  const choice = word === undefined ? undefined : pathChoice(word);
  return async (sotto) => {
    const { id } = mustConversation(sotto, target);
    if (choice !== undefined) await sotto.conversations.setPath(id, choice);
    const conversation = mustConversation(sotto, { conversation: id });
    return chosenPathWords(sanitizeLine(conversation.name), conversation);
  };
}
