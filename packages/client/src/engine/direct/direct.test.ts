/** The direct path of one engine: what it does when, and what never. Rules of docs/protocol/direct.md. */
import type { Content } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { createLinkBench } from "../../testing/linkBench.ts";

const OFFER = { kind: "offer", sdp: "offer of bob" } as const;
const CALL = "ab".repeat(16);
const textsOf = (contents: readonly Content[]): readonly string[] =>
  contents.flatMap(({ body }) => (body.kind === "text" ? [body.text] : []));
const text = (body: string) => ({ kind: "text", text: body, replyTo: null }) as const;

describe("DIR-4: calls", () => {
  test("DIR-11: who is looked at and online is called; description and candidates go as signals", async () => {
    const { bench, actions, posted, happen, pass, conversation, group } = await createLinkBench();
    await bench.command({ kind: "attend", conversation });
    expect(actions()).toEqual([]);
    expect(bench.engine.linkView(conversation)).toEqual({ state: "none", reason: "peerOffline" });
    await bench.push({ type: "presence", group, online: true });
    // One of the two leaves the other a moment to call.
    await pass(1000);
    expect(actions()).toEqual(["open", "offer"]);
    expect(bench.engine.linkView(conversation)).toEqual({ state: "connecting" });
    await happen({ kind: "description", description: { kind: "offer", sdp: "mine" } });
    await happen({ kind: "candidate", candidate: { kind: "candidate", candidate: "here", mid: "0" } });
    const parts = (await posted()).flatMap(({ body }) => (body.kind === "signal" ? body.parts : []));
    expect(parts.map(({ kind }) => kind)).toEqual(["offer", "candidate"]);
  });

  test("DIR-11: who was looked at before the acceptance is called with it", async () => {
    const { bench, conversation } = await createLinkBench(true);
    expect(bench.engine.linkView(conversation)).toEqual({ state: "connecting" });
  });

  test("an offer is answered, with the candidates that came with it", async () => {
    const { bench, actions, signal, happen, posted, conversation } = await createLinkBench();
    await signal(CALL, OFFER, { kind: "candidate", candidate: "there", mid: "0" });
    expect(actions()).toEqual(["open", "accept", "addCandidates"]);
    await happen({ kind: "description", description: { kind: "answer", sdp: "mine" } });
    expect((await posted()).map(({ body }) => body)).toMatchObject([
      { kind: "signal", call: CALL, generation: 1, parts: [{ kind: "answer", sdp: "mine" }] },
    ]);
    await happen({ kind: "open", via: "nat" });
    expect(bench.engine.linkView(conversation)).toEqual({ state: "open", via: "nat" });
  });

  test("DIR-1: in relay mode no connection is made, for an offer either, and the other side is told", async () => {
    const { bench, actions, signal, choose, posted, group, conversation } = await createLinkBench();
    await choose("relay");
    await bench.push({ type: "presence", group, online: true });
    await bench.command({ kind: "attend", conversation });
    await signal(CALL, OFFER);
    expect(actions()).toEqual([]);
    expect((await posted()).map(({ body }) => body)).toMatchObject([
      { kind: "signal", call: CALL, parts: [{ kind: "end", reason: "relayOnly" }] },
    ]);
  });

  test("DIR-1: where this device can be reached is told no more once relay is chosen, or a call waits for its turn", async () => {
    const { bench, actions, happen, choose, posted, group, conversation } = await createLinkBench();
    await bench.push({ type: "presence", group, online: true });
    await bench.command({ kind: "attend", conversation });
    expect(actions()).toEqual(["open", "offer"]);
    // Refused, so that the next signals wait.
    await happen({ kind: "description", description: { kind: "offer", sdp: "mine" } });
    await posted();
    const { requestId } = bench.sent.findLast(({ type }) => type === "post") as { requestId: number };
    await bench.push({ type: "refused", requestId, code: "slowDown" });
    await happen({ kind: "candidate", candidate: { kind: "candidate", candidate: "here", mid: "0" } });
    await choose("relay");
    bench.nowMs += 10_000;
    await bench.feed({ type: "timer", name: "retry" });
    expect((await posted()).map(({ body }) => body)).toMatchObject([
      { kind: "signal", parts: [{ kind: "end", reason: "relayOnly" }] },
    ]);
  });

  test("of two that cross, the one with the lower device id gives way", async () => {
    const { bench, alice, bob, actions, signal, group, conversation } = await createLinkBench();
    await bench.push({ type: "presence", group, online: true });
    await bench.command({ kind: "attend", conversation });
    actions();
    await signal(CALL, OFFER);
    const givesWay = alice.identity.device < bob.identity.device;
    expect(actions()).toEqual(givesWay ? ["close", "open", "accept"] : []);
    expect(bench.engine.live.links.get(conversation)?.call === CALL).toBe(givesWay);
  });

  test("DIR-3: a signal is acted on while it is being stored; what answers it waits until it is", async () => {
    const { bench, actions, signal, happen, posted } = await createLinkBench();
    // From the first call on the servers that help are known.
    await signal("cd".repeat(16), OFFER);
    await signal("cd".repeat(16), { kind: "end", reason: "closed" });
    actions();
    const meanwhile: unknown[] = [];
    bench.interjectStore = async () => {
      meanwhile.push(...actions());
      await happen({ kind: "description", description: { kind: "answer", sdp: "mine" } });
      meanwhile.push(...(await posted()));
    };
    await signal(CALL, OFFER, { kind: "candidate", candidate: "there", mid: "0" });
    expect(meanwhile).toEqual(["open", "accept", "addCandidates"]);
    expect((await posted()).map(({ body }) => body)).toMatchObject([
      { kind: "signal", call: CALL, parts: [{ kind: "answer", sdp: "mine" }] },
    ]);
  });

  test("DIR-3: one that could not be stored comes again, and is acted on once", async () => {
    const { bench, actions, call, signal, happen, group, conversation } = await createLinkBench();
    const again = async (): Promise<void> => {
      bench.diskFull = false;
      bench.nowMs += 2000;
      await bench.feed({ type: "timer", name: "retry" });
    };
    bench.diskFull = true;
    await signal(CALL, OFFER);
    await again();
    expect(actions()).toEqual(["open", "accept"]);
    await signal(CALL, { kind: "end", reason: "closed" });
    actions();
    await bench.push({ type: "presence", group, online: true });
    await bench.command({ kind: "attend", conversation });
    await bench.feed({ type: "timer", name: "links" });
    await happen({ kind: "description", description: { kind: "offer", sdp: "mine" } });
    const made = await call();
    actions();
    bench.diskFull = true;
    await signal(made, { kind: "answer", sdp: "theirs" });
    await again();
    expect(actions()).toEqual(["accept"]);
  });

  test("a signal that has expired by the server's clock is none", async () => {
    const { bench, actions, signal } = await createLinkBench();
    bench.nowMs += 61_000;
    await signal(CALL, OFFER);
    expect(actions()).toEqual([]);
  });

  test("a call that is not open in time is given up, and made again after a pause", async () => {
    const { bench, actions, pass, group, conversation } = await createLinkBench();
    await bench.push({ type: "presence", group, online: true });
    await bench.command({ kind: "attend", conversation });
    actions();
    await pass(15_000);
    expect(actions()).toEqual(["close"]);
    expect(bench.engine.linkView(conversation)).toEqual({ state: "none", reason: "noWay" });
    await pass(30_000);
    expect(actions()).toEqual(["open", "offer"]);
  });

  test("the networks are blamed only for a call that has looked for a way to its end", async () => {
    for (const [failure, reason] of [
      ["noWay", "noWay"],
      ["failed", "idle"],
      ["closed", "idle"],
    ] as const) {
      const { bench, actions, happen, pass, group, conversation } = await createLinkBench();
      await bench.push({ type: "presence", group, online: true });
      await bench.command({ kind: "attend", conversation });
      actions();
      await pass(100);
      await happen({ kind: "closed", failure });
      expect(bench.engine.linkView(conversation)).toEqual({ state: "none", reason });
      await pass(2000);
      expect(actions()).toEqual(["close", "open", "offer"]);
    }
  });

  test("what the other side says against a link is believed until it comes online anew", async () => {
    const { bench, actions, call, signal, happen, pass, group, conversation } = await createLinkBench();
    await bench.push({ type: "presence", group, online: true });
    await bench.command({ kind: "attend", conversation });
    await happen({ kind: "description", description: { kind: "offer", sdp: "mine" } });
    await signal(await call(), { kind: "end", reason: "relayOnly" });
    actions();
    await pass(60_000);
    expect(actions()).toEqual([]);
    expect(bench.engine.linkView(conversation)).toEqual({ state: "none", reason: "peerRelayOnly" });
    await bench.push({ type: "presence", group, online: false }, { type: "presence", group, online: true });
    await pass(1000);
    expect(actions()).toEqual(["open", "offer"]);
  });

  test("where the platform cannot make a connection, that is known, and the other side is told", async () => {
    const { bench, actions, signal, happen, posted, pass, conversation } = await createLinkBench();
    await signal(CALL, OFFER);
    await happen({ kind: "closed", failure: "unsupported" });
    expect((await posted()).map(({ body }) => body)).toMatchObject([
      { kind: "signal", call: CALL, parts: [{ kind: "end", reason: "unsupported" }] },
    ]);
    expect(bench.engine.linkView(conversation)).toEqual({ state: "none", reason: "unsupported" });
    await bench.command({ kind: "attend", conversation });
    actions();
    await pass(60_000);
    expect(actions()).toEqual([]);
  });
});

