import type { Conversation, LinkView, NoLinkReason } from "sotto";
import { describe, expect, test } from "vitest";
import { englishText } from "../text/text.ts";
import { PATH_MODES, isWaiting, pathNow, pathOfNext, shownState } from "./pathNow.ts";

type Mode = Conversation["path"];

const LINKS: readonly LinkView[] = [
  { state: "open", via: "local" },
  { state: "open", via: "nat" },
  { state: "open", via: "turn" },
  { state: "connecting" },
  ...(
    [
      "relayOnly",
      "unsupported",
      "notReady",
      "serverOffline",
      "peerOffline",
      "peerRelayOnly",
      "peerUnsupported",
      "noTurn",
      "noWay",
      "idle",
    ] satisfies readonly NoLinkReason[]
  ).map((reason) => ({ state: "none", reason }) as const),
];

function said(path: Mode, link: LinkView, presenceHidden = false): readonly string[] {
  const { shape, title, effect, why } = pathNow({ path, link }, presenceHidden);
  return [shape, ...[title, effect, why].map((id) => englishText(id, { name: "bob" }))];
}

const none = (reason: NoLinkReason): LinkView => ({ state: "none", reason });

describe("what is said of the path", () => {
  test.each<[string, Mode, LinkView, readonly string[]]>([
    [
      "open in one network",
      "auto",
      { state: "open", via: "local" },
      ["direct", "Direct", "as within one network", "know each other’s network addresses"],
    ],
    [
      "open over the internet",
      "direct",
      { state: "open", via: "nat" },
      ["direct", "Direct", "across the internet", "know each other’s network addresses"],
    ],
    [
      "open through TURN, after a direct way was looked for",
      "auto",
      { state: "open", via: "turn" },
      ["turn", "Direct, via TURN", "A TURN server passes", "may have learned each other’s"],
    ],
    [
      "open through TURN alone",
      "turn",
      { state: "open", via: "turn" },
      ["turn", "Direct, via TURN", "A TURN server passes", "bob’s device does not learn"],
    ],
    [
      "connecting",
      "auto",
      { state: "connecting" },
      ["relay", "Relay, connecting…", "go through the server", "looking for a direct way"],
    ],
    [
      "connecting, and nothing else will do",
      "direct",
      { state: "connecting" },
      ["wait", "Direct only, connecting…", "wait on this device", "looking for a direct way"],
    ],
    [
      "by choice",
      "relay",
      none("relayOnly"),
      ["relay", "Relay", "go through the server", "This is your choice"],
    ],
    [
      "nobody there",
      "turn",
      none("peerOffline"),
      ["relay", "Relay", "go through the server", "bob is not online"],
    ],
    [
      "nobody there, and nothing else will do",
      "direct",
      none("peerOffline"),
      ["wait", "Direct only", "wait on this device", "bob is not online"],
    ],
  ])("%s", (_, path, link, parts) => {
    expect(said(path, link)).toEqual(parts.map((part) => expect.stringContaining(part)));
  });

  test("who hides does not see whether the other is there, and is told so", () => {
    expect(said("auto", none("peerOffline"), true)[3]).toMatch(/^You do not show when you are online/);
    expect(said("auto", none("noWay"), true)).toEqual(said("auto", none("noWay")));
  });

  test("each reason has a sentence of its own", () => {
    const sentences = LINKS.filter(({ state }) => state === "none").map((link) => said("auto", link)[3]);
    expect(new Set(sentences).size).toBe(10);
  });

  test("only direct way alone makes messages wait, and never while there is one", () => {
    for (const path of PATH_MODES)
      for (const link of LINKS) {
        const waits = isWaiting({ path, link });
        expect(waits).toBe(path === "direct" && link.state !== "open");
        expect(said(path, link)[0] === "wait").toBe(waits);
      }
  });
});

test("what is written now goes directly when it may go no other way, or when there is a way", () => {
  expect(pathOfNext({ path: "direct", link: none("idle") })).toBe("direct");
  expect(pathOfNext({ path: "auto", link: { state: "open", via: "nat" } })).toBe("direct");
  expect(pathOfNext({ path: "auto", link: { state: "connecting" } })).toBe("relay");
});

test("what waits is said to wait only until it is sent", () => {
  expect(shownState("sending", true)).toBe("waiting");
  expect(shownState("sent", true)).toBe("sent");
  expect(shownState("sending", false)).toBe("sending");
});
