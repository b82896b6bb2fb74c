/** `sotto key`: enters the key of a group that this device was put into. */
import type { Invocation } from "../command.ts";
import { flagText } from "../command.ts";
import { askKey, readKeyFile, refuseTypedKey } from "../keyFile.ts";
import { EXIT, UsageError } from "../problems.ts";
import { mustConversation } from "../sendText.ts";
import { print } from "../shell.ts";
import { withSotto } from "../sottoHome.ts";
import { parseTarget } from "../target.ts";

export async function key(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const [name = "", ...more] = args;
  refuseTypedKey(...more);
  const target = parseTarget(name);
  if (target === undefined || more.length > 0)
    throw new UsageError("Usage: sotto key #CONVERSATION [--key-file PATH]");
  const path = flagText(invocation, "key-file");
  refuseTypedKey(path ?? "");
  const text = path === undefined ? await askKey(shell) : await readKeyFile(path);
  return withSotto(invocation, async (sotto) => {
    await sotto.groups.setKey(mustConversation(sotto, target).id, text);
    print(shell, "The key is right. The group opens as soon as the server can be reached.");
    return EXIT.done;
  });
}
