import type { ConversationId, GroupId, RouteName } from "@sotto/protocol";
import { encodeClientFrame, ROUTES, toBase64Url, toHex, utf8 } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testVault } from "../../testing/people.ts";
import type { CallOptions, Person } from "../../testing/runningServer.ts";
import {
  bindBody,
  call,
  keyOfToken,
  openSession,
  register,
  startTestServer,
} from "../../testing/runningServer.ts";
import { parts } from "../../testing/ruleWorld.ts";
import { wireVault } from "./wireValues.ts";

let server: Awaited<ReturnType<typeof startTestServer>>;
let alice: Person;
let bob: Person;
/** Tokens of alice's, by the kind of caller. */
const tokens: Record<Caller, string | undefined> = {
  nobody: undefined,
  madeUp: toBase64Url(new Uint8Array(32)),
  loggedOut: undefined,
  idle: undefined,
  deviceless: undefined,
  oldLogin: undefined,
  device: undefined,
};

/** Who may call: each has a token of its kind. */
type Caller = "nobody" | "madeUp" | "loggedOut" | "idle" | "deviceless" | "oldLogin" | "device";
const CALLERS: readonly Caller[] = [
  "nobody",
  "madeUp",
  "loggedOut",
  "idle",
  "deviceless",
  "oldLogin",
  "device",
];

beforeAll(async () => {
  server = await startTestServer();
  alice = await register(server, "alice");
  bob = await register(server, "bob");
  tokens.loggedOut = await openSession(server, alice);
  await call(server, "logout", { token: tokens.loggedOut, body: { everywhere: false } });
  tokens.idle = await openSession(server, alice);
  server.tamper("UPDATE sessions SET seen_at_ms = 0 WHERE session = ?", keyOfToken(tokens.idle));
  tokens.deviceless = await openSession(server, alice);
  tokens.oldLogin = await openSession(server, alice);
  await call(server, "bindDevice", { token: tokens.oldLogin, body: bindBody(alice, tokens.oldLogin) });
  const old = "UPDATE sessions SET created_at_ms = created_at_ms - 301000 WHERE session = ?";
  server.tamper(old, keyOfToken(tokens.oldLogin));
  tokens.device = alice.token;
});
afterAll(() => server.stop());

/**
 * What a caller who passes the access check meets next, with a request that cannot succeed: the check itself is what is tested, and
 * nothing may change between two rows. 200 where a call is harmless.
 */
const PASSED: Readonly<Record<RouteName, string>> = {
  health: "200",
  info: "200",
  registerStart: "badRequest",
  registerFinish: "badRequest",
  loginStart: "badRequest",
  loginFinish: "badRequest",
  socket: "badRequest",
  bindDevice: "badRequest",
  logout: "badRequest",
  passwordStart: "badRequest",
  passwordFinish: "badRequest",
  deleteAccount: "badRequest",
  putDeviceList: "badRequest",
  accountByName: "userUnknown",
  accountById: "userUnknown",
  putKeyPackages: "badRequest",
  claimKeyPackages: "badRequest",
  getVault: "200",
  putVault: "badRequest",
  putProfile: "badRequest",
  getProfile: "notFound",
  ice: "200",
  frames: "badFrame",
  body: "notFound",
  groupMailboxes: "notMember",
  roomPasswordStart: "badRequest",
  putRoom: "badRequest",
  roomLoginStart: "badRequest",
  roomLoginFinish: "badRequest",
  groupInfo: "badRequest",
  putGroupInfo: "badRequest",
  createBlob: "badRequest",
  blobStatus: "notFound",
  putParcel: "notFound",
  getParcel: "notFound",
  keepParcel: "badRequest",
  blobDone: "200",
};

/** The code that a kind of caller meets at a kind of access; `undefined`: passes. */
const EXPECTED: Readonly<Record<string, Partial<Record<Caller, string>>>> = {
  open: {},
  auth: { nobody: "unauthorised", madeUp: "unauthorised", loggedOut: "unauthorised", idle: "unauthorised" },
  device: {
    nobody: "unauthorised",
    madeUp: "unauthorised",
    loggedOut: "unauthorised",
    idle: "unauthorised",
    deviceless: "noDevice",
  },
  recent: {
    nobody: "unauthorised",
    madeUp: "unauthorised",
    loggedOut: "unauthorised",
    idle: "unauthorised",
    oldLogin: "recentLoginNeeded",
  },
};

const FUTILE: CallOptions = {
  params: {
    userName: "nobody",
    account: "0".repeat(32),
    hash: "0".repeat(64),
    group: "0".repeat(32),
    blob: "0".repeat(32),
    leaf: "0",
  },
};

function futileCall(route: RouteName, token: string | undefined): CallOptions {
  const { method } = ROUTES[route];
  if (method === "GET" || method === "DELETE") return { ...FUTILE, token };
  const binary = route === "frames" || route === "putParcel";
  return { ...FUTILE, token, body: binary ? new Uint8Array(3) : { unknown: true } };
}

