/** `sotto keygen`: a fresh pre-shared key for a conversation (PSK-1), as 64 hexadecimal digits. */
import { randomBytes } from "node:crypto";
import { formatConversationKey, newConversationKey } from "@sotto/protocol";
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { print } from "../shell.ts";

export async function keygen({ shell }: Invocation): Promise<number> {
  print(shell, formatConversationKey(newConversationKey(randomBytes)));
  return EXIT.done;
}
