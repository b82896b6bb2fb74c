/** The server's side of leaving: ending sessions, deleting the account. What lies on this device is the home's to remove. */
import { toBase64Url } from "@sotto/protocol";
import type { Identity } from "../engine/records/identity.ts";
import type { ServerApi } from "../http/serverApi.ts";
import { failureOf, valueOf } from "./answers.ts";
import type { AccountContext } from "./context.ts";
import { signIn } from "./session.ts";

/**
 * Ends this session, or all of the account (ACC-12). Without `everywhere` an unreachable server is no obstacle: the token is gone with
 * the device's data. With it, rejects unless the server has ended them.
 */
export async function endSessions(api: ServerApi, { token }: Identity, everywhere: boolean): Promise<void> {
  const answer = await api.call("logout", { token: toBase64Url(token), body: { everywhere } });
  if (everywhere && answer.kind !== "ok") throw failureOf(answer);
}

/** Removes everything of the account from the server (ACC-14). Rejects with `wrongCredentials`. */
export async function deleteAccount(context: AccountContext, own: Identity, password: string): Promise<void> {
  const { userName, server, account } = own;
  const pinned = { account, accountKey: own.credential.accountKey };
  const { token } = await signIn(context, { userName, password, server }, pinned);
  valueOf(await context.api.call("deleteAccount", { token: toBase64Url(token), body: { userName } }));
}