describe.each(Object.keys(ROUTES) as RouteName[])("ACC-9 %s", (route) => {
  test.each(CALLERS)("called by %s", async (caller) => {
    const answer = await call(server, route, futileCall(route, tokens[caller]));
    const expected = EXPECTED[ROUTES[route].access]?.[caller] ?? PASSED[route];
    expect(answer.code ?? String(answer.status)).toBe(expected);
  });
});

describe("another account's things stay out of reach", () => {
  const asBob = (route: RouteName, options: CallOptions): ReturnType<typeof call> =>
    call(server, route, { ...options, token: bob.token });

  test("ACC-11 bob cannot bind his session to alice's device, not even with a proof of hers for another session", async () => {
    const token = await openSession(server, bob);
    const body = bindBody(alice, token);
    expect((await call(server, "bindDevice", { token, body })).code).toBe("noDevice");
    const stolen = bindBody(alice, alice.token);
    const own = await openSession(server, alice);
    expect((await call(server, "bindDevice", { token: own, body: stolen })).code).toBe("forbidden");
  });

  test("bob's vault is his own whoever's he asks for", async () => {
    await call(server, "putVault", {
      token: alice.token,
      body: wireVault({ ...testVault(2), sealed: utf8("of alice") }),
    });
    const { json } = await asBob("getVault", {});
    expect(json["sealed"]).toBe(toBase64Url(testVault(1).sealed));
  });

  test("ACC-14 bob cannot delete alice", async () => {
    expect((await asBob("deleteAccount", { body: { userName: "alice" } })).code).toBe("badRequest");
    expect((await asBob("accountByName", { params: { userName: "alice" } })).status).toBe(200);
  });

  test("RLY-25 bob is not told who is in alice's group, nor whether there is one", async () => {
    const group = "a".repeat(32) as GroupId;
    const frame = encodeClientFrame({
      type: "createGroup",
      requestId: 1,
      group,
      conversation: "c".repeat(32) as ConversationId,
      kind: "group",
      predecessor: null,
      firstMessage: null,
      ...parts(),
    });
    await call(server, "frames", { token: alice.token, body: frame });
    const list = (token: string, name: string) =>
      call(server, "groupMailboxes", { token, params: { group: name } });
    const own = await list(alice.token, group);
    expect([own.status, own.json]).toEqual([200, { index: 1, mailboxes: [alice.device.mailbox] }]);
    const [there, nowhere] = [await list(bob.token, group), await list(bob.token, "b".repeat(32))];
    expect([there.status, there.code, there.text]).toEqual([403, "notMember", nowhere.text]);
    expect((await list(await openSession(server, alice), group)).code).toBe("noDevice");
    expect((await list(alice.token, "../accounts")).code).toBe("badRequest");
  });

  test("ACC-5 bob cannot put alice's device list in place of his", async () => {
    const { json } = await asBob("accountByName", { params: { userName: "alice" } });
    const body = {
      deviceList: json["deviceList"],
      device: alice.device.device,
      keyPackages: { packages: [], lastResort: null },
      vault: null,
    };
    expect((await asBob("putDeviceList", { body })).code).toBe("forbidden");
  });
});

test.each([
  ["no scheme", (token: string) => token],
  ["another scheme", (token: string) => `Basic ${token}`],
  ["a longer token", (token: string) => `Bearer ${token}A`],
  ["two tokens", (token: string) => `Bearer ${token} ${token}`],
  ["the stored hash", (token: string) => `Bearer ${keyOfToken(token)}`],
  [
    "the stored hash as bytes",
    (token: string) => `Bearer ${toBase64Url(Buffer.from(keyOfToken(token), "hex"))}`,
  ],
])("a header with %s is no authorisation", async (_, header) => {
  const answer = await call(server, "getVault", { headers: { authorization: header(alice.token) } });
  expect([answer.status, answer.code]).toEqual([401, "unauthorised"]);
  expect(answer.headers.get("www-authenticate")).toBe("Bearer");
});

test("a token works as a header and nowhere else", async () => {
  expect((await call(server, "getVault", { token: alice.token })).status).toBe(200);
  const query = await fetch(`${server.url}/v1/vault?token=${alice.token}&access_token=${alice.token}`);
  const cookie = await fetch(`${server.url}/v1/vault`, { headers: { cookie: `token=${alice.token}` } });
  expect([query.status, cookie.status]).toEqual([401, 401]);
});

test("no answer sets a cookie, and no log line holds a token, a name or an id", async () => {
  const answer = await call(server, "accountByName", { token: alice.token, params: { userName: "bob" } });
  expect(answer.headers.get("set-cookie")).toBeNull();
  const log = server.logged.join("");
  expect(log).toContain('"route":"accountByName"');
  const secrets = [
    alice.token,
    keyOfToken(alice.token),
    "alice",
    "bob",
    alice.account,
    toHex(alice.accountKey),
  ];
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
});
