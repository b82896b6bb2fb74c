/** Which schemas and which body limit belong to which JSON route, so that one handler and one document serve all. */
import type { RouteName } from "@sotto/protocol";
import { HTTP } from "@sotto/protocol";
import type { z } from "zod";

export const ROUTE_SCHEMAS = {
  health: HTTP.health,
  info: HTTP.info,
  registerStart: HTTP.registerStart,
  registerFinish: HTTP.registerFinish,
  loginStart: HTTP.loginStart,
  loginFinish: HTTP.loginFinish,
  bindDevice: HTTP.bindDevice,
  logout: HTTP.logout,
  passwordStart: HTTP.passwordStart,
  passwordFinish: HTTP.passwordFinish,
  deleteAccount: HTTP.deleteAccount,
  putDeviceList: HTTP.putDeviceList,
  accountByName: HTTP.account,
  accountById: HTTP.account,
  putKeyPackages: HTTP.keyPackages,
  claimKeyPackages: HTTP.claimKeyPackages,
  getVault: HTTP.getVault,
  putVault: HTTP.vault,
  putProfile: HTTP.putProfile,
  getProfile: HTTP.getProfile,
  ice: HTTP.ice,
  groupMailboxes: HTTP.groupMailboxes,
  roomPasswordStart: HTTP.roomPasswordStart,
  putRoom: HTTP.putRoom,
  roomLoginStart: HTTP.roomLoginStart,
  roomLoginFinish: HTTP.roomLoginFinish,
  groupInfo: HTTP.groupInfo,
  putGroupInfo: HTTP.putGroupInfo,
  createBlob: HTTP.createBlob,
  blobStatus: HTTP.blobStatus,
  keepParcel: HTTP.keepParcel,
  blobDone: HTTP.blobDone,
} as const satisfies Partial<Record<RouteName, RouteSchemas>>;

interface RouteSchemas {
  readonly request?: z.ZodType;
  readonly response: z.ZodType;
}

export type JsonRoute = keyof typeof ROUTE_SCHEMAS;
/** The checked request body; `undefined` where there is none. */
export type InputOf<R extends JsonRoute> = (typeof ROUTE_SCHEMAS)[R] extends { readonly request: infer S }
  ? z.infer<S>
  : undefined;
export type OutputOf<R extends JsonRoute> = z.infer<(typeof ROUTE_SCHEMAS)[R]["response"]>;

export const JSON_ROUTES = Object.keys(ROUTE_SCHEMAS) as JsonRoute[];

/** The route's schemas without their exact types, for code that treats all routes alike. */
export function schemasOf(route: JsonRoute): RouteSchemas {
  return ROUTE_SCHEMAS[route];
}

const KIB = 1024;
/** Names, ids and OPAQUE messages. */
const SMALL_BODY_BYTES = 16 * KIB;
/** The largest valid body of each route that carries more, in base64url and rounded up. */
const LARGE_BODY_BYTES: { readonly [R in JsonRoute]?: number } = {
  registerFinish: 3072 * KIB,
  putDeviceList: 3072 * KIB,
  passwordFinish: 1536 * KIB,
  putVault: 1536 * KIB,
  putKeyPackages: 1152 * KIB,
  putGroupInfo: 2752 * KIB,
  putProfile: 356 * KIB,
};

/** Bytes of a request body that are read at most. */
export function bodyLimitOf(route: JsonRoute): number {
  return LARGE_BODY_BYTES[route] ?? SMALL_BODY_BYTES;
}
