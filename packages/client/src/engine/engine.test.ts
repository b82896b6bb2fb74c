/** The engine in situations that once went wrong; the simulation found most of them. */
import type { ClientFrame, GroupId, PostFrame, ServerFrame, StoreId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { BenchPair } from "../testing/benchPair.ts";
import { createPair } from "../testing/benchPair.ts";
import { createBench, createPerson, readyOf } from "../testing/engineBench.ts";
import { decodeHistory } from "./records/history.ts";
import { TABLE } from "./records/table.ts";
import { SETTINGS_KEY } from "./settings.ts";

const DAY_MS = 24 * 3_600_000;
const OTHER_STORE: StoreId = idOf(new Uint8Array(16).fill(2));

const postsOf = (frames: readonly ClientFrame[]): readonly PostFrame[] =>
  frames.filter((frame) => frame.type === "post");
const ok = ({ requestId }: ClientFrame): ServerFrame => ({ type: "ok", requestId, number: 0 });
const stale = ({ requestId }: ClientFrame, index: number): ServerFrame => ({
  type: "refused",
  requestId,
  code: "staleEpoch",
  index,
});

async function write({ bench, conversation }: BenchPair, text: string): Promise<void> {
  const result = await bench.command({ kind: "sendText", conversation, text, replyTo: null });
  expect(result.ok).toBe(true);
}

describe("waits and clocks", () => {
  it("MSG-6: a receipt is not put off by a clock that is set back", async () => {
    const { bench, text } = await createPair();
    await bench.push(await text("one"));
    const [first] = postsOf(bench.sent);
    if (first === undefined) throw new Error("no receipt");
    await bench.push(ok(first));
    bench.nowMs -= DAY_MS;
    await bench.push(await text("two"));
    expect(postsOf(bench.sent)).toHaveLength(2);
  });

  it("MSG-6: a refused receipt is made again", async () => {
    const { bench, text } = await createPair();
    await bench.push(await text("one"));
    const [first] = postsOf(bench.sent);
    if (first === undefined) throw new Error("no receipt");
    bench.nowMs += 10_000;
    await bench.push(stale(first, 2));
    expect(postsOf(bench.sent)).toHaveLength(2);
  });

  it("NET-2: a server that never answers hello is left", async () => {
    const bench = createBench(await createPerson("alice"));
    await bench.connect("silent");
    expect(bench.timers.get("heartbeat")).toBe(bench.nowMs + 15_000);
    await bench.feed({ type: "timer", name: "heartbeat" });
    expect(bench.engine.live.phase).toBe("offline");
    expect(bench.timers.has("connect")).toBe(true);
  });

  it("NET-2: two silent pings end a connection, whatever the clock says", async () => {
    const { bench } = await createPair();
    bench.nowMs -= DAY_MS;
    for (let i = 0; i < 2; i++) await bench.feed({ type: "timer", name: "heartbeat" });
    expect(bench.engine.live.phase).toBe("online");
    await bench.feed({ type: "timer", name: "heartbeat" });
    expect(bench.engine.live.phase).toBe("offline");
  });
});

describe("hidden presence", () => {
  const hide = { kind: "setPresenceHidden", hidden: true } as const;
  const wishes = (frames: readonly ClientFrame[]): readonly boolean[] =>
    frames.flatMap((frame) => (frame.type === "hello" || frame.type === "presence" ? [frame.hidden] : []));

  it("RLY-22: the server is told at once, and in every hello from then on, after a restart too", async () => {
    const alice = await createPerson("alice");
    const bench = createBench(alice);
    await bench.connect();
    expect(await bench.command(hide)).toEqual({ ok: true });
    await bench.command(hide);
    expect(wishes(bench.sent)).toEqual([false, true]);
    expect(bench.events).toContainEqual({ type: "ownPresence", hidden: true });
    await bench.feed({ type: "disconnected", connection: bench.engine.live.connection });
    await bench.connect();
    expect(wishes(bench.sent)).toEqual([false, true, true]);

    const again = createBench(alice, bench.disk);
    await again.connect();
    await again.command({ ...hide, hidden: false });
    expect(wishes(again.sent)).toEqual([true, false]);
  });

  it("RLY-22: a wish between hello and ready is told after it", async () => {
    const bench = createBench(await createPerson("alice"));
    await bench.connect("silent");
    await bench.command(hide);
    expect(wishes(bench.sent)).toEqual([false]);
    await bench.push(readyOf(bench.engine.state.identity));
    expect(wishes(bench.sent)).toEqual([false, true]);
  });

  it("RLY-22: nothing is told before it is stored", async () => {
    const bench = createBench(await createPerson("alice"));
    await bench.connect();
    bench.diskFull = true;
    expect(await bench.command(hide)).toMatchObject({ problem: "storeFailed" });
    expect(wishes(bench.sent)).toEqual([false]);
    expect(bench.engine.state.settings.presenceHidden).toBe(false);
  });

  it("RLY-22: a damaged setting is no reason to be seen: the store is damaged", async () => {
    const bench = createBench(await createPerson("alice"));
    bench.disk.apply([{ put: TABLE.meta, key: SETTINGS_KEY, value: new Uint8Array(1) }]);
    await expect(async () => createBench(await createPerson("alice"), bench.disk)).rejects.toThrow("meta");
  });
});

describe("answers", () => {
  it("NET-7: a frame that the server could not judge is not taken for answered", async () => {
    const { bench, bob, group } = await createPair();
    bench.onFrame = ({ requestId }) => ({ type: "refused", requestId, code: "unavailable" });
    await bench.command({ kind: "removeContact", account: bob.identity.account });
    expect([...bench.engine.state.leaving]).toEqual([group]);
    bench.onFrame = ok;
    await bench.feed({ type: "timer", name: "retry" });
    expect([...bench.engine.state.leaving]).toEqual([]);
  });

  it("NET-8: that messages were left out is shown as a gap, acknowledged, and ends nothing", async () => {
    const { bench, group, nextSequence, conversation } = await createPair();
    const [sequence, later] = [nextSequence(), nextSequence()];
    await bench.push({ type: "missed", sequence, group });
    expect(bench.events).toContainEqual({ type: "conversation", conversation, change: "gap" });
    expect(bench.engine.state.position.cursor).toBe(sequence);
    expect(bench.engine.state.conversations.get(conversation)?.state).toBe("active");
    const before = bench.events.length;
    await bench.push({ type: "missed", sequence: later, group: "f".repeat(32) as GroupId });
    expect([bench.events.length, bench.engine.state.position.cursor]).toEqual([before, later]);
  });

  it("an answer to a post of a group that is gone does not touch the conversation", async () => {
    const pair = await createPair();
    const { bench, bob, group, nextSequence, conversation } = pair;
    await write(pair, "hello");
    const [post] = postsOf(bench.sent);
    if (post === undefined) throw new Error("no post");
    await bench.push({ type: "departed", sequence: nextSequence(), group, mailbox: bob.identity.mailbox });
    expect(bench.engine.state.conversations.get(conversation)?.state).toBe("ended");
    await bench.command({ kind: "addContact", userName: "bob", text: null });
    await bench.push({ type: "refused", requestId: post.requestId, code: "notMember" });
    expect(bench.engine.state.conversations.get(conversation)?.state).toBe("pending");
  });

  it("NET-6: a message never overtakes a refused one, even if the refusal is dealt with while it is encrypted", async () => {
    const pair = await createPair();
    const { bench } = pair;
    await write(pair, "one");
    const [one] = postsOf(bench.sent);
    if (one === undefined) throw new Error("no post");
    bench.interject = () => bench.push(stale(one, 2));
    await write(pair, "two");
    const [, first, second] = postsOf(bench.sent);
    expect(first).toMatchObject({ resume: true, ciphertext: one.ciphertext });
    expect(second).toMatchObject({ resume: false });
  });
});

describe("rollback and restored servers", () => {
  it("RLY-20: what a device writes before it connects does not raise its counter", async () => {
    const pair = await createPair();
    const { bench, alice } = pair;
    const shown = bench.engine.state.position.storeCounter;
    const copy = createBench(alice, bench.disk);
    const { conversation } = pair;
    for (let i = 0; i < 5; i++)
      await copy.command({ kind: "sendText", conversation, text: "offline", replyTo: null });
    await copy.connect({ storeCounter: shown + 3 });
    expect(copy.engine.live.rolledBack).toBe(true);
    expect(copy.sent.map(({ type }) => type)).toEqual(["hello"]);
  });

  it("RLY-20: nothing is submitted before ready", async () => {
    const { bench, alice, bob } = await createPair();
    const offline = createBench(alice, bench.disk);
    offline.onRequest = bench.onRequest;
    await offline.command({ kind: "removeContact", account: bob.identity.account });
    await offline.command({ kind: "addContact", userName: "bob", text: null });
    expect(offline.engine.state.pending.size).toBe(1);
    expect(offline.submitted).toEqual([]);
  });

  it.each([
    ["once that is stored", false],
    ["also when storing that failed at first", true],
  ])("NET-3: the mailbox of a restored server is read from its beginning, %s", async (_, diskFull) => {
    const { bench, text } = await createPair();
    await bench.push(await text("one"));
    expect(bench.engine.state.position.cursor).toBeGreaterThan(1);
    await bench.feed({ type: "disconnected", connection: bench.engine.live.connection });
    bench.sent.length = 0;
    bench.diskFull = diskFull;
    await bench.connect({ store: OTHER_STORE });
    await bench.push({ ...(await text("two")), sequence: 1 });
    expect(bench.sent.filter((frame) => frame.type === "ack" && frame.sequence > 1)).toEqual([]);
    bench.diskFull = false;
    await bench.feed({ type: "timer", name: "retry" });
    expect(bench.engine.state.position).toMatchObject({ cursor: 1, store: OTHER_STORE });
    expect(bench.events.filter(({ type }) => type === "message")).toHaveLength(2);
  });

  it("NET-3: what only the old store had is posted to the restored one, before anything newer", async () => {
    const pair = await createPair();
    const { bench } = pair;
    await write(pair, "one");
    const [one] = postsOf(bench.sent);
    if (one === undefined) throw new Error("no post");
    await bench.push(ok(one));
    await bench.feed({ type: "disconnected", connection: bench.engine.live.connection });
    await write(pair, "two");
    bench.sent.length = 0;
    bench.diskFull = true;
    await bench.connect({ store: OTHER_STORE });
    bench.diskFull = false;
    await write(pair, "three");
    expect(postsOf(bench.sent)).toEqual([]);
    await bench.feed({ type: "timer", name: "retry" });
    expect(postsOf(bench.sent)).toHaveLength(3);
  });

  it("NET-3: a group of which the server has forgotten handshakes is left, for both to ask anew", async () => {
    const pair = await createPair();
    const { bench, bob, group } = pair;
    await write(pair, "one");
    const [one] = postsOf(bench.sent);
    if (one === undefined) throw new Error("no post");
    await bench.push(stale(one, 1));
    expect(bench.engine.state.contacts.get(bob.identity.account)?.state).toBe("removed");
    expect(bench.submitted.at(-1)).toMatchObject({ type: "leave", group });
  });

  it("MLS-9: another handshake in the place of the current one ends the group and says so", async () => {
    const { bench, group, nextSequence, conversation } = await createPair();
    const other = { inline: new Uint8Array(40) };
    await bench.push({ type: "handshake", sequence: nextSequence(), group, index: 2, handshake: other });
    expect(bench.engine.state.conversations.get(conversation)?.state).toBe("ended");
    expect(bench.events).toContainEqual({ type: "conversation", conversation, change: "fork" });
  });
});

it("MLS-16: a request to leave takes its place in the order; epoch and conversation go on", async () => {
  const { bench, conversation, group, text, leave } = await createPair();
  await bench.push(await text("before"), await leave(), await text("after"));
  expect(bench.engine.state.conversations.get(conversation)).toMatchObject({ state: "active", headIndex: 3 });
  expect(bench.engine.state.groups.get(group)?.epoch).toBe(2);
  const shown = bench.events.flatMap((event) => (event.type === "message" ? [event] : []));
  expect(shown).toHaveLength(2);
  expect(bench.events).not.toContainEqual({ type: "conversation", conversation, change: "refusedHandshake" });
});

describe("groups that were left", () => {
  it("CON-9: a Welcome never brings one back, although a last-resort key package opens it", async () => {
    const { bench, bob, group, welcome, nextSequence } = await createPair();
    await bench.command({ kind: "removeContact", account: bob.identity.account });
    bench.submitted.length = 0;
    await bench.push({ ...welcome, sequence: nextSequence() });
    expect(bench.engine.state.conversationOfGroup.has(group)).toBe(false);
    expect(bench.submitted).toMatchObject([{ type: "leave", group }]);
  });
});

it("MSG-8: a message that was delivered when the conversation ended stays so, and is not taken for read", async () => {
  const pair = await createPair();
  const { bench, bob, seal, entry, conversation } = pair;
  await write(pair, "one");
  await write(pair, "two");
  const stream = bench.engine.state.conversations.get(conversation)?.stream;
  if (stream === undefined) throw new Error("no conversation");
  const receipts = [{ stream, delivered: 1, read: 0 }];
  await bench.push(entry(await seal({ kind: "receipt", receipts, whole: [], asked: [] })));
  await bench.command({ kind: "removeContact", account: bob.identity.account });
  const states = [...bench.disk.read(TABLE.history).values()].map((bytes) => decodeHistory(bytes)?.settled);
  expect(states).toEqual(["delivered", "failed"]);
});

it("MSG-6: the text of a request is confirmed as soon as the request is accepted", async () => {
  const { bench } = await createPair("hello");
  expect(postsOf(bench.sent)).toHaveLength(1);
});
