import { expect, test } from "vitest";
import { nativeIceServers } from "./iceServers.ts";

const secret = { username: "1764000000:alice@home", credential: "p:w/@?" };

test("STUN and TURN over UDP are taken apart; names and passwords stay as they are", () => {
  const urls = ["stun:stun.example", "turn:turn.example:3479", "turn:[2001:db8::1]:3478?transport=udp"];
  const turn = { username: secret.username, password: secret.credential, relayType: "TurnUdp" };
  expect(nativeIceServers([{ urls, ...secret }])).toEqual([
    { hostname: "stun.example", port: 3478 },
    { hostname: "turn.example", port: 3479, ...turn },
    { hostname: "2001:db8::1", port: 3478, ...turn },
  ]);
});

test("what libjuice cannot use is left out", () => {
  const urls = ["turn:a?transport=tcp", "turns:a", "stuns:a", "turn:", "http://a", "turn:user@a", "turn:a:x"];
  expect(nativeIceServers([{ urls, ...secret }])).toEqual([]);
  expect(nativeIceServers([{ urls: ["turn:a"] }])).toEqual([]);
});
