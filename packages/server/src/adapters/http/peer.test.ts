import type { IncomingMessage } from "node:http";
import { BlockList } from "node:net";
import { expect, test } from "vitest";
import { limitKeyOf, peerOf } from "./peer.ts";

const proxies = new BlockList();
proxies.addSubnet("10.0.0.0", 8, "ipv4");
proxies.addAddress("127.0.0.1", "ipv4");

/** As much of a request as the function reads. */
function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test("an untrusted address is the client whatever it forwards", () => {
  const forged = { "x-forwarded-for": "192.0.2.9", "x-forwarded-proto": "https" };
  expect(peerOf(request("198.51.100.7", forged), proxies)).toEqual({
    address: "198.51.100.7",
    secure: false,
  });
  expect(peerOf(request("198.51.100.7", { "x-forwarded-for": "127.0.0.1" }), proxies).secure).toBe(false);
});

test.each([
  ["one proxy", "10.0.0.1", "192.0.2.9", "192.0.2.9"],
  ["two trusted proxies", "10.0.0.1", "192.0.2.9, 10.0.0.2", "192.0.2.9"],
  ["what the client wrote before itself is hearsay", "10.0.0.1", "127.0.0.1, 192.0.2.9", "192.0.2.9"],
  ["an address that is none ends the search", "10.0.0.1", "192.0.2.9, unknown", "10.0.0.1"],
  ["an empty header", "10.0.0.1", "", "10.0.0.1"],
  ["a dual-stack socket", "::ffff:10.0.0.1", "192.0.2.9", "192.0.2.9"],
])("behind a trusted proxy: %s", (_, remote, forwarded, address) => {
  expect(peerOf(request(remote, { "x-forwarded-for": forwarded }), proxies).address).toBe(address);
});

test.each([
  ["this machine", "127.0.0.2", {}, true],
  ["this machine over IPv6", "::1", {}, true],
  ["the dual-stack form of this machine", "::ffff:127.0.0.2", {}, true],
  ["the network", "192.0.2.9", {}, false],
  [
    "a proxy that was reached by https",
    "10.0.0.1",
    { "x-forwarded-for": "192.0.2.9", "x-forwarded-proto": "https" },
    true,
  ],
  [
    "a proxy that was reached by http",
    "10.0.0.1",
    { "x-forwarded-for": "192.0.2.9", "x-forwarded-proto": "http" },
    false,
  ],
  ["a proxy that does not say", "10.0.0.1", { "x-forwarded-for": "192.0.2.9" }, false],
  [
    "a proxy on this machine that was reached by http",
    "127.0.0.1",
    { "x-forwarded-for": "192.0.2.9" },
    false,
  ],
  ["the last of two proxies counts", "10.0.0.1", { "x-forwarded-proto": "https, http" }, false],
])("safe transport: %s", (_, remote, headers, secure) => {
  expect(peerOf(request(remote, headers), proxies).secure).toBe(secure);
});

test("limits count IPv6 clients by /64 and IPv4 clients by address", () => {
  expect(limitKeyOf("192.0.2.9")).toBe("192.0.2.9");
  expect(limitKeyOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(limitKeyOf("2001:db8:1:2::9")).toBe("2001:db8:1:2::/64");
  expect(limitKeyOf("2001:db8::9")).toBe("2001:db8:0:0::/64");
  expect(limitKeyOf("2001:0db8:0001:0002::")).toBe("2001:db8:1:2::/64");
  expect(limitKeyOf("::1")).toBe("0:0:0:0::/64");
  expect(limitKeyOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
});
