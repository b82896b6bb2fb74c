/**
 * The HTTP interface as one function from request to answer. Each request passes, in this order: who is calling (proxies), safe transport,
 * origin, then route: session, limits on strangers, body, form, endpoint. Answers are checked against their schemas too.
 */
import type { HttpBindings } from "@hono/node-server";
import type { RouteName } from "@sotto/protocol";
import { ROUTES, SECURITY_HEADERS } from "@sotto/protocol";
import type { Context } from "hono";
import { Hono } from "hono";
import type { BlockList } from "node:net";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { WebApp } from "../files/webApp.ts";
import type { Log } from "../logging/log.ts";
import type { Session } from "./access.ts";
import { authorise } from "./access.ts";
import { bytesAnswer, jsonAnswer, refusalAnswer } from "./answers.ts";
import { fetchBody, submitFrame } from "./endpoints/binary.ts";
import { blobEndpoints } from "./endpoints/blobs.ts";
import { groupEndpoints } from "./endpoints/groups.ts";
import { getParcel, parcelEndpoints, putParcel } from "./endpoints/parcels.ts";
import { iceEndpoints } from "./endpoints/ice.ts";
import { keyEndpoints } from "./endpoints/keys.ts";
import { loginEndpoints } from "./endpoints/login.ts";
import { profileEndpoints } from "./endpoints/profiles.ts";
import { registrationEndpoints } from "./endpoints/registration.ts";
import { roomEndpoints } from "./endpoints/rooms.ts";
import { serverEndpoints } from "./endpoints/server.ts";
import { sessionEndpoints } from "./endpoints/sessions.ts";
import type { OwnAuthority } from "./httpsNeeded/httpsNeeded.ts";
import { AUTHORITY_PATH, authorityAnswer, httpsNeeded } from "./httpsNeeded/httpsNeeded.ts";
import { openApiDocument } from "./openapi.ts";
import type { OriginRule } from "./origin.ts";
import { corsHeaders, judgeOrigin, preflightHeaders } from "./origin.ts";
import type { Peer } from "./peer.ts";
import { peerOf } from "./peer.ts";
import { readJson } from "./readBody.ts";
import type { JsonRoute } from "./routeSchemas.ts";
import { JSON_ROUTES, bodyLimitOf, schemasOf } from "./routeSchemas.ts";
import type { Endpoint, EndpointsOf, Service } from "./service.ts";
import { admits } from "./strangers.ts";

export interface HttpOptions {
  readonly service: Service;
  readonly originRule: OriginRule;
  readonly trustedProxies: BlockList;
  readonly webApp: WebApp;
  readonly log: Log;
  /** Whether the port answers https too. */
  readonly https: boolean;
  /** The server's own, if it has one. */
  readonly authority: OwnAuthority | null;
}

interface Bindings {
  Bindings: HttpBindings;
  Variables: { peer: Peer; route: RouteName };
}
type RequestContext = Context<Bindings>;

const ENDPOINTS: EndpointsOf<JsonRoute> = {
  ...serverEndpoints,
  ...registrationEndpoints,
  ...loginEndpoints,
  ...sessionEndpoints,
  ...keyEndpoints,
  ...profileEndpoints,
  ...iceEndpoints,
  ...groupEndpoints,
  ...roomEndpoints,
  ...blobEndpoints,
  ...parcelEndpoints,
};

