/** Which bodies the endpoints take and give, from the protocol's own tables. */
import type { RouteName } from "@sotto/protocol";
import { HTTP, ROUTES } from "@sotto/protocol";
import { parcel } from "./fileFields.ts";
import type { FieldReader } from "./fieldReader.ts";
import { clientFrame, serverFrame } from "./frameFields.ts";
import { jsonBody } from "./jsonFields.ts";
import { referencedPayload } from "./mlsFields.ts";

type Parser = (reader: FieldReader) => void;

/** What a route's bodies hold; none: an empty body. */
export interface RouteBodies {
  readonly request?: Parser;
  readonly response?: Parser;
}

const accountAnswer: RouteBodies = { response: jsonBody(HTTP.account.response) };

const BODIES: Readonly<Record<RouteName, RouteBodies>> = {
  health: json(HTTP.health),
  info: json(HTTP.info),
  registerStart: json(HTTP.registerStart),
  registerFinish: json(HTTP.registerFinish),
  loginStart: json(HTTP.loginStart),
  loginFinish: json(HTTP.loginFinish),
  bindDevice: json(HTTP.bindDevice),
  logout: json(HTTP.logout),
  passwordStart: json(HTTP.passwordStart),
  passwordFinish: json(HTTP.passwordFinish),
  deleteAccount: json(HTTP.deleteAccount),
  putDeviceList: json(HTTP.putDeviceList),
  accountByName: accountAnswer,
  accountById: accountAnswer,
  putKeyPackages: json(HTTP.keyPackages),
  claimKeyPackages: json(HTTP.claimKeyPackages),
  getVault: json(HTTP.getVault),
  putVault: json(HTTP.vault),
  ice: json(HTTP.ice),
  frames: { request: clientFrame, response: serverFrame },
  body: { response: referencedPayload },
  putProfile: json(HTTP.putProfile),
  getProfile: json(HTTP.getProfile),
  groupMailboxes: json(HTTP.groupMailboxes),
  roomPasswordStart: json(HTTP.roomPasswordStart),
  putRoom: json(HTTP.putRoom),
  roomLoginStart: json(HTTP.roomLoginStart),
  roomLoginFinish: json(HTTP.roomLoginFinish),
  groupInfo: json(HTTP.groupInfo),
  putGroupInfo: json(HTTP.putGroupInfo),
  createBlob: json(HTTP.createBlob),
  blobStatus: json(HTTP.blobStatus),
  putParcel: { request: parcel, response: jsonBody(HTTP.putParcel.response) },
  getParcel: { response: parcel },
  keepParcel: json(HTTP.keepParcel),
  blobDone: json(HTTP.blobDone),
  socket: {},
};

/** The answer to any request that is refused. */
export const refusalBody: Parser = jsonBody(HTTP.error.response);

/** The route of a request line's method and path. */
export function routeOf(method: string, path: string): RouteName | undefined {
  const given = path.split("/");
  return (Object.keys(ROUTES) as RouteName[]).find((name) => {
    const route = ROUTES[name];
    const expected = route.path.split("/");
    if (route.method !== method || expected.length !== given.length) return false;
    return expected.every((part, i) =>
      part.startsWith(":") ? /^[a-z0-9._-]+$/.test(given[i] ?? "") : part === given[i],
    );
  });
}

export function bodiesOf(route: RouteName): RouteBodies {
  return BODIES[route];
}

type Schema = Parameters<typeof jsonBody>[0];

function json({ request, response }: { readonly request?: Schema; readonly response: Schema }): RouteBodies {
  return { response: jsonBody(response), ...(request !== undefined && { request: jsonBody(request) }) };
}
