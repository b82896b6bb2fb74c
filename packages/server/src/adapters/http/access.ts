/** The one place that decides who may call which route (ATTACKS: authorisation at one place), driven by ROUTES[].access. */
import { createHash } from "node:crypto";
import type { RouteName } from "@sotto/protocol";
import { ROUTES, TOKEN_BYTES, fromBase64Url, toHex } from "@sotto/protocol";
import type { RequestExecutor } from "../../ports/requestExecutor.ts";
import type { SessionInfo, SessionKey } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";

/** Who calls. */
export interface Session extends SessionInfo {
  readonly key: SessionKey;
}

type AccessOf<R extends RouteName> = (typeof ROUTES)[R]["access"];
/** What a route's handler is given: open routes are told nothing of the caller. */
export type CallerOf<R extends RouteName> = AccessOf<R> extends "open" ? null : Session;

/** The caller of a route. Refused: unauthorised, noDevice, recentLoginNeeded. */
export async function authorise(
  executor: RequestExecutor,
  route: RouteName,
  authorization: string | undefined,
): Promise<Result<Session | null>> {
  const { access } = ROUTES[route];
  if (access === "open") return accepted(null);
  const key = sessionKeyOf(authorization);
  if (key === undefined) return refused("unauthorised");
  const info = await executor.execute({ type: "authenticate", session: key });
  if (!info.ok) return info;
  if (access === "device" && info.value.device === null) return refused("noDevice");
  if (access === "recent" && !info.value.recent) return refused("recentLoginNeeded");
  return accepted({ ...info.value, key });
}

/** The hash by which the store knows the token of an Authorization header. */
function sessionKeyOf(authorization: string | undefined): SessionKey | undefined {
  const text = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(authorization ?? "")?.[1];
  const token = text === undefined ? undefined : fromBase64Url(text);
  return token?.length === TOKEN_BYTES ? hashOfToken(token) : undefined;
}

/** What is stored of a token. */
export function hashOfToken(token: Uint8Array): SessionKey {
  return toHex(createHash("sha256").update(token).digest());
}
