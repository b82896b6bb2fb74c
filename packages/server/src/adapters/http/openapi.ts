/** The OpenAPI document of the HTTP interface, generated from the schemas that judge the requests. */
import { ERRORS, MAX_HTTP_FRAME_BYTES, MAX_PARCEL_BYTES, PROTOCOL, ROUTES } from "@sotto/protocol";
import type { RouteName } from "@sotto/protocol";
import { z } from "zod";
import { HTTP } from "@sotto/protocol";
import type { JsonRoute } from "./routeSchemas.ts";
import { JSON_ROUTES, bodyLimitOf, schemasOf } from "./routeSchemas.ts";

/** Routes whose request is bytes, and the most of them. */
const BYTES_TAKEN: { readonly [R in RouteName]?: number } = {
  frames: MAX_HTTP_FRAME_BYTES,
  putParcel: MAX_PARCEL_BYTES,
};
const BYTES = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };

/** OpenAPI 3.1. The socket is described in words: OpenAPI has no notion of it. */
export function openApiDocument(): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "Sotto",
      version: String(PROTOCOL.max),
      description: "Bytes are unpadded base64url, ids 32 hexadecimal characters. Unknown keys are refused.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: pathsOf(Object.keys(ROUTES) as RouteName[]),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: z.toJSONSchema(HTTP.error.response) },
    },
    "x-errors": ERRORS,
  };
}

function pathsOf(routes: readonly RouteName[]): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const { method, path } = ROUTES[route];
    const template = path.replaceAll(/:(\w+)/g, "{$1}");
    paths[template] = { ...paths[template], [method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: RouteName): object {
  const { path, access } = ROUTES[route];
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    operationId: route,
    ...(parameters.length > 0 && { parameters }),
    ...(access !== "open" && { security: [{ token: [] }] }),
    "x-access": access,
    ...requestOf(route),
    responses: {
      ...answerOf(route),
      default: {
        description: "A refusal; the code is one of x-errors.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function requestOf(route: RouteName): object {
  const maxBytes = BYTES_TAKEN[route];
  if (maxBytes !== undefined) {
    return { requestBody: { required: true, content: BYTES, "x-max-bytes": maxBytes } };
  }
  const request = isJsonRoute(route) ? schemasOf(route).request : undefined;
  if (request === undefined || !isJsonRoute(route)) return {};
  const content = { "application/json": { schema: z.toJSONSchema(request) } };
  return { requestBody: { required: true, content, "x-max-bytes": bodyLimitOf(route) } };
}

function answerOf(route: RouteName): object {
  if (route === "socket")
    return { 101: { description: "The connection becomes a WebSocket of binary frames." } };
  const response =
    route === "putParcel"
      ? HTTP.putParcel.response
      : isJsonRoute(route)
        ? schemasOf(route).response
        : undefined;
  const content =
    response === undefined ? BYTES : { "application/json": { schema: z.toJSONSchema(response) } };
  return { 200: { description: "Accepted.", content } };
}

function isJsonRoute(route: RouteName): route is JsonRoute {
  return JSON_ROUTES.some((name) => name === route);
}
