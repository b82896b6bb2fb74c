/** DIR-1, DIR-11 as people at a chat see them. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatStage } from "../testing/chatStage.ts";
import { openChatStage } from "../testing/chatStage.ts";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { WITH_BOB } from "../testing/fakeSotto.ts";
import type { ChatSession } from "./session.ts";

let stage: ChatStage;
let fake: FakeSotto;
let session: ChatSession;

beforeEach(() => {
  stage = openChatStage();
  ({ fake, session } = stage);
});

const said: ChatStage["said"] = (...work) => stage.said(...work);

const open =
  (via: "local" | "nat" | "turn" = "local") =>
  () =>
    fake.link({ state: "open", via });
const none = (reason: "peerOffline" | "noWay" | "unsupported" | "idle") => (): void =>
  fake.link({ state: "none", reason });
const connecting = (): void => fake.link({ state: "connecting" });

const DIRECT = "Messages with bob go directly now (same network).";
const AGAIN = "Messages with bob go by the server again.";
const AUTO =
  "Chosen for bob: the default, auto. Messages go directly when a way is found, else by the server.";
const WAITS = "Messages with bob wait for a direct way, because bob is not online, or does not show it.";
const UNSUPPORTED =
  "Messages with bob go by the server, because this terminal cannot make direct connections: the optional package node-datachannel is missing or does not load here, or directConnections is false.";

describe("/path", () => {
  test("says which way messages go, why, and what is chosen", async () => {
    expect(await said("/path")).toEqual(["Open a conversation first: /open NAME"]);
    await session.enter("/open bob");
    expect(await said(none("peerOffline"), "/path")).toEqual([
      "Messages with bob go by the server, because bob is not online, or does not show it.",
      AUTO,
    ]);
    await said(open("turn"));
    expect((await said("/path"))[0]).toBe("Messages with bob go directly now (through a TURN server).");
  });

  test("chooses for the open conversation, and the default again", async () => {
    await session.enter("/open bob");
    expect(await said("/path relay", "/path turn", "/path default")).toEqual([
      "Chosen for bob: relay. Messages go by the server alone; devices are never connected to each other.",
      "Chosen for bob: turn. Messages go through TURN servers alone, so that the other device learns no address, else by the server.",
      AUTO,
    ]);
    expect(fake.calls.filter((call) => call.startsWith("path"))).toEqual([
      `path ${WITH_BOB} relay`,
      `path ${WITH_BOB} turn`,
      `path ${WITH_BOB} null`,
    ]);
  });

  test("refuses another word with those that there are", async () => {
    expect(await said("/open bob", "/path fast")).toContain(
      "path takes auto, direct, turn, relay, default, or nothing to say which holds.",
    );
    expect(fake.calls.filter((call) => call.startsWith("path"))).toEqual([]);
  });
});

describe("the open conversation's way", () => {
  test("is said when it changes, not at every attempt, and not of others", async () => {
    expect(await said(open(), none("noWay"))).toEqual([]);
    await session.enter("/open bob");
    expect(
      await said(connecting, none("noWay"), connecting, open(), open("nat"), connecting, none("noWay")),
    ).toEqual([DIRECT, AGAIN]);
  });

  test("is said when one opens it, if it is direct", async () => {
    await said(open());
    expect((await said("/open bob")).at(-1)).toBe(DIRECT);
    expect((await said("/open bob")).at(-1)).toBe("--- bob ---");
  });

  test("one that was lost meanwhile is said when it is opened again", async () => {
    await said("/open bob", open(), "/open carol", none("peerOffline"));
    expect((await said("/open bob")).at(-1)).toBe(AGAIN);
  });

  test("is looked at from its opening on, as long as it stays open", async () => {
    await session.attend();
    await session.enter("/open bob");
    await session.attend();
    expect(fake.calls).toEqual([`read ${WITH_BOB}`, `attend ${WITH_BOB}`, `attend ${WITH_BOB}`]);
  });
});

describe("direct only", () => {
  beforeEach(() => said("/open bob", "/path direct"));

  test("what waits is said once with the reason, and once more after there was a way", async () => {
    expect(await said(none("peerOffline"))).toEqual([]);
    expect(await said("hello", "again", none("noWay"))).toEqual([
      "alice (direct)  hello",
      WAITS,
      "alice (direct)  again",
    ]);
    expect(await said(open())).toEqual([DIRECT]);
    expect(await said(none("peerOffline"), "third")).toEqual([WAITS, "alice (direct)  third"]);
  });

  test("the reason is said as soon as there is one", async () => {
    expect(await said(none("idle"), "hello", connecting)).toEqual(["alice (direct)  hello"]);
    expect(await said(none("peerOffline"))).toEqual([WAITS]);
  });

  test("the reason is said again of what is directly alone again", async () => {
    expect(await said(none("peerOffline"), "hello")).toContain(WAITS);
    expect(await said("/path auto", "/path direct")).toContain(WAITS);
  });

  test("nothing waits when all has arrived", async () => {
    await said(open(), "hello");
    fake.state(fake.lastSent().id, "delivered");
    expect(await said(connecting)).toEqual(["Messages with bob wait; a direct way is being looked for."]);
    expect(await said(none("peerOffline"))).toEqual([]);
  });
});

test("that this terminal makes no direct connections is said once, where it matters", async () => {
  expect(await said(none("unsupported"), "/open carol")).not.toContain(UNSUPPORTED);
  expect((await said("/open bob")).at(-1)).toBe(UNSUPPORTED);
  expect(await said("/open bob", "hello", none("unsupported"))).not.toContain(UNSUPPORTED);
});

test("messages on the direct way are marked", async () => {
  await said("/open bob", open());
  expect(
    await said(
      () => void fake.arrive("hi", "direct"),
      () => void fake.arrive("ho"),
    ),
  ).toEqual(["bob (direct)  hi", "bob  ho"]);
});

describe("an own message while there is a direct way", () => {
  const path = (way: "direct" | "relay") => (): void =>
    fake.emit({ type: "path", conversation: WITH_BOB, id: fake.lastSent().id, path: way });
  const state = (to: "sent" | "delivered") => (): void => fake.state(fake.lastSent().id, to);

  beforeEach(() => said("/open bob", open()));

  test("is shown when its way is decided, and the prompt follows it", async () => {
    expect(await said("hello")).toEqual([]);
    expect(await said(path("direct"))).toEqual(["alice (direct)  hello"]);
    expect(stage.prompt).toBe("bob (sending, direct)> ");
    expect(await said(path("relay"), state("sent"))).toEqual([]);
    expect(stage.prompt).toBe("bob (sent)> ");
  });

  test("is shown at once where it can go no other way", async () => {
    await said("/path direct");
    expect(await said("hello")).toEqual(["alice (direct)  hello"]);
  });

  test("is shown before whatever comes behind it", async () => {
    expect(await said("hello", state("sent"))).toEqual(["alice  hello"]);
    expect(await said("one", () => void fake.arrive("hi"))).toEqual(["alice  one", "bob  hi"]);
    expect((await said("two", "/users"))[0]).toBe("alice  two");
    expect(await said("three", "four", path("direct"))).toEqual(["alice  three", "alice (direct)  four"]);
  });

  test("is shown soon in any case, once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    expect(await said("hello", () => void vi.advanceTimersByTime(250), path("direct"))).toEqual([
      "alice  hello",
    ]);
    vi.useRealTimers();
  });
});
