import { describe, expect, test } from "vitest";
import { toldPorts, viaOf } from "./linkVia.ts";

const HIDDEN =
  "candidate:1 1 udp 2113937151 8685e6ee-3af6-4fd0-9b38-dbe0fbc5a2e7.local 43948 typ host generation 0";
const MAPPED = "candidate:2 1 udp 1677729535 198.51.100.7 5000 typ srflx raddr 0.0.0.0 rport 0";

describe("the way of a link", () => {
  const told = new Set(toldPorts(HIDDEN));
  test.each([
    ["host", { candidateType: "host" }, "local"],
    ["host", { candidateType: "srflx" }, "nat"],
    ["srflx", { candidateType: "host" }, "nat"],
    ["prflx", { candidateType: "host" }, "nat"],
    ["relay", { candidateType: "host" }, "turn"],
    ["host", { candidateType: "relay" }, "turn"],
    ["relay", { candidateType: "relay" }, "turn"],
    ["host", { candidateType: "prflx", port: 43948 }, "local"],
    ["host", { candidateType: "prflx", port: 43949 }, "nat"],
    ["host", { candidateType: "prflx" }, "nat"],
    ["srflx", { candidateType: "prflx", port: 43948 }, "nat"],
  ])("from %s to %o is %s", (local, remote, via) => {
    const pair = { type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R" };
    const ends = [
      { id: "L", type: "local-candidate", candidateType: local },
      { id: "R", type: "remote-candidate", ...remote },
    ];
    const other = { ...pair, id: "other", localCandidateId: "none" };
    const byTransport = { id: "T", type: "transport", selectedCandidatePairId: "P" };
    expect(viaOf([other, { ...pair, id: "P" }, ...ends, byTransport], told)).toBe(via);
    expect(viaOf([other, { ...pair, id: "P", selected: true }, ...ends], told)).toBe(via);
    expect(viaOf([other, { ...pair, id: "P", nominated: true, state: "succeeded" }, ...ends], told)).toBe(
      via,
    );
  });

  test("packets that come before any signal come from the same network", () => {
    const entries = [
      { id: "P", type: "candidate-pair", selected: true, localCandidateId: "L", remoteCandidateId: "R" },
      { id: "L", type: "local-candidate", candidateType: "host" },
      { id: "R", type: "remote-candidate", candidateType: "prflx", port: 43948 },
    ];
    expect(viaOf(entries, new Set())).toBe("local");
    expect(viaOf(entries, new Set(toldPorts(MAPPED)))).toBe("nat");
  });

  test("is the longer one when nothing is known", () => expect(viaOf([], new Set())).toBe("nat"));
});

test("ports of own addresses are read from candidates and from descriptions", () => {
  expect(toldPorts(HIDDEN)).toEqual([43948]);
  expect(
    toldPorts(`v=0\r\na=${HIDDEN}\r\na=${MAPPED}\r\na=candidate:3 1 UDP 1 192.0.2.1 77 typ host\r\n`),
  ).toEqual([43948, 0, 77]);
  expect(toldPorts(MAPPED)).toEqual([0]);
  expect(toldPorts("no candidate")).toEqual([]);
});