describe("DIR-6: messages over a link", () => {
  test("go there alone, are confirmed there, and are shown as direct", async () => {
    const { bench, open, write, carried, posted, arrive, confirm, history } = await createLinkBench();
    await open();
    await write("one");
    await write("two");
    expect(textsOf(await carried())).toEqual(["one", "two"]);
    await arrive({ type: "taken", count: 2 });
    await confirm(2);
    expect(await posted()).toEqual([]);
    expect(history().map(({ path, state }) => [path, state])).toEqual([
      ["direct", "delivered"],
      ["direct", "delivered"],
    ]);
    expect(bench.events.filter(({ type }) => type === "path")).toEqual([]);
  });

  test("what the server has and nobody has confirmed goes over the link first", async () => {
    const { open, write, carried, answer, history } = await createLinkBench();
    await write("one");
    await answer();
    await open();
    await write("two");
    expect(textsOf(await carried())).toEqual(["one", "two"]);
    expect(history().map(({ path, state }) => [path, state])).toEqual([
      ["relay", "sent"],
      ["direct", "sending"],
    ]);
  });

  test("DIR-9: what is not confirmed in 3 s goes by the relay too, is said to, and so does what follows", async () => {
    const { bench, open, write, carried, posted, pass, answer, confirm, history } = await createLinkBench();
    await open();
    await write("one");
    await pass(2999);
    expect(await posted()).toEqual([]);
    await pass(1);
    expect(textsOf(await posted())).toEqual(["one"]);
    expect(bench.events.filter(({ type }) => type === "path")).toMatchObject([{ path: "relay" }]);
    await write("two");
    expect(textsOf(await posted())).toEqual(["two"]);
    await answer();
    expect(textsOf(await carried())).toEqual(["one"]);
    await confirm(2);
    await write("three");
    expect(textsOf(await carried())).toEqual(["three"]);
    expect(await posted()).toEqual([]);
    expect(history().map(({ path }) => path)).toEqual(["relay", "relay", "direct"]);
  });

  test("DIR-1: in direct mode messages and receipts wait for a link, and never reach the server", async () => {
    const {
      bench,
      open,
      write,
      carried,
      posted,
      choose,
      pass,
      text: line,
      conversation,
      happen,
    } = await createLinkBench();
    await choose("direct");
    await write("one");
    await bench.push(await line("hello"));
    await pass(10_000);
    expect(await posted()).toEqual([]);
    // Who has just written is there, and a message waits.
    expect(bench.engine.linkView(conversation)).toEqual({ state: "connecting" });
    await open();
    expect((await carried()).map(({ body }) => body.kind)).toEqual(["text", "receipt"]);
    await happen({ kind: "closed", failure: "failed" });
    await write("two");
    await pass(10_000);
    expect(textsOf(await posted())).toEqual([]);
  });

  test("a link that wavers is not relied on; one that ends leaves its messages to the relay at once", async () => {
    const { open, write, posted, happen, carried } = await createLinkBench();
    await open();
    await happen({ kind: "steady", steady: false, via: "local" });
    await write("one");
    expect(textsOf(await posted())).toEqual(["one"]);
    await happen({ kind: "steady", steady: true, via: "local" });
    await write("two");
    expect(textsOf(await carried())).toEqual(["one", "two"]);
    await happen({ kind: "closed", failure: "failed" });
    expect(textsOf(await posted())).toEqual(["two"]);
  });

  test("NET-3: a store that was restored ends the link; what it had is posted again, once", async () => {
    const { bench, open, write, answer, actions, posted, carried } = await createLinkBench();
    await write("one");
    await answer();
    await open();
    // Encrypted for the link once more, though the server has it.
    await bench.feed({ type: "disconnected", connection: bench.engine.live.connection });
    await carried();
    await bench.command({ kind: "connect" });
    await bench.connect({ store: idOf(new Uint8Array(16).fill(9)) });
    expect(actions()).toContain("close");
    expect(textsOf(await posted())).toEqual(["one"]);
    await answer();
    await bench.feed({ type: "timer", name: "sent" });
    await write("two");
    expect(textsOf(await posted())).toEqual(["two"]);
  });

  test("DIR-8: no more than the other side takes", async () => {
    const { open, write, carried, arrive } = await createLinkBench();
    await open();
    for (let i = 0; i < 260; i++) await write(String(i));
    expect(await carried()).toHaveLength(256);
    await arrive({ type: "taken", count: 2 });
    expect(await carried()).toHaveLength(2);
    await arrive({ type: "taken", count: 256 });
    expect(await carried()).toHaveLength(2);
  });
});

