import { expect, test } from "vitest";
import type { DtlsRole } from "./dtlsRole.ts";
import { answeringRole, offerAnsweredAs } from "./dtlsRole.ts";

const HOME = ["127.0.0.1/8", "192.168.1.7/24", "fe80::1/64", "2001:db8::7/64"];
const PUBLIC = ["127.0.0.1/8", "203.0.113.7/24"];

test.each<[string, readonly string[], readonly string[], DtlsRole]>([
  ["a caller of the same network", ["192.168.1.9"], HOME, "passive"],
  ["a caller of the same network, by IPv6", ["10.0.0.9", "2001:db8::9"], HOME, "passive"],
  ["a caller of another home", ["192.168.2.9", "2001:db8:1::9"], HOME, "active"],
  ["two public addresses", ["198.51.100.9"], PUBLIC, "passive"],
  ["a public caller, a home", ["198.51.100.9"], HOME, "passive"],
  ["a caller at home, a public address", ["10.0.0.9"], PUBLIC, "active"],
  ["a caller behind its provider's NAT", ["100.64.3.4"], PUBLIC, "active"],
  ["a caller with both", ["10.0.0.9", "198.51.100.9"], PUBLIC, "passive"],
  ["a caller that says nothing yet", [], PUBLIC, "passive"],
  ["a browser", ["3f6c1e9a.local"], PUBLIC, "passive"],
])("who begins DTLS: %s", (_, callers, own, role) => {
  expect(answeringRole(offerOf(callers), own)).toBe(role);
});

test("what STUN and TURN servers have shown says nothing of whether the caller is reached", () => {
  const seen = "a=candidate:2 1 UDP 9 198.51.100.9 40000 typ srflx raddr 0.0.0.0 rport 0\r\n";
  expect(answeringRole(offerOf(["10.0.0.9"]) + seen, PUBLIC)).toBe("active");
});

test("an offer that leaves the roles open is answered in the one that is wanted; one that does not is left", () => {
  const offer = offerOf([]);
  expect(offerAnsweredAs("active", offer)).toBe(offer);
  expect(offerAnsweredAs("passive", offer)).toBe(offer.replace("actpass", "active"));
  for (const set of ["active", "passive", "actpassive"]) {
    const other = offer.replace("actpass", set);
    expect(offerAnsweredAs("passive", other)).toBe(other);
  }
});

function offerOf(hosts: readonly string[]): string {
  const candidates = hosts.map((host, i) => `a=candidate:${i} 1 UDP 9 ${host} 40000 typ host`);
  return ["v=0", "a=setup:actpass", "a=mid:0", ...candidates, ""].join("\r\n");
}
