/** `sotto keygen`: a random 256-bit key, for instance to protect a conversation in addition to its own keys. */
import { randomBytes } from "node:crypto";
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { print } from "../shell.ts";

const KEY_BYTES = 32;

export async function keygen({ shell }: Invocation): Promise<number> {
  print(shell, randomBytes(KEY_BYTES).toString("hex"));
  return EXIT.done;
}
