import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultConfig } from "../../config/loadConfig.ts";
import { sharedSecret } from "../../config/sharedSecret.ts";
import type { Person } from "../../testing/runningServer.ts";
import { bindBody, call, openSession, register, startTestServer } from "../../testing/runningServer.ts";
import { turnCredential } from "../turn/iceServers.ts";

const SECRET = "6f1d8a0c52b97e34f08b6a1e93d4c7250b8e6f7a1c3d59e24870ab6cd1f3e592";
const FETCHES = 5;
const ice = {
  stunUrls: ["stun:turn.example.org:3478"],
  turnUrls: ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349?transport=tcp"],
  turnSecret: sharedSecret(SECRET),
  turnSecretFile: null,
};

let server: Awaited<ReturnType<typeof startTestServer>>;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  const limits = { ...defaultConfig().limits, iceFetchesPerDevicePerHour: FETCHES };
  server = await startTestServer({ ice, limits });
  alice = await register(server, "alice");
  bob = await register(server, "bob");
});
afterAll(() => server.stop());

test("DIR-12 a device gets the servers, with a credential that ends, and no cache keeps it", async () => {
  const answer = await call(server, "ice", { token: alice.token });
  const [stun, turn] = answer.json["servers"] as Record<string, string>[];
  const [expiry = "", label = ""] = turn?.["username"]?.split(":") ?? [];
  expect(Number(expiry) - Date.now() / 1000).toBeGreaterThan(3.9 * 3600);
  expect(Number(expiry) - Date.now() / 1000).toBeLessThanOrEqual(4 * 3600);
  expect(stun).toEqual({ urls: ice.stunUrls });
  expect(turn).toEqual({ urls: ice.turnUrls, ...turnCredential(SECRET, label, Number(expiry)) });
  expect(answer.json["ttlSeconds"]).toBe(3600);
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("DIR-12 nobody else gets them: strangers, sessions without a device, sessions that have ended", async () => {
  const deviceless = await openSession(server, alice);
  const ended = await openSession(server, alice);
  await call(server, "bindDevice", { token: ended, body: bindBody(alice, ended) });
  await call(server, "logout", { token: ended, body: { everywhere: false } });
  const codes = [];
  for (const token of [undefined, deviceless, ended]) codes.push((await call(server, "ice", { token })).code);
  expect(codes).toEqual(["unauthorised", "noDevice", "unauthorised"]);
});

test("S8 a device fetches so often in an hour, in whatever session; another one is not held up", async () => {
  const session = await openSession(server, bob);
  await call(server, "bindDevice", { token: session, body: bindBody(bob, session) });
  const statuses = [];
  for (let i = 0; i <= FETCHES; i++)
    statuses.push((await call(server, "ice", { token: i % 2 === 0 ? bob.token : session })).status);
  expect(statuses).toEqual([...Array<number>(FETCHES).fill(200), 429]);
  expect((await call(server, "ice", { token: alice.token })).status).toBe(200);
});

test("ATK-8 no log line holds the secret or a credential, at no level", async () => {
  const { json } = await call(server, "ice", { token: alice.token });
  const { username = "", credential = "" } = (json["servers"] as Record<string, string>[])[1] ?? {};
  const log = server.logged.join("");
  expect(log).toContain('"route":"ice"');
  expect([SECRET, username, credential].filter((secret) => log.includes(secret))).toEqual([]);
});

test("P5 by default no server is named", async () => {
  const plain = await startTestServer();
  const { token } = await register(plain, "alice");
  expect((await call(plain, "ice", { token })).json).toEqual({ servers: [], ttlSeconds: 3600 });
  await plain.stop();
});