/** The application; give its `fetch` to a node:http server. The socket's upgrade does not come through here. */
export function createApp(options: HttpOptions): Hono<Bindings> {
  const { service, originRule, trustedProxies, webApp, log, https, authority } = options;
  const offer = { https, authority, publicUrl: originRule.publicUrl };
  const app = new Hono<Bindings>();

  app.use(async (c, next) => {
    const startedMs = performance.now();
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      // The page about https has a stricter policy of its own.
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
    const { method } = c.req;
    const ms = Math.round(performance.now() - startedMs);
    // The route's name, not the path: paths hold user names.
    const route = c.get("route") ?? "web app";
    log.debug({ method, route, status: c.res.status, address: c.get("peer")?.address, ms }, "request");
  });

  app.use(async (c, next) => {
    const { incoming } = c.env;
    const peer = peerOf(incoming, trustedProxies);
    c.set("peer", peer);
    // Whoever does not trust the authority yet may fetch it: it is public, and compared by its fingerprint.
    if (authority !== null && incoming.method === "GET" && incoming.url === AUTHORITY_PATH)
      return authorityAnswer(authority);
    if (!peer.secure) return httpsNeeded(incoming, offer);
    const { origin, host } = incoming.headers;
    const verdict = judgeOrigin(originRule, origin, host);
    if (verdict === "foreign") return refusalAnswer({ code: "foreignOrigin" });
    if (verdict === "own" || origin === undefined) return next();
    if (c.req.method === "OPTIONS")
      return new Response(null, { status: 204, headers: preflightHeaders(origin) });
    await next();
    for (const [name, value] of Object.entries(corsHeaders(origin))) c.res.headers.set(name, value);
  });

  for (const route of JSON_ROUTES) on(route, (c, session) => answerJson(service, route, c, session));
  on("frames", async (c, session) => answerBytes(await submitFrame(service, known(session), c.env.incoming)));
  on("body", async (c, session) =>
    answerBytes(await fetchBody(service, known(session), c.req.param("hash") ?? "")),
  );
  on("putParcel", async (c, session) => {
    const put = await putParcel(service, known(session), c.req.param(), c.env.incoming);
    return put.ok ? jsonAnswer(put.value) : refusalAnswer(put.refusal);
  });
  on("getParcel", async (c, session) => {
    const { incoming, outgoing } = c.env;
    const got = await getParcel(service, known(session), c.req.param(), incoming.headers.range, outgoing);
    return got.ok ? bytesAnswer(got.value.bytes, got.value.from, got.value.of) : refusalAnswer(got.refusal);
  });
  on("socket", async () =>
    refusalAnswer({ code: "badRequest", detail: "this path takes a WebSocket upgrade" }),
  );
  const document = openApiDocument();
  app.get("/v1/openapi.json", () => jsonAnswer(document));
  app.all("/v1/*", () => refusalAnswer({ code: "notFound" }));
  app.get("*", (c) => webApp.answer(c.env.incoming));
  app.notFound(() => refusalAnswer({ code: "notFound" }));
  app.onError((error) => {
    log.error({ error: error.stack ?? error.message }, "a request failed");
    return refusalAnswer({ code: "internal" });
  });
  return app;

  function on(
    route: RouteName,
    handle: (c: RequestContext, session: Session | null) => Promise<Response>,
  ): void {
    const { method, path } = ROUTES[route];
    app.on(method, path, async (c) => {
      c.set("route", route);
      const session = await authorise(service.executor, route, c.env.incoming.headers.authorization);
      return session.ok ? handle(c, session.value) : refusalAnswer(session.refusal);
    });
  }
}

async function answerJson(
  service: Service,
  route: JsonRoute,
  c: RequestContext,
  session: Session | null,
): Promise<Response> {
  if (!admits(service.limits, route, c.get("peer").address, service.nowMs())) {
    return refusalAnswer({ code: "slowDown" });
  }
  const input = await checkedInput(route, c);
  if (!input.ok) return refusalAnswer(input.refusal);
  // Access and form are checked for this very route above; TypeScript cannot follow the pairing through the table.
  const endpoint = ENDPOINTS[route] as unknown as Endpoint<JsonRoute>;
  const call = { input: input.value, caller: session, params: c.req.param() };
  const result = await endpoint(service, call as Parameters<Endpoint<JsonRoute>>[1]);
  return result.ok
    ? jsonAnswer(schemasOf(route).response.parse(result.value))
    : refusalAnswer(result.refusal);
}

/** The body in the form that the route documents. */
async function checkedInput(route: JsonRoute, c: RequestContext): Promise<Result<unknown>> {
  const { request } = schemasOf(route);
  if (request === undefined) return accepted(undefined);
  const json = await readJson(c.env.incoming, bodyLimitOf(route));
  if (!json.ok) return json;
  const parsed = request.safeParse(json.value);
  if (parsed.success) return accepted(parsed.data);
  const issue = parsed.error.issues[0];
  return refused("badRequest", { detail: `${issue?.path.join(".")}: ${issue?.message}`.slice(0, 200) });
}

function answerBytes(result: Result<Uint8Array>): Response {
  return result.ok ? bytesAnswer(result.value) : refusalAnswer(result.refusal);
}

function known(session: Session | null): Session {
  if (session === null) throw new TypeError("the route's access should have asked for a session");
  return session;
}
