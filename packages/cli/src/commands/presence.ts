/** `sotto presence`: whether contacts see that this account is online. */
import type { Invocation } from "../command.ts";
import { EXIT, UsageError } from "../problems.ts";
import { print } from "../shell.ts";
import { presenceWords } from "../show/words.ts";
import { withSotto } from "../sottoHome.ts";

export async function presence(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const [word] = args;
  const hidden = word === undefined ? undefined : parsePresence(word);
  return withSotto(invocation, async (sotto) => {
    if (hidden !== undefined) await sotto.setPresenceHidden(hidden);
    print(shell, presenceWords(sotto.presenceHidden));
    return EXIT.done;
  });
}

/** Whether presence is to be hidden. Throws {@link UsageError}. */
export function parsePresence(word: string): boolean {
  if (word !== "hide" && word !== "show")
    throw new UsageError("presence takes hide or show, or nothing to say which holds.");
  return word === "hide";
}
