/**
 * What strangers may call is limited by address before anything of the request is read: the body of a registration is large, and
 * checking it is work. Limits by user name come later, in the endpoints.
 */
import { limitKeyOf } from "./peer.ts";
import type { JsonRoute } from "./routeSchemas.ts";
import type { StrangerLimits } from "./service.ts";

const LIMITED: { readonly [R in JsonRoute]?: keyof StrangerLimits } = {
  registerStart: "registrationsByAddress",
  registerFinish: "registrationsByAddress",
  loginStart: "loginsByAddress",
  loginFinish: "loginsByAddress",
  roomPasswordStart: "roomGuessesByAddress",
  roomLoginStart: "roomGuessesByAddress",
};

/** Takes one token of the address for this route: each step of a login or registration has a bucket of its own. False: slow down. */
export function admits(limits: StrangerLimits, route: JsonRoute, address: string, nowMs: number): boolean {
  const limit = LIMITED[route];
  return limit === undefined || limits[limit].take(`${route} ${limitKeyOf(address)}`, nowMs);
}