describe("DIR-13: links that carry files", () => {
  test("open, and steady to send; of the group of now", async () => {
    const { bench, open, happen, conversation, choose } = await createLinkBench();
    const { engine } = bench;
    expect(engine.fileLinkOf(conversation)).toBeUndefined();
    await open();
    const link = engine.live.linkNumber;
    expect(engine.fileLinkOf(conversation)).toBe(link);
    expect(engine.conversationOfLink(link)).toBe(conversation);
    expect(engine.conversationOfLink(link + 1)).toBeUndefined();
    await happen({ kind: "steady", steady: false, via: "local" });
    expect(engine.fileLinkOf(conversation)).toBeUndefined();
    // What comes has come.
    expect(engine.conversationOfLink(link)).toBe(conversation);
    await happen({ kind: "steady", steady: true, via: "local" });
    await choose("relay");
    expect(engine.fileLinkOf(conversation)).toBeUndefined();
    expect(engine.conversationOfLink(link)).toBeUndefined();
  });

  test("not while the contact's keys are in doubt", async () => {
    const { bench, open, conversation } = await createLinkBench();
    await open();
    const { contacts, conversations } = bench.engine.state;
    const peer = conversations.get(conversation)?.peer as never;
    contacts.set(peer, { ...contacts.get(peer), keysChanged: true } as never);
    expect(bench.engine.fileLinkOf(conversation)).toBeUndefined();
  });
});

