/** Two people become contacts. */
import type { RpcClient } from "./rpcClient.ts";
import { nextEvent } from "./rpcClient.ts";

/** One asks, the other accepts; resolves when the one who asked knows. */
export async function becomeContacts(asking: RpcClient, asked: RpcClient): Promise<void> {
  const request = nextEvent(asked, "contact", "the request", ({ username }) => username === asking.name);
  await asking.call("contacts.add", { username: asked.name });
  await request;
  const accepted = nextEvent(asking, "contact", "the acceptance", ({ state }) => state === "accepted");
  await asked.call("contacts.accept", { username: asking.name });
  await accepted;
}
