/** The TURN server that docs/OPERATIONS.md describes takes what this server gives its devices, and nothing else. */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { turnCredential } from "./adapters/turn/iceServers.ts";
import { sharedSecret } from "./config/sharedSecret.ts";
import type { Person, TestServer } from "./testing/runningServer.ts";
import { call, register, startTestServer } from "./testing/runningServer.ts";
import type { Coturn } from "./testing/turn/coturn.ts";
import { documentedDenials, startCoturn, whyNoCoturn } from "./testing/turn/coturn.ts";
import type { TurnAddress, TurnClient, TurnCredential } from "./testing/turn/turnClient.ts";
import { openTurnClient } from "./testing/turn/turnClient.ts";

const missing = whyNoCoturn();
const secret = randomBytes(32).toString("hex");
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

const clients: TurnClient[] = [];
async function clientOf(server: TurnAddress, proof: TurnCredential): Promise<TurnClient> {
  const client = await openTurnClient(server, proof);
  clients.push(client);
  return client;
}
/** 0, or the code with which an allocation is refused. */
async function allocate(server: TurnAddress, proof: TurnCredential): Promise<number> {
  return (await clientOf(server, proof)).allocate();
}
afterAll(() => {
  for (const client of clients) client.close();
});

describe.skipIf(missing !== undefined)(`P5 coturn as documented (${missing ?? "coturn"})`, () => {
  let coturn: Coturn;
  let server: TestServer & { stop(): Promise<void> };
  let alice: Person;

  async function fetchProof(): Promise<TurnCredential> {
    const { json } = await call(server, "ice", { token: alice.token });
    return (json["servers"] as TurnCredential[])[1] as TurnCredential;
  }

  beforeAll(async () => {
    coturn = await startCoturn({ "static-auth-secret": secret });
    const { port } = coturn.udp;
    const ice = {
      stunUrls: [`stun:127.0.0.1:${port}`],
      turnUrls: [`turn:127.0.0.1:${port}`],
      turnSecret: sharedSecret(secret),
      turnSecretFile: null,
    };
    server = await startTestServer({ ice });
    alice = await register(server, "alice");
  });
  afterAll(async () => {
    await server?.stop();
    await coturn?.stop();
  });

  test("STUN tells anybody their address", async () => {
    const { address } = await (await clientOf(coturn.udp, { username: "", credential: "" })).binding();
    expect(address).toBe("127.0.0.1");
  });

  test.each(["udp", "tcp", "tls"] as const)(
    "a credential of the server's is taken over %s",
    async (transport) => {
      expect(await allocate(coturn[transport], await fetchProof())).toBe(0);
    },
  );

  test("ATK-14 anything else is refused: nothing, altered, prolonged, ended, of another secret", async () => {
    const proof = await fetchProof();
    const [expiry = "", label = ""] = proof.username.split(":");
    const first = proof.credential.startsWith("A") ? "B" : "A";
    const refused: readonly TurnCredential[] = [
      { username: "", credential: "" },
      { username: "alice", credential: "password of alice" },
      { ...proof, credential: first + proof.credential.slice(1) },
      { ...proof, credential: "" },
      { ...proof, username: `${Number(expiry) + 3600}:${label}` },
      { ...proof, username: `${expiry}:another` },
      { ...proof, username: label },
      turnCredential(secret, label, inSeconds(-1)),
      turnCredential(randomBytes(32).toString("hex"), label, inSeconds(3600)),
    ];
    const codes = await Promise.all(refused.map((wrong) => allocate(coturn.udp, wrong)));
    expect(codes).toEqual(refused.map(() => 401));
    expect(await allocate(coturn.udp, proof)).toBe(0);
  });

  test("an allocation outlives the credential that made it", async () => {
    const proof = turnCredential(secret, "short", inSeconds(2));
    const client = await clientOf(coturn.udp, proof);
    expect(await client.allocate()).toBe(0);
    await expect.poll(() => allocate(coturn.udp, proof)).toBe(401);
    expect([await client.refresh(), await client.permit("11.0.0.0")]).toEqual([0, 0]);
  });

  test("nothing is relayed into private networks or back to the machine itself", async () => {
    const client = await clientOf(coturn.udp, await fetchProof());
    expect(await client.allocate(4)).toBe(0);
    const codes = async (peers: readonly string[]): Promise<object> =>
      Object.fromEntries(await Promise.all(peers.map(async (peer) => [peer, await client.permit(peer)])));
    expect(await codes(V4_DENIED)).toEqual(Object.fromEntries(V4_DENIED.map((peer) => [peer, 403])));
    expect(await codes(V4_ALLOWED)).toEqual(Object.fromEntries(V4_ALLOWED.map((peer) => [peer, 0])));
  });

  test("each range of the document is denied from its first address to its last", async () => {
    const codes: Record<string, number> = {};
    for (const family of [4, 6] as const) {
      const client = await clientOf(coturn.udp, await fetchProof());
      expect(await client.allocate(family)).toBe(0);
      for (const peer of documentedDenials().filter((end) => end.includes(":") === (family === 6)))
        codes[peer] = await client.permit(peer);
    }
    expect(Object.keys(codes).length).toBeGreaterThan(40);
    expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((peer) => [peer, 403])));
  });

  test("nor over IPv6, in none of the forms in which an IPv4 address hides there", async () => {
    const client = await clientOf(coturn.udp, await fetchProof());
    expect(await client.allocate(6)).toBe(0);
    const codes: Record<string, number> = {};
    for (const peer of V6_DENIED) codes[peer] = await client.permit(peer);
    expect(codes).toEqual(Object.fromEntries(V6_DENIED.map((peer) => [peer, 403])));
    expect(await client.permit("2606:4700::1")).toBe(0);
  });

  test("its log names neither secret nor device nor account", () => {
    expect(coturn.logged()).not.toContain(secret);
    expect(coturn.logged()).not.toMatch(new RegExp(`alice_|${alice.account}|${alice.device.device}`));
  });
});

