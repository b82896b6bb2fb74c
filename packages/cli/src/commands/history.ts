/** `sotto export` and `sotto import`: the history of this device as an open archive. */
import { resolve } from "node:path";
import { withArchive, writeArchive } from "../archiveFile.ts";
import type { Invocation } from "../command.ts";
import { askPasswords } from "../password.ts";
import { CommandError, EXIT, UsageError } from "../problems.ts";
import { print, tell } from "../shell.ts";
import { withSotto } from "../sottoHome.ts";

export async function exportHistory(invocation: Invocation): Promise<number> {
  const { shell, flags } = invocation;
  const path = pathOf(invocation);
  const passphrase = await newPassphrase(invocation);
  return withSotto(invocation, async (sotto) => {
    const options = passphrase === undefined ? {} : { passphrase };
    const sizeBytes = await writeArchive(path, sotto.history.export(options));
    print(shell, `Exported ${sizeBytes} bytes to ${path}.`);
    if (passphrase === undefined)
      tell(
        shell,
        "Whoever has this file can read every message in it. Keep it safe, or seal it: sotto export --encrypt",
      );
    else if (!flags.has("passphrase-stdin"))
      tell(shell, "Nothing but the passphrase opens this file. Keep it safe.");
    return EXIT.done;
  });
}

export async function importHistory(invocation: Invocation): Promise<number> {
  const { shell, flags } = invocation;
  return withSotto(invocation, (sotto) =>
    withArchive(pathOf(invocation), async (file) => {
      const [passphrase] = (await sotto.history.isSealed(file))
        ? await askPasswords(shell, ["Passphrase of the archive: "], flags.has("passphrase-stdin"))
        : [];
      const { messages, added } = await sotto.history.import(
        file,
        passphrase === undefined ? {} : { passphrase },
      );
      const known = messages - added;
      print(shell, `${added} messages imported${known > 0 ? `; ${known} were here already` : ""}.`);
      return EXIT.done;
    }),
  );
}

function pathOf({ shell, args }: Invocation): string {
  return resolve(shell.cwd, args[0] ?? "");
}

/** The passphrase to seal under; `undefined` for an open archive. */
async function newPassphrase({ shell, flags }: Invocation): Promise<string | undefined> {
  const fromStdin = flags.has("passphrase-stdin");
  if (!fromStdin && !flags.has("encrypt")) return undefined;
  const prompts = ["Passphrase for the archive: ", ...(fromStdin ? [] : ["The same again: "])];
  const [passphrase = "", again] = await askPasswords(shell, prompts, fromStdin);
  if (again !== undefined && again !== passphrase) throw new UsageError("The two passphrases differ.");
  if (passphrase === "") throw new CommandError("badRequest", "An empty passphrase protects nothing.");
  return passphrase;
}
