/** Opens the account of a command, and closes it however the command ends. */
import type { Sotto } from "sotto";
import type { Invocation } from "./command.ts";

/** Runs `work` with the account that is signed in here. Rejects with `storeMissing` if there is none. */
export async function withSotto<T>(
  { shell, home }: Invocation,
  work: (sotto: Sotto) => Promise<T>,
): Promise<T> {
  const sotto = await (await shell.openHome(home)).open();
  try {
    return await work(sotto);
  } finally {
    await sotto.close();
  }
}
