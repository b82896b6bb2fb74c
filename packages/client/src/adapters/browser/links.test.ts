/** The worker's and the page's side of links, over a line of which the test knows everything. */
import type { LinkCandidate } from "@sotto/protocol";
import { describe, expect, test, vi } from "vitest";
import { LOW_WATER_BYTES } from "../../ports/direct.ts";
import { createLinkHost } from "./linkHost.ts";
import { createLinkProxy } from "./linkProxy.ts";
import { createFakeBrowser } from "./testing/fakeConnection.ts";
import type { Stage } from "./testing/linkStage.ts";
import { createLine, handlersOf, openStage, settle } from "./testing/linkStage.ts";

const FRAME_BYTES = 64 * 1024;
const OWN_PORT = "candidate:1 1 udp 1 name.local 4000 typ host";

describe("a link of a browser", () => {
  test("makes no connection before it is opened, and one then", async () => {
    const browser = createFakeBrowser();
    const { toHost, toProxy } = createLine(true, []);
    createLinkHost(toProxy, browser.connect);
    const maker = createLinkProxy({ line: toHost, takesChannels: true });
    await settle();
    expect(browser.made).toHaveLength(0);
    const iceServers = [{ urls: ["turn:turn.example"], username: "alice", credential: "secret" }];
    maker.open({ iceServers, turnOnly: true }, handlersOf([]));
    await settle();
    expect(browser.made.map(({ configuration }) => configuration)).toEqual([
      { iceServers, iceTransportPolicy: "relay" },
    ]);
  });

  test("a browser that refuses it is unsupported", async () => {
    const { toHost, toProxy } = createLine(true, []);
    createLinkHost(toProxy, () => {
      throw new DOMException("by policy", "NotAllowedError");
    });
    const told: string[] = [];
    const link = createLinkProxy({ line: toHost, takesChannels: true }).open(
      { iceServers: [], turnOnly: false },
      handlersOf(told),
    );
    link.offer(false);
    await settle();
    expect(told).toEqual(["closed unsupported"]);
  });

  test("candidates wait for the description, and those that cannot be used do no harm", async () => {
    const { browser, link, told } = await openStage();
    link.addCandidates([candidate("first"), candidate("bad"), candidate("second")]);
    await settle();
    expect(browser.last().asked).toEqual([]);
    link.accept({ kind: "offer", sdp: "theirs" });
    link.addCandidates([candidate("third"), candidate("")]);
    await settle();
    expect(browser.last().asked).toEqual([
      "remote theirs",
      "create answer",
      "local answer 2",
      "candidate first",
      "candidate second",
      "candidate third",
      "candidate ",
    ]);
    expect(told).toEqual(["answer answer 2"]);
  });

  test("offers are made one after the other; a restart asks for a new way", async () => {
    const { browser, link, told } = await openStage();
    link.offer(false);
    link.accept({ kind: "answer", sdp: "theirs" });
    link.offer(true);
    await settle();
    const asked = ["create offer", "local offer 1", "remote theirs", "create restart", "local offer 4"];
    expect(browser.last().asked).toEqual(asked);
    expect(told).toEqual(["offer offer 1", "offer offer 4"]);
  });

  test("tells candidates, and not that there are no more", async () => {
    const { browser, told } = await openStage();
    for (const made of ["one", "", null]) browser.last().candidate(made);
    await settle();
    expect(told).toEqual(["candidate one"]);
  });

  test("a description waits for its first candidate, which is inside it", async () => {
    const { link, told, browser } = await openStage();
    browser.last().gathers = true;
    link.offer(false);
    await settle();
    expect(told).toEqual([]);
    browser.last().candidate("one");
    await settle();
    browser.last().candidate("two");
    await settle();
    expect(told).toEqual(["offer offer 1 one", "candidate two"]);
  });

  test("what the other side tells meanwhile is not held up, and the answer does not wait for long", async () => {
    const { link, told, browser } = await openStage();
    browser.last().gathers = true;
    link.accept({ kind: "offer", sdp: "theirs" });
    link.addCandidates([candidate("first")]);
    await settle();
    expect(browser.last().asked.at(-1)).toBe("candidate first");
    expect(told).toEqual([]);
    await vi.waitFor(() => expect(told).toEqual(["answer answer 2"]));
  });

  test("candidates of TURN servers alone are not waited for", async () => {
    const { link, told, browser } = await openStage(true, { iceServers: [], turnOnly: true });
    browser.last().gathers = true;
    link.offer(false);
    await settle();
    expect(told).toEqual(["offer offer 1"]);
  });

  test("a description that is none ends it, once", async () => {
    const { browser, link, told } = await openStage();
    link.accept({ kind: "offer", sdp: "bad" });
    link.accept({ kind: "offer", sdp: "theirs" });
    await settle();
    browser.last().fail();
    await settle();
    expect(told).toEqual(["closed failed"]);
    expect(browser.last().asked).toEqual([]);
    expect(browser.last().isClosed).toBe(true);
  });

  test.each([
    ["no way", "failed", "noWay"],
    ["no way, before the state of ICE says so", "disconnected", "noWay"],
    ["a way, and a handshake that fails on it", "connected", "failed"],
  ] as const)("what ends a call tells whether there was a way: %s", async (_, ice, failure) => {
    const { browser, told } = await openStage();
    browser.last().iceState(ice);
    browser.last().fail();
    await settle();
    expect(told).toEqual([`closed ${failure}`]);
  });

  test("tells when packets stop and come again, and another way", async () => {
    const { browser, told } = await openStage();
    const connection = browser.last();
    connection.iceState("disconnected");
    connection.openChannels();
    await settle();
    connection.iceState("connected");
    await settle();
    connection.iceState("disconnected");
    connection.iceState("disconnected");
    connection.way = { local: "relay", remote: "host" };
    connection.iceState("checking");
    connection.iceState("completed");
    connection.iceState("connected");
    await settle();
    expect(told).toEqual([
      "open local",
      "steady false local",
      "steady true local",
      "steady false local",
      "steady true turn",
    ]);
  });

  test("the way is said again when it is known better", async () => {
    const { browser, link, told } = await openStage();
    browser.last().way = { local: "host", remote: "prflx", remotePort: 5000 };
    link.accept({ kind: "answer", sdp: "theirs" });
    browser.last().openChannels();
    browser.last().iceState("connected");
    await settle();
    link.addCandidates([candidate(OWN_PORT)]);
    await settle();
    expect(told).toEqual(["open local", "steady true nat"]);
  });

  test("a worker that ends leaves no connection open", async () => {
    const { browser, host, open } = await openStage();
    open();
    await settle();
    browser.last().openChannels();
    host.close();
    expect(browser.made.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  describe.each([
    ["channels in the worker", true],
    ["channels in the page", false],
  ])("%s", (_, moves) => {
    test("nothing is told after close, whatever is under way", async () => {
      const { browser, link, told } = await openStage(moves);
      const connection = browser.last();
      link.offer(false);
      connection.openChannels();
      connection.candidate("one");
      connection.channels.messages.hear(new ArrayBuffer(1));
      connection.fail();
      link.close();
      await settle();
      connection.closeChannels();
      link.close();
      link.offer(true);
      link.send("messages", new Uint8Array(1));
      await settle();
      expect(told).toEqual([]);
      expect(link.bufferedBytes("messages")).toBe(0);
      expect(connection.isClosed).toBe(true);
      expect(connection.channels.messages.sent).toEqual([]);
    });

    test("nothing is told of an open one after close", async () => {
      const { browser, link, told } = await openStage(moves);
      const { channels } = browser.last();
      browser.last().openChannels();
      await settle();
      for (let count = 0; count < 8; count++) link.send("files", new Uint8Array(FRAME_BYTES));
      await settle();
      link.close();
      channels.files.drainTo(0);
      channels.messages.hear(new ArrayBuffer(1));
      browser.last().iceState("disconnected");
      await settle();
      browser.last().closeChannels();
      await settle();
      expect(told).toEqual(["open local"]);
    });

    test("closed in the turn in which it was opened", async () => {
      const { browser, open, told } = await openStage(moves);
      open().close();
      await settle();
      expect(browser.made).toHaveLength(2);
      expect(browser.last().isClosed).toBe(true);
      expect(told).toEqual([]);
    });

    test("frames that come before the way is known follow it, in order", async () => {
      const { browser, told } = await openStage(moves);
      const { channels } = browser.last();
      browser.last().openChannels();
      for (const [sizeBytes, channel] of [
        [1, channels.messages],
        [2, channels.files],
        [0, channels.messages],
      ] as const)
        channel.hear(new ArrayBuffer(sizeBytes));
      await settle();
      channels.messages.hear(new ArrayBuffer(3));
      await settle();
      expect(told).toEqual(["open local", "messages 1", "files 2", "messages 0", "messages 3"]);
    });

    test("what the other side closes is closed once", async () => {
      const { browser, told } = await openStage(moves);
      browser.last().openChannels();
      await settle();
      browser.last().channels.files.hear(new ArrayBuffer(7));
      browser.last().closeChannels();
      browser.last().fail();
      await settle();
      expect(told).toEqual(["open local", "files 7", "closed closed"]);
      expect(browser.last().isClosed).toBe(true);
    });

    test("channels that close before they were open have failed", async () => {
      const { browser, told } = await openStage(moves);
      browser.last().closeChannels();
      await settle();
      expect(told).toEqual(["closed failed"]);
    });

    test.each([
      ["text instead of bytes", (stage: Stage) => stage.browser.last().channels.messages.hear("text")],
      [
        "a browser that keeps no more bytes",
        (stage: Stage) => {
          stage.browser.last().channels.files.refusal = new DOMException("full", "OperationError");
          stage.link.send("files", new Uint8Array(1));
        },
      ],
    ])("%s ends it", async (__, act) => {
      const stage = await openStage(moves);
      stage.browser.last().openChannels();
      await settle();
      act(stage);
      await settle();
      expect(stage.told).toEqual(["open local", "closed failed"]);
      expect(stage.browser.last().isClosed).toBe(true);
    });

    test("drained is told once when what waits has fallen to the low water mark", async () => {
      const { browser, link, told } = await openStage(moves);
      browser.last().openChannels();
      await settle();
      const channel = browser.last().channels.files;
      for (let count = 0; count < 8; count++) link.send("files", new Uint8Array(FRAME_BYTES));
      expect(link.bufferedBytes("files")).toBe(8 * FRAME_BYTES);
      await settle();
      expect(channel.sent).toEqual(Array.from({ length: 8 }, () => FRAME_BYTES));
      expect(link.bufferedBytes("files")).toBe(8 * FRAME_BYTES);
      expect(link.bufferedBytes("messages")).toBe(0);
      channel.drainTo(LOW_WATER_BYTES);
      await settle();
      expect(link.bufferedBytes("files")).toBe(LOW_WATER_BYTES);
      channel.drainTo(0);
      await settle();
      expect(link.bufferedBytes("files")).toBe(0);
      expect(told).toEqual(["open local", "drained files"]);
    });
  });

  test("frames do not pass the page when it has given the channels away", async () => {
    const { browser, link, posted } = await openStage(true);
    browser.last().openChannels();
    await settle();
    link.send("messages", new Uint8Array(10));
    browser.last().channels.messages.hear(new ArrayBuffer(10));
    await settle();
    expect(posted.filter(({ message }) => message.type === "channels")).toMatchObject([{ transferred: 2 }]);
    expect(posted.map(({ message }) => message.type)).not.toContain("frame");
    expect(browser.last().channels.messages.sent).toEqual([10]);
  });

  test("frames that pass the page are transferred, and the sender's stay its own", async () => {
    const { browser, link, posted, told } = await openStage(false);
    browser.last().openChannels();
    await settle();
    const whole = new Uint8Array(100);
    link.send("messages", whole.subarray(10, 40));
    const arrived = new ArrayBuffer(20);
    browser.last().channels.messages.hear(arrived);
    await settle();
    const frames = posted.filter(({ message }) => message.type === "frame");
    expect(frames.map(({ transferred }) => transferred)).toEqual([1, 1]);
    expect([whole.length, arrived.byteLength]).toEqual([100, 0]);
    expect(browser.last().channels.messages.sent).toEqual([30]);
    expect(told).toEqual(["open local", "messages 20"]);
  });
});

function candidate(text: string): LinkCandidate {
  return { kind: "candidate", candidate: text, mid: null };
}
