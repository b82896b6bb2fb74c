import { inspect } from "node:util";
import type { DeviceId } from "@sotto/protocol";
import { HTTP } from "@sotto/protocol";
import { expect, test } from "vitest";
import { sharedSecret } from "../../config/sharedSecret.ts";
import type { IceAnswer } from "./iceServers.ts";
import { CREDENTIAL_LIFETIME_SECONDS, TTL_SECONDS, createIceServers, turnCredential } from "./iceServers.ts";

const SECRET = "6f1d8a0c52b97e34f08b6a1e93d4c7250b8e6f7a1c3d59e24870ab6cd1f3e592";
const alice = "0a".repeat(16) as DeviceId;
const bob = "0b".repeat(16) as DeviceId;
const STUN = "stun:turn.example.org:3478";
const TURN = ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349?transport=tcp"];

interface World {
  readonly clock: { ms: number };
  readonly answerFor: (device: DeviceId) => IceAnswer;
  readonly usernameOf: (device: DeviceId) => string;
}

function worldOf(): World {
  const clock = { ms: 1_700_000_000_999 };
  const { answerFor } = createIceServers({
    stunUrls: [STUN],
    turnUrls: TURN,
    turnSecret: sharedSecret(SECRET),
    nowMs: () => clock.ms,
  });
  return { clock, answerFor, usernameOf: (device) => answerFor(device).servers[1]?.username ?? "" };
}

test("DIR-12 a credential is the user name's HMAC under the shared secret, as openssl computes it", () => {
  expect(turnCredential("north of the river", "alice-phone", 1_700_000_000)).toEqual({
    username: "1700000000:alice-phone",
    // printf 1700000000:alice-phone | openssl dgst -sha1 -hmac 'north of the river' -binary | base64
    credential: "i7AOFO+iNG3PP78Zs6hvU/lRU2w=",
  });
});

test("DIR-12 STUN servers come without a credential, TURN servers with one of this device", () => {
  const answer = worldOf().answerFor(alice);
  expect(HTTP.ice.response.parse(answer)).toEqual(answer);
  const [, turn] = answer.servers;
  const label = /^1700014400:([A-Za-z0-9_-]{16})$/.exec(turn?.username ?? "")?.[1] ?? "";
  expect(answer).toEqual({
    servers: [{ urls: [STUN] }, { urls: TURN, ...turnCredential(SECRET, label, 1_700_014_400) }],
    ttlSeconds: TTL_SECONDS,
  });
});

test("DIR-12 a credential that is fetched anew in time has hours left", () => {
  expect(CREDENTIAL_LIFETIME_SECONDS - TTL_SECONDS).toBeGreaterThanOrEqual(3 * 3600);
});

test("DIR-12 the TURN server learns neither device nor account, and no name for longer than a credential lives", () => {
  const { clock, usernameOf } = worldOf();
  const labelOf = (device: DeviceId): string => usernameOf(device).split(":")[1] ?? "";
  const label = labelOf(alice);
  expect(labelOf(bob)).not.toBe(label);
  clock.ms += 3_600_000;
  expect([labelOf(alice), usernameOf(alice).startsWith("1700018000:")]).toEqual([label, true]);
  clock.ms += CREDENTIAL_LIFETIME_SECONDS * 1000;
  expect(labelOf(alice)).not.toBe(label);
  expect(worldOf().usernameOf(alice)).not.toContain(label);
  expect(label).not.toContain(alice.slice(0, 8));
});

test.each<[string, readonly string[], object[]]>([
  ["nothing", [], []],
  ["STUN alone", [STUN], [{ urls: [STUN] }]],
])("DIR-12 %s is configured: no credential", (_name, stunUrls, servers) => {
  const { answerFor } = createIceServers({ stunUrls, turnUrls: [], turnSecret: null, nowMs: Date.now });
  expect(answerFor(alice)).toEqual({ servers, ttlSeconds: TTL_SECONDS });
});

test("ATK-8: no print of a configuration shows the secret", () => {
  const ice = { turnSecret: sharedSecret(SECRET) };
  expect(JSON.stringify(ice) + inspect(ice)).not.toContain(SECRET.slice(0, 8));
  expect(ice.turnSecret.reveal()).toBe(SECRET);
});
