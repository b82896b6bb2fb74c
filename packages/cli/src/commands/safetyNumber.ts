/** `sotto safety-number`: what to compare with a contact, in person or on the telephone. */
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { print } from "../shell.ts";
import { safetyNumberLines } from "../show/lines.ts";
import { withSotto } from "../sottoHome.ts";
import { bareName } from "../target.ts";

export async function safetyNumber(invocation: Invocation): Promise<number> {
  const userName = bareName(invocation.args[0] ?? "");
  const digits = await withSotto(invocation, (sotto) => sotto.contacts.safetyNumber(userName));
  print(invocation.shell, safetyNumberLines(digits));
  return EXIT.done;
}
