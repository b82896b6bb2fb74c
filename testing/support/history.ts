/** A conversation as a client keeps it. */
import type { RpcClient } from "./rpcClient.ts";
import type { RpcMessage } from "./rpcContract.ts";

/** As many as one answer holds. */
const PAGE = 1000;

/** The id of the client's conversation with the person. */
export async function conversationWith(client: RpcClient, name: string): Promise<string> {
  const found = (await client.call("conversations.list")).find(
    (one) => one.kind === "pair" && one.name === name,
  );
  if (found === undefined) throw new Error(`${client.name} has no conversation with ${name}`);
  return found.id;
}

/** All of it, oldest first. */
export async function historyOf(client: RpcClient, conversation: string): Promise<readonly RpcMessage[]> {
  const pages: (readonly RpcMessage[])[] = [];
  for (let before: string | undefined; ;) {
    const page = await client.call("messages.list", {
      conversation,
      limit: PAGE,
      ...(before !== undefined && { before }),
    });
    pages.unshift(page);
    before = page[0]?.id;
    if (before === undefined || page.length < PAGE) return pages.flat();
  }
}

/** Its texts from one person. */
export function textsFrom(history: readonly RpcMessage[], name: string): readonly string[] {
  return history.filter(({ from }) => from === name).map(({ text }) => text);
}
