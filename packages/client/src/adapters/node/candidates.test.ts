import { describe, expect, test } from "vitest";
import type { LinkVia } from "../../ports/direct.ts";
import type { Candidate, CandidateType } from "./candidates.ts";
import { candidatesIn, parseCandidate, relayedOnly, viaOf } from "./candidates.ts";

const HOST = "candidate:1 1 UDP 2114977791 192.0.2.1 40000 typ host";
const RELAY =
  "candidate:3 1 udp 41885439 198.51.100.9 50000 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag x";

test("a candidate is read with and without a= and extensions; anything else is none", () => {
  expect(parseCandidate(HOST)).toEqual(of("host", "192.0.2.1", 40000));
  expect(parseCandidate(`a=${RELAY}`)).toEqual(of("relay", "198.51.100.9", 50000));
  for (const none of [
    "",
    "candidate:",
    HOST.replace("host", "toast"),
    `x${HOST}`,
    HOST.replace("40000", "x"),
  ])
    expect(parseCandidate(none)).toBeUndefined();
});

test("candidates inside a description are found, and those of no TURN server can be taken out", () => {
  const lines = ["v=0", `a=${HOST}`, "a=mid:0", `a=${RELAY}`, ""];
  const sdp = lines.join("\r\n");
  expect(candidatesIn(sdp).map(({ type }) => type)).toEqual(["host", "relay"]);
  expect(relayedOnly(sdp)).toBe(lines.filter((line) => line !== `a=${HOST}`).join("\r\n"));
});

test.each([
  ["a name", "candidate:1 1 UDP 1 finds.example.org 9 typ relay raddr 0.0.0.0 rport 0"],
  ["a name of the network's", "candidate:1 1 UDP 1 0a1b.local 9 typ relay raddr 0.0.0.0 rport 0"],
  ["another type", "candidate:1 1 UDP 1 192.0.2.1 9 typ srflx raddr 0.0.0.0 rport 0"],
  ["tabs", "candidate:1 1 UDP 1 192.0.2.1 9\ttyp\thost"],
  ["capitals", "CANDIDATE:1 1 UDP 1 192.0.2.1 9 typ host"],
])("ATK-14 a description keeps no candidate with %s, whatever ends its lines", (_name, line) => {
  const relayed = "a=candidate:1 1 UDP 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0";
  const rest = ["v=0", relayed, "a=end-of-candidates"];
  for (const end of ["\r\n", "\n", "\r"])
    expect(relayedOnly(["v=0", relayed, `a=${line}`, "a=end-of-candidates"].join(end))).toBe(
      rest.join("\r\n"),
    );
});

describe("the way between two candidates", () => {
  const a = of("host", "10.0.0.1", 1000);
  const b = of("host", "10.0.0.2", 2000);
  const seenB = of("prflx", "10.0.0.2", 2000);
  const cases: readonly (readonly [
    string,
    LinkVia,
    readonly [Candidate, Candidate],
    readonly Candidate[],
  ])[] = [
    ["both hosts", "local", [a, b], [b]],
    ["seen before it was told", "local", [a, seenB], [b]],
    [
      "found by STUN and told as its own",
      "local",
      [a, of("srflx", "10.0.0.2", 2000)],
      [of("srflx", "10.0.0.2", 2000), b],
    ],
    ["never told", "nat", [a, seenB], []],
    ["told with another port", "nat", [a, seenB], [of("host", "10.0.0.2", 2001)]],
    ["hidden behind a name, its port told", "local", [a, seenB], [of("host", "5e1f.local", 2000)]],
    ["hidden behind a name, another port told", "nat", [a, seenB], [of("host", "5e1f.local", 2001)]],
    [
      "found by STUN though a hidden one has its port",
      "nat",
      [a, seenB],
      [of("host", "x.local", 2000), of("srflx", "10.0.0.2", 2000)],
    ],
    ["through a NAT", "nat", [a, of("srflx", "198.51.100.1", 2000)], []],
    ["through their TURN server", "turn", [a, of("relay", "198.51.100.9", 3000)], []],
    [
      "through their TURN server, seen before it was told",
      "turn",
      [a, of("prflx", "198.51.100.9", 3000)],
      [of("relay", "198.51.100.9", 3000)],
    ],
    ["through our TURN server", "turn", [of("relay", "198.51.100.9", 3000), b], [b]],
  ];
  test.each(cases)("%s: %s", (_, via, pair, toldRemote) => {
    expect(viaOf(pair, [a], toldRemote)).toBe(via);
  });
});

function of(type: CandidateType, address: string, port: number): Candidate {
  return { address, port, type };
}