describe("DIR-7: taking in", () => {
  test("a message is stored before it is counted as taken", async () => {
    const { bench, open, say, told, history } = await createLinkBench();
    await open();
    bench.diskFull = true;
    await say(text("one"));
    expect(told()).toEqual([]);
    bench.diskFull = false;
    await bench.feed({ type: "timer", name: "retry" });
    expect(told()).toEqual([{ type: "taken", count: 1 }]);
    expect(history().map((message) => [message.text, message.path])).toEqual([["one", "direct"]]);
  });

  test("what comes by both paths is shown once, as of the first", async () => {
    const { bench, open, entry, seal, arrive, group, history } = await createLinkBench();
    await open();
    const ciphertext = await seal(text("one"));
    await arrive({ type: "message", group, index: 2, ciphertext });
    await bench.push(entry(ciphertext));
    expect(history().map((message) => [message.text, message.path])).toEqual([["one", "direct"]]);
    expect(bench.events.filter((event) => event.type === "conversation" && event.change === "gap")).toEqual(
      [],
    );
  });

  test("of an epoch that is not reached it waits for the handshake", async () => {
    const { bench, open, leave, seal, arrive, group, told, conversation } = await createLinkBench();
    await open();
    const handshake = await leave();
    await arrive({
      type: "message",
      group,
      index: 3,
      ciphertext: await seal(text("one")).catch(() => new Uint8Array(1)),
    });
    expect(told()).toEqual([]);
    await bench.push(handshake);
    expect(bench.engine.state.conversations.get(conversation)?.headIndex).toBe(3);
    expect(told()).toEqual([{ type: "taken", count: 1 }]);
  });

  test("what was sent before a handshake that changes no epoch is taken behind it", async () => {
    const { bench, open, leave, seal, arrive, group, history, conversation } = await createLinkBench();
    await open();
    const ciphertext = await seal(text("one"));
    await bench.push(await leave());
    expect(bench.engine.state.conversations.get(conversation)?.headIndex).toBe(3);
    await arrive({ type: "message", group, index: 2, ciphertext });
    expect(history().map((message) => message.text)).toEqual(["one"]);
    expect(bench.engine.state.conversations.get(conversation)?.state).toBe("active");
  });

  test("DIR-5: what is no frame, and a count that cannot be, end the link", async () => {
    for (const frame of [Uint8Array.of(0), undefined]) {
      const { open, happen, arrive, actions } = await createLinkBench();
      await open();
      if (frame === undefined) await arrive({ type: "taken", count: 1 });
      else await happen({ kind: "frame", frame });
      expect(actions()).toEqual(["close"]);
    }
  });

  test("DIR-10: frames on the channel of files are signs of life", async () => {
    const { open, pass, happen, actions } = await createLinkBench();
    await open();
    await pass(15_000);
    await pass(15_000);
    await happen({ kind: "heard" });
    await pass(15_000);
    await pass(15_000);
    expect(actions()).toEqual([]);
    await pass(15_000);
    expect(actions()).toEqual(["close"]);
  });

  test("DIR-5: who breaks the rules of the channel of files loses the link, and is called again after a pause", async () => {
    const { bench, open, pass, happen, actions, conversation } = await createLinkBench();
    await open();
    await happen({ kind: "misused" });
    expect(actions()).toEqual(["close"]);
    expect(bench.engine.live.linkTries.get(conversation)?.failures).toBe(1);
    await bench.command({ kind: "attend", conversation });
    expect(actions()).toEqual([]);
    await pass(30_000);
    expect(actions()).toEqual(["open", "offer"]);
  });

  test("DIR-10: a link whose other end was killed is gone in seconds, and called for at once", async () => {
    const { bench, open, pass, happen, signal, call, actions, group, conversation } = await createLinkBench();
    const comes = (online: boolean): Promise<void> => bench.push({ type: "presence", group, online });
    await open();
    await pass(7000);
    await comes(false);
    // Frames that were on their way do not keep it.
    await happen({ kind: "heard" });
    await pass(1000);
    await comes(true);
    for (let passed = 1000; passed < 4500; passed += 500) {
      expect(actions()).toEqual([]);
      expect(bench.engine.linkView(conversation)).toEqual({ state: "open", via: "local" });
      await pass(500);
    }
    expect(actions()).toEqual(["close", "open", "offer"]);
    await happen({ kind: "description", description: OFFER });
    await signal(await call(), { kind: "answer", sdp: "answer of bob" });
    await happen({ kind: "open", via: "local" });
    expect(bench.engine.linkView(conversation)).toEqual({ state: "open", via: "local" });
  });

  test("DIR-10: one whose other end answers goes on as before", async () => {
    const { bench, open, pass, told, arrive, actions, group } = await createLinkBench();
    await open();
    await bench.push({ type: "presence", group, online: false });
    await pass(1400);
    await arrive({ type: "pong" });
    await pass(1400);
    await bench.push({ type: "presence", group, online: true });
    await arrive({ type: "pong" });
    expect(told()).toEqual([{ type: "ping" }, { type: "ping" }]);
    await pass(14_000);
    expect(told()).toHaveLength(2);
    await pass(1000);
    expect(told()).toHaveLength(3);
    expect(actions()).toEqual([]);
  });

  test("DIR-10: that this device loses the server says nothing of the link", async () => {
    const { bench, open, told } = await createLinkBench();
    await open();
    await bench.feed({ type: "disconnected", connection: bench.engine.live.connection });
    expect(told()).toEqual([]);
  });

  test("DIR-10: two pings without a frame end the link", async () => {
    const { open, pass, told, arrive, actions } = await createLinkBench();
    await open();
    await pass(15_000);
    await arrive({ type: "pong" });
    await pass(15_000);
    await pass(15_000);
    expect(actions()).toEqual([]);
    await pass(15_000);
    expect(actions()).toEqual(["close"]);
    expect(told()).toEqual([{ type: "ping" }, { type: "ping" }, { type: "ping" }]);
  });
});
