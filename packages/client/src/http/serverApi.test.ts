import { describe, expect, test } from "vitest";
import { utf8 } from "@sotto/protocol";
import { createServerApi } from "./serverApi.ts";
import type { HttpCall, HttpReply } from "./transport.ts";

const INFO = { name: "sotto", protocol: { min: 1, max: 1 }, store: "0".repeat(32), registration: "open" };
const json = (status: number, value: unknown): HttpReply => ({
  kind: "reply",
  status,
  mediaType: "application/json",
  body: utf8(JSON.stringify(value)),
});

/** An API whose every answer but `GET /v1/info` is `reply`, and the calls that it made. */
function apiWith(reply: HttpReply, info: HttpReply = json(200, INFO)) {
  const calls: HttpCall[] = [];
  const api = createServerApi(async (call) => {
    calls.push(call);
    return call.path === "/v1/info" ? info : reply;
  });
  return { api, calls };
}

const lookUp = (reply: HttpReply, info?: HttpReply) =>
  apiWith(reply, info).api.call("accountByName", { token: "t", params: { userName: "bob" } });

describe("calls of the server's interface", () => {
  test("parameters are escaped, and method, path, token and body are the route's", async () => {
    const { api, calls } = apiWith(json(200, {}));
    await api.call("accountByName", { token: "t", params: { userName: "a/../b?c" } });
    expect(calls[0]).toMatchObject({ method: "GET", path: "/v1/users/a%2F..%2Fb%3Fc", token: "t" });
    await api.call("logout", { token: "t", body: { everywhere: true } });
    expect(calls.at(-1)).toMatchObject({
      method: "POST",
      path: "/v1/logout",
      body: { json: { everywhere: true } },
    });
    await api.body(Uint8Array.of(0xab, 1), "t");
    expect(calls.some(({ path }) => path === "/v1/bodies/ab01")).toBe(true);
  });

  test("a checked answer is a value", async () => {
    const value = { account: "0".repeat(32), deviceList: "AAAA" };
    expect(await lookUp(json(200, value))).toEqual({ kind: "ok", value });
  });

  test("a refusal keeps code, words and index; an unknown code is a passing failure", async () => {
    const refusal = (code: string, more = {}): HttpReply =>
      json(409, { error: { code, message: "words", ...more } });
    expect(await lookUp(refusal("staleEpoch", { index: 7 }))).toEqual({
      kind: "refused",
      code: "staleEpoch",
      detail: "words",
      index: 7,
    });
    expect(await lookUp(refusal("aCodeOfTheFuture"))).toEqual({
      kind: "refused",
      code: "internal",
      detail: "words",
    });
    expect(await lookUp(refusal("constructor"))).toMatchObject({ code: "internal" });
    expect(await lookUp(refusal("versionUnsupported"))).toEqual({
      kind: "unreachable",
      reason: "versionTooOld",
    });
  });

  const odd: readonly (readonly [string, HttpReply])[] = [
    ["a page", { kind: "reply", status: 200, mediaType: "text/html", body: utf8("<html>") }],
    ["JSON of another form", json(200, { account: "x" })],
    [
      "JSON that does not parse",
      { kind: "reply", status: 200, mediaType: "application/json", body: utf8("{") },
    ],
    ["JSON as text", { kind: "reply", status: 200, mediaType: "text/plain", body: utf8("{}") }],
    [
      "bytes that are no text",
      { kind: "reply", status: 200, mediaType: "application/json", body: Uint8Array.of(0xff) },
    ],
    ["more than is read", { kind: "reply", status: 200, mediaType: "application/json", body: undefined }],
    ["a redirect", { kind: "reply", status: 302, mediaType: "", body: new Uint8Array() }],
  ];
  test.each(odd)(
    "%s is a passing fault of a Sotto server, and the wrong address elsewhere",
    async (_name, reply) => {
      expect(await lookUp(reply)).toMatchObject({ kind: "refused", code: "internal" });
      expect(
        await lookUp(reply, { kind: "reply", status: 404, mediaType: "text/html", body: utf8("no") }),
      ).toEqual({
        kind: "unreachable",
        reason: "wrongAddress",
      });
      expect(await lookUp(reply, json(200, { ...INFO, name: "other" }))).toEqual({
        kind: "unreachable",
        reason: "wrongAddress",
      });
    },
  );

  test("frames and bodies come back as bytes only", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const octets: HttpReply = {
      kind: "reply",
      status: 200,
      mediaType: "application/octet-stream",
      body: bytes,
    };
    expect(await apiWith(octets).api.frame(bytes, "t")).toEqual({ kind: "ok", value: bytes });
    expect(await apiWith(json(200, {})).api.frame(bytes, "t")).toMatchObject({
      kind: "refused",
      code: "internal",
    });
  });
});
