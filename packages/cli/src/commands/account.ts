/** `sotto logout`, `sotto password`, `sotto delete-account`. */
import type { Invocation } from "../command.ts";
import { askPasswords, askVisibly } from "../password.ts";
import { CommandError, EXIT, UsageError } from "../problems.ts";
import { print } from "../shell.ts";
import { withSotto } from "../sottoHome.ts";

export async function logout(invocation: Invocation): Promise<number> {
  const everywhere = invocation.flags.has("everywhere");
  await withSotto(invocation, (sotto) => sotto.logout({ everywhere }));
  print(invocation.shell, everywhere ? "Signed out everywhere." : "Signed out.");
  return EXIT.done;
}

export async function changePassword(invocation: Invocation): Promise<number> {
  const { shell, flags } = invocation;
  const fromStdin = flags.has("password-stdin");
  const prompts = ["Old password: ", "New password: ", ...(fromStdin ? [] : ["The new one again: "])];
  const [old = "", fresh = "", again] = await askPasswords(shell, prompts, fromStdin);
  if (again !== undefined && again !== fresh) throw new UsageError("The two new passwords differ.");
  await withSotto(invocation, (sotto) => sotto.changePassword(old, fresh));
  print(shell, "The password is changed.");
  return EXIT.done;
}

export async function deleteAccount(invocation: Invocation): Promise<number> {
  const { shell, flags } = invocation;
  if (!flags.has("yes") && !shell.stdin.isTTY) {
    throw new UsageError("There is no terminal to ask whether it is meant. Add --yes if it is.");
  }
  return withSotto(invocation, async (sotto) => {
    if (!flags.has("yes")) {
      const answer = await askVisibly(
        shell,
        `This deletes the account for good. Type ${sotto.userName} to go on: `,
      );
      if (answer.trim() !== sotto.userName) throw new CommandError("cancelled", "Nothing was deleted.");
    }
    const [password = ""] = await askPasswords(shell, ["Password: "], flags.has("password-stdin"));
    await sotto.deleteAccount(password);
    print(shell, `The account ${sotto.userName} is deleted.`);
    return EXIT.done;
  });
}