describe.skipIf(missing !== undefined)(
  `P5 coturn with the documented changes (${missing ?? "coturn"})`,
  () => {
    let coturn: Coturn | undefined;
    async function start(changes: Record<string, string>, added?: readonly string[]): Promise<Coturn> {
      coturn = await startCoturn({ "static-auth-secret": secret, ...changes }, added);
      return coturn;
    }
    afterEach(() => coturn?.stop());

    test("the quota counts all that a device fetches, and another device has its own", async () => {
      const { udp } = await start({ "user-quota": "2" });
      const codes = [];
      for (const [label, seconds] of [
        ["a", 60],
        ["a", 61],
        ["a", 62],
        ["b", 60],
      ] as const)
        codes.push(await allocate(udp, turnCredential(secret, label, inSeconds(seconds))));
      expect(codes).toEqual([0, 0, 486, 0]);
    });

    test("while the secret is changed both are taken", async () => {
      const next = randomBytes(32).toString("hex");
      const { udp } = await start({}, [`static-auth-secret=${next}`]);
      for (const either of [secret, next])
        expect(await allocate(udp, turnCredential(either, "a", inSeconds(60)))).toBe(0);
    });

    test("an exception for a network lets its devices reach each other through their relayed addresses", async () => {
      // Loopback stands for the network here; coturn wants it said twice.
      const { udp } = await start({}, ["allowed-peer-ip=127.0.0.1", "allow-loopback-peers"]);
      const [a, b] = await Promise.all(
        ["a", "b"].map((label) => clientOf(udp, turnCredential(secret, label, inSeconds(60)))),
      );
      if (a === undefined || b === undefined) throw new Error("two clients");
      for (const client of [a, b])
        expect([await client.allocate(), await client.permit("127.0.0.1")]).toEqual([0, 0]);
      expect([await a.permit("127.0.0.2"), await a.permit("10.0.0.1")]).toEqual([403, 403]);
      a.send(b.relayed(), Buffer.from("ciphertext"));
      expect(String(await b.received())).toBe("ciphertext");
    });
  },
);

const V4_DENIED = [
  "0.0.0.0",
  "10.0.0.0",
  "10.255.255.255",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.255",
  "169.254.169.254",
  "172.16.0.0",
  "172.31.255.255",
  "192.168.0.0",
  "192.168.255.255",
  "198.18.0.1",
  "224.0.0.1",
  "239.255.255.255",
  "255.255.255.255",
];
const V4_ALLOWED = [
  "9.255.255.255",
  "11.0.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "192.169.0.0",
];
const V6_DENIED = [
  "::",
  "::1",
  "::ffff:7f00:1",
  "::ffff:a00:1",
  "64:ff9b::a00:1",
  "64:ff9b:1::1",
  "2001::1",
  "2002:a00:1::",
  "fc00::1",
  "fdff:ffff::1",
  "fe80::1",
  "ff02::1",
];
