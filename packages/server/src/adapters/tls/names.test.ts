import { describe, expect, test } from "vitest";
import type { Machine } from "./names.ts";
import { lanAddresses, namesOf, scopeOf, within } from "./names.ts";

const v4 = (address: string, internal = false) =>
  ({ address, netmask: "255.255.255.0", family: "IPv4", internal }) as const;
const v6 = (address: string, internal = false) =>
  ({ address, netmask: "ffff:ffff:ffff:ffff::", family: "IPv6", internal }) as const;

const laptop: Machine = {
  bindAddress: "0.0.0.0",
  interfaces: {
    lo: [v4("127.0.0.1", true), v6("::1", true)],
    docker0: [v4("172.17.0.1")],
    wlan0: [v4("192.168.1.20"), v6("fd00::20"), v6("fe80::1"), v6("2001:db8:1:2::20")],
  },
  hostName: "Laptop-1",
  publicHost: undefined,
};

test("S3 a certificate names loopback, every address that is listened on, and the machine", () => {
  expect(namesOf(laptop)).toEqual({
    domains: ["laptop-1", "laptop-1.local", "localhost"],
    addresses: ["127.0.0.1", "172.17.0.1", "192.168.1.20", "::1"],
  });
  expect(namesOf({ ...laptop, bindAddress: "::" }).addresses).toEqual(
    expect.arrayContaining(["192.168.1.20", "fd00::20", "2001:db8:1:2::20"]),
  );
  expect(namesOf({ ...laptop, bindAddress: "::" }).addresses).not.toContain("fe80::1");
  expect(namesOf({ ...laptop, bindAddress: "192.168.1.20" }).addresses).toEqual([
    "127.0.0.1",
    "192.168.1.20",
    "::1",
  ]);
});

test.each([
  ["dev", ["dev.local"]],
  ["nas.example.org", ["nas.example.org"]],
  ["pi4", ["pi4", "pi4.local"]],
  ["xn--p1ai", ["xn--p1ai.local"]],
  ["under_score", []],
  ["192.168.1.20", []],
  ["localhost", ["localhost.local"]],
])("S3 a machine called %s is vouched for as %j", (hostName, domains) => {
  const others = namesOf({ ...laptop, hostName }).domains.filter((name) => name !== "localhost");
  expect(others).toEqual(domains);
});

test.each([
  ["chat.example.org", "domains", "chat.example.org"],
  ["203.0.113.9", "addresses", "203.0.113.9"],
  ["[2001:db8::9]", "addresses", "2001:db8::9"],
] as const)("S3 the host of publicUrl counts: %s", (publicHost, kind, name) => {
  expect(namesOf({ ...laptop, publicHost })[kind]).toContain(name);
});

test("S3 one word of letters as the host of publicUrl is not vouched for", () => {
  expect(namesOf({ ...laptop, publicHost: "dev" }).domains).not.toContain("dev");
});

test.each([
  ["192.168.1.20", "192.168.1.20"],
  ["FD00:0::20", "fd00::20"],
  ["203.0.113.9", "203.0.113.9"],
])("S3 bound to %s alone it names %s", (bindAddress, address) => {
  expect(namesOf({ ...laptop, bindAddress }).addresses.toSorted()).toEqual(
    ["127.0.0.1", address, "::1"].toSorted(),
  );
  expect(lanAddresses({ ...laptop, bindAddress })).toEqual([address]);
});

test("S3 people are shown addresses that others reach, IPv4 first", () => {
  expect(lanAddresses({ ...laptop, bindAddress: "::" })).toEqual([
    "192.168.1.20",
    "fd00::20",
    "2001:db8:1:2::20",
  ]);
  expect(lanAddresses(laptop)).toEqual(["192.168.1.20"]);
});

describe("S3 what an authority may vouch for", () => {
  const scope = scopeOf({ ...laptop, bindAddress: "::", publicHost: "203.0.113.9" });

  test.each([
    "10.1.2.3",
    "172.31.0.1",
    "192.168.7.7",
    "100.64.0.9",
    "fd12::1",
    "203.0.113.9",
    "2001:db8:1:2:9:9:9:9",
    "127.0.0.1",
    "::1",
  ])("%s", (address) => {
    expect(within(scope, { domains: [], addresses: [address] }).addresses).toEqual([address]);
  });

  test.each(["203.0.113.10", "8.8.8.8", "172.32.0.1", "2001:db8:1:3::1", "100.128.0.1"])(
    "not %s",
    (address) => {
      expect(within(scope, { domains: [], addresses: [address] }).addresses).toEqual([]);
    },
  );

  test("own names and what is below them, nobody else's", () => {
    const domains = ["laptop-1.local", "a.laptop-1.local", "other.local", "xlaptop-1.local", "example.org"];
    expect(within(scope, { domains, addresses: [] }).domains).toEqual(["laptop-1.local", "a.laptop-1.local"]);
  });
});
