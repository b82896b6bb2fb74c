/** A room's password at the client, against the server's half of the library. */
import { ready, server } from "@serenity-kit/opaque";
import type { GroupId } from "@sotto/protocol";
import { fromUtf8, toBase64Url, utf8 } from "@sotto/protocol";
import { beforeAll, expect, test } from "vitest";
import { performRequest } from "../http/requests.ts";
import { createServerApi } from "../http/serverApi.ts";
import type { HttpCall, HttpReply } from "../http/transport.ts";
import type { RoomRequest } from "../ports/rooms.ts";
import type { ServerAnswer } from "../ports/server.ts";

const GROUP = "a".repeat(32) as GroupId;
const CODE = "abcdefghjkmn";
const PASSWORD = "wéi six words";
const SECRET = utf8("sealed secret");
const ids = { loginId: "0".repeat(32) };
let serverSetup = "";
beforeAll(async () => {
  await ready;
  serverSetup = server.createSetup();
});

type Body = Readonly<Record<string, string>>;

/** A server with at most one record. Its answers are altered by `tamper`. */
function fakeServer(tamper: (path: string, answer: object) => object = (_, answer) => answer) {
  const calls: HttpCall[] = [];
  let record: string | null = null;
  let state = "";
  const answers: Record<string, (body: Body) => object> = {
    "/v1/rooms/password/start": ({ code, registrationRequest = "" }) =>
      server.createRegistrationResponse({ serverSetup, userIdentifier: `room ${code}`, registrationRequest }),
    [`/v1/groups/${GROUP}/room`]: ({ registrationRecord = "" }) => {
      record = registrationRecord;
      return {};
    },
    "/v1/rooms/login/start": ({ code, startLoginRequest = "" }) => {
      const rest = { serverSetup, userIdentifier: `room ${code}`, startLoginRequest };
      const { serverLoginState, loginResponse } = server.startLogin({
        registrationRecord: record,
        ...rest,
      });
      state = serverLoginState;
      return { ...ids, loginResponse };
    },
    "/v1/rooms/login/finish": ({ finishLoginRequest = "" }) => {
      server.finishLogin({ serverLoginState: state, finishLoginRequest });
      return { group: GROUP, sealedSecret: toBase64Url(SECRET) };
    },
    [`/v1/groups/${GROUP}/info`]: () => ({ index: 7, sealed: toBase64Url(SECRET) }),
    "/v1/info": () => ({
      name: "sotto",
      protocol: { min: 1, max: 1 },
      store: "0".repeat(32),
      registration: "open",
    }),
  };
  const transport = async (call: HttpCall): Promise<HttpReply> => {
    calls.push(call);
    const body = call.body as { json: Body } | undefined;
    const answer = tamper(call.path, answers[call.path]?.(body?.json ?? {}) ?? {});
    const status = "error" in answer ? 429 : 200;
    return { kind: "reply", status, mediaType: "application/json", body: utf8(JSON.stringify(answer)) };
  };
  const api = createServerApi(transport);
  return { calls, ask: (request: RoomRequest) => performRequest(api, "token", request) };
}

/** Registers the password and stores the record; the registration's answer. */
async function registered(one: ReturnType<typeof fakeServer>): Promise<ServerAnswer> {
  const made = await one.ask({ kind: "registerRoom", code: CODE, password: PASSWORD });
  if (made.kind !== "roomRegistration") throw new Error(made.kind);
  const { registrationRecord } = made;
  const room = { group: GROUP, code: CODE, registrationRecord, sealedSecret: SECRET, k: 3 };
  expect(await one.ask({ kind: "putRoom", ...room })).toEqual({ kind: "stored" });
  return made;
}

test("ROOM-3, ROOM-5 who knows the password gets the same export key, however its accents are composed; nobody else does", async () => {
  const one = fakeServer();
  const made = await registered(one);
  const open = (password: string) => one.ask({ kind: "openRoom", code: CODE, password });
  const opened = await open(PASSWORD);
  expect(opened).toMatchObject({ kind: "room", group: GROUP, sealedSecret: SECRET });
  const keyOf = (answer: ServerAnswer) => ("exportKey" in answer ? answer.exportKey : undefined);
  expect(keyOf(opened)).toHaveLength(64);
  expect(keyOf(opened)).toEqual(keyOf(made));
  expect(keyOf(await open(PASSWORD.normalize("NFD")))).toEqual(keyOf(made));
  expect(await open("another")).toEqual({ kind: "refused", code: "wrongCredentials" });
  expect(one.calls.find(({ method }) => method === "PUT")).toMatchObject({
    path: `/v1/groups/${GROUP}/room`,
    token: "token",
    body: { json: { code: CODE, k: 3, sealedSecret: toBase64Url(SECRET) } },
  });
  const sent = one.calls.map(({ body }) => JSON.stringify(body)).join();
  expect(sent).not.toContain(PASSWORD);
  expect(fromUtf8(utf8(sent))).not.toContain(toBase64Url(keyOf(made) ?? new Uint8Array()));
}, 30_000);

test("ROOM-5 an unknown code is a wrong password, before anything more is sent", async () => {
  const one = fakeServer();
  expect(await one.ask({ kind: "openRoom", code: CODE, password: PASSWORD })).toEqual({
    kind: "refused",
    code: "wrongCredentials",
  });
  expect(one.calls.map(({ path }) => path)).toEqual(["/v1/rooms/login/start"]);
});

test("ROOM-7, ROOM-8 group info is asked for and put right", async () => {
  const one = fakeServer((path, answer) => (path.endsWith("/info") ? answer : {}));
  expect(await one.ask({ kind: "groupInfo", group: GROUP, door: new Uint8Array(32) })).toEqual({
    kind: "groupInfo",
    index: 7,
    sealed: SECRET,
  });
  expect(await one.ask({ kind: "putGroupInfo", group: GROUP, index: 7, sealed: SECRET })).toEqual({
    kind: "stored",
  });
  expect(one.calls.map(({ method, body }) => [method, body])).toEqual([
    ["POST", { json: { door: toBase64Url(new Uint8Array(32)) } }],
    ["PUT", { json: { index: 7, sealed: toBase64Url(SECRET) } }],
  ]);
});

test("a refusal stays one; an answer that is no message of OPAQUE is one of the server's faults", async () => {
  const refusing = fakeServer(() => ({ error: { code: "slowDown", message: "wait" } }));
  const password = { code: CODE, password: PASSWORD };
  for (const kind of ["registerRoom", "openRoom"] as const)
    expect(await refusing.ask({ kind, ...password })).toMatchObject({ kind: "refused", code: "slowDown" });
  const lying = fakeServer((path, answer) =>
    path === "/v1/info" ? answer : { ...ids, registrationResponse: "AAAA", loginResponse: "AAAA" },
  );
  for (const kind of ["registerRoom", "openRoom"] as const)
    expect(await lying.ask({ kind, ...password })).toMatchObject({ kind: "refused", code: "internal" });
});
