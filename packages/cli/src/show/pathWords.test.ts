import type { LinkView, NoLinkReason, PathMode } from "sotto";
import { expect, test } from "vitest";
import { chosenPathWords, defaultPathWords, wayWords } from "./pathWords.ts";

const on = (path: PathMode, link: LinkView) => wayWords("bob", { path, pathIsDefault: true, link });
const none = (path: PathMode, reason: NoLinkReason) => on(path, { state: "none", reason });

test.each([
  ["local", "same network"],
  ["nat", "across networks"],
  ["turn", "through a TURN server"],
] as const)("an open link %s", (via, words) => {
  expect(on("auto", { state: "open", via })).toBe(`Messages with bob go directly now (${words}).`);
});

test.each([
  [
    "unsupported",
    "the optional package node-datachannel is missing or does not load here, or directConnections is false",
  ],
  ["notReady", "not both of you have accepted the conversation, or it has ended"],
  ["serverOffline", "the server, which cannot be reached"],
  ["peerOffline", "bob is not online, or does not show it"],
  ["peerRelayOnly", "bob has chosen the server alone"],
  ["peerUnsupported", "bob's device cannot make direct connections"],
  ["noTurn", "the server names no TURN server"],
  ["noWay", "the two networks let nothing through"],
  ["idle", "no direct way is being looked for now"],
  ["relayOnly", "you have chosen that"],
] as const)("none: %s", (reason, words) => {
  expect(none("auto", reason)).toMatch(/^Messages with bob go by the server, because .*\.$/);
  expect(none("auto", reason)).toContain(words);
  expect(none("direct", reason)).toMatch(/^Messages with bob wait for a direct way, because .*\.$/);
});

test("what is chosen comes before every other reason", () => {
  expect(none("relay", "unsupported")).toBe(
    "Messages with bob go by the server, because you have chosen that.",
  );
});

test("while a way is looked for messages go by the server, or wait", () => {
  expect(on("auto", { state: "connecting" })).toBe(
    "Messages with bob go by the server; a direct way is being looked for.",
  );
  expect(on("direct", { state: "connecting" })).toBe(
    "Messages with bob wait; a direct way is being looked for.",
  );
});

test("what is chosen, for one and for all", () => {
  expect(chosenPathWords("bob", { path: "relay", pathIsDefault: false, link: { state: "connecting" } })).toBe(
    "Chosen for bob: relay. Messages go by the server alone; devices are never connected to each other.",
  );
  expect(chosenPathWords("bob", { path: "auto", pathIsDefault: true, link: { state: "connecting" } })).toBe(
    "Chosen for bob: the default, auto. Messages go directly when a way is found, else by the server.",
  );
  expect(defaultPathWords("direct")).toBe(
    "The default is direct. Messages go directly or not at all; without a direct way they wait.",
  );
});
