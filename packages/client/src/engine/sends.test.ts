/** Bursts of own messages: few transactions, nothing sent twice, nothing out of order. */
import type { ClientFrame, MessageId, PostFrame, ServerFrame } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { BenchPair } from "../testing/benchPair.ts";
import { createPair } from "../testing/benchPair.ts";
import type { EngineBench } from "../testing/engineBench.ts";
import { createBench } from "../testing/engineBench.ts";
import type { CommandResult } from "./contract.ts";
import { outboxOf } from "./conversations.ts";

const ok = ({ requestId }: ClientFrame): ServerFrame => ({ type: "ok", requestId, number: 0 });
const postsOf = ({ sent }: EngineBench): readonly PostFrame[] =>
  sent.filter((frame) => frame.type === "post");
const transactionsOf = ({ engine }: EngineBench): number => engine.state.position.storeCounter;
const sentIds = ({ events }: EngineBench): readonly MessageId[] =>
  events.flatMap((event) => (event.type === "state" && event.state === "sent" ? [event.id] : []));

/** Asks for all of them before the first is done. */
function write({ bench, conversation }: BenchPair, ...texts: readonly string[]): Promise<CommandResult[]> {
  return Promise.all(
    texts.map((text) => bench.command({ kind: "sendText", conversation, text, replyTo: null })),
  );
}

describe("texts asked for together", () => {
  test("OUT-1: share a transaction with their ciphertexts and are posted in order", async () => {
    const pair = await createPair();
    const { bench, conversation } = pair;
    const before = transactionsOf(bench);
    const results = await write(pair, "one", "two", "three", "four");
    // The first begins at once; the others wait for it.
    expect(transactionsOf(bench) - before).toBe(2);
    const outbox = outboxOf(bench.engine.state, conversation);
    expect(outbox.map(({ text, counter }) => [text, counter])).toEqual([
      ["one", 1],
      ["two", 2],
      ["three", 3],
      ["four", 4],
    ]);
    expect(postsOf(bench).map(({ ciphertext }) => ciphertext)).toEqual(
      outbox.map((record) => record.ciphertext),
    );
    expect(results.map((result) => result.ok && result.message)).toEqual(outbox.map(({ id }) => id));
  });

  test("are refused one by one", async () => {
    const pair = await createPair();
    const results = await write(pair, "one", "", "x".repeat(17 * 1024), "two");
    expect(results.map((result) => (result.ok ? "ok" : result.problem))).toEqual([
      "ok",
      "emptyText",
      "textTooLong",
      "ok",
    ]);
    expect(postsOf(pair.bench)).toHaveLength(2);
  });

  test("OUT-1: keep their place among other commands", async () => {
    const pair = await createPair();
    const { bench, bob } = pair;
    const remove = bench.command({ kind: "renewKeys", conversation: pair.conversation });
    const [, , removed, [late]] = await Promise.all([
      remove,
      write(pair, "before"),
      bench.command({ kind: "removeContact", account: bob.identity.account }),
      write(pair, "behind"),
    ]);
    expect(removed.ok).toBe(true);
    expect(late).toMatchObject({ ok: false, problem: "conversationEnded" });
  });

  test("are all refused when the store fails, and nothing leaves", async () => {
    const pair = await createPair();
    pair.bench.diskFull = true;
    const results = await write(pair, "one", "two");
    expect(results).toEqual([
      { ok: false, problem: "storeFailed" },
      { ok: false, problem: "storeFailed" },
    ]);
    expect(postsOf(pair.bench)).toEqual([]);
    pair.bench.diskFull = false;
    await write(pair, "three");
    expect(outboxOf(pair.bench.engine.state, pair.conversation).map(({ counter }) => counter)).toEqual([1]);
  });

  test("OUT-1: wait behind others that are not encrypted yet", async () => {
    const pair = await createPair();
    const { bench, conversation } = pair;
    await bench.command({ kind: "disconnect" });
    await write(pair, "one", "two");
    await bench.connect();
    await write(pair, "three");
    const outbox = outboxOf(bench.engine.state, conversation);
    expect(outbox.map(({ counter }) => counter)).toEqual([1, 2, 3]);
    expect(postsOf(bench).map(({ ciphertext }) => ciphertext)).toEqual(
      outbox.map((record) => record.ciphertext),
    );
  });
});

test("MSG-1: ids of messages begin with the time, and differ", async () => {
  const pair = await createPair();
  const { bench } = pair;
  const idsAt = async (nowMs: number): Promise<readonly string[]> => {
    bench.nowMs = nowMs;
    return (await write(pair, "one", "two")).map((result) => (result.ok && result.message) || "");
  };
  const ids = [...(await idsAt(0x0192_3456_789a)), ...(await idsAt(0x0192_3456_789b))];
  expect(ids.map((id) => id.slice(0, 12))).toEqual([
    "01923456789a",
    "01923456789a",
    "01923456789b",
    "01923456789b",
  ]);
  expect(new Set(ids).size).toBe(4);
});

describe("answers to a burst", () => {
  async function burst(
    ...texts: readonly string[]
  ): Promise<BenchPair & { readonly posts: readonly PostFrame[] }> {
    const pair = await createPair();
    await write(pair, ...texts);
    return { ...pair, posts: postsOf(pair.bench) };
  }

  test("OUT-3: are written down together when the last has come", async () => {
    const { bench, posts, conversation } = await burst("one", "two", "three");
    const before = transactionsOf(bench);
    await bench.push(...posts.map(ok));
    expect(sentIds(bench)).toEqual(outboxOf(bench.engine.state, conversation).map(({ id }) => id));
    expect(transactionsOf(bench) - before).toBe(1);
  });

  test("OUT-3: are written down soon when the last does not come", async () => {
    const { bench, posts } = await burst("one", "two", "three");
    await bench.push(...posts.slice(0, 2).map(ok));
    expect(sentIds(bench)).toEqual([]);
    expect(bench.timers.get("sent")).toBe(bench.nowMs + 50);
    await bench.feed({ type: "timer", name: "sent" });
    expect(sentIds(bench)).toHaveLength(2);
  });

  test("OUT-3: mark no message before one that is not answered", async () => {
    const { bench, posts } = await burst("one", "two");
    const [first, second] = posts as [PostFrame, PostFrame];
    await bench.push(ok(second));
    await bench.feed({ type: "timer", name: "sent" });
    expect(sentIds(bench)).toEqual([]);
    await bench.push(ok(first));
    expect(sentIds(bench)).toHaveLength(2);
    expect(postsOf(bench)).toHaveLength(2);
  });

  test("that come while others are written down are not forgotten: nothing is posted twice", async () => {
    const { bench, posts } = await burst("one", "two");
    const [first, second] = posts as [PostFrame, PostFrame];
    await bench.push(ok(first));
    bench.interjectStore = () => bench.push(ok(second));
    await bench.feed({ type: "timer", name: "sent" });
    expect(sentIds(bench)).toHaveLength(2);
    expect(postsOf(bench)).toHaveLength(2);
  });

  test("OUT-2: are known after a restart, though no message's record was written again", async () => {
    const { alice, bench, posts, conversation } = await burst("one", "two", "three");
    await bench.push(...posts.slice(0, 2).map(ok));
    await bench.feed({ type: "timer", name: "sent" });
    const again = createBench(alice, bench.disk);
    expect(outboxOf(again.engine.state, conversation).map(({ stage }) => stage)).toEqual([
      "sent",
      "sent",
      "encrypted",
    ]);
    await again.connect();
    expect(postsOf(again).map(({ ciphertext }) => ciphertext)).toEqual([posts[2]?.ciphertext]);
  });
});
