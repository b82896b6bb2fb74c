/** Archives in the engine: what is here stays, what comes later is not shown twice, nothing is sent. */
import type { MessageId } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { BenchPair } from "../testing/benchPair.ts";
import { createPair } from "../testing/benchPair.ts";
import { createBench } from "../testing/engineBench.ts";
import type { ClientEvent, Command, ImportedMessage, StoredMessage } from "./contract.ts";
import { messageOf } from "./conversations.ts";
import { decodeHistory } from "./records/history.ts";
import { TABLE } from "./records/table.ts";

const id = (number: number): MessageId => number.toString(16).padStart(32, "0") as MessageId;

function message({ bob }: Pick<BenchPair, "bob">, change: Partial<ImportedMessage> = {}): ImportedMessage {
  const from = bob.identity.account;
  const fixed = { from, text: "from before", files: [], replyTo: null, sentAtMs: 1, storedAtMs: 2 } as const;
  return { ...fixed, id: id(1), order: 1, path: "relay", state: "read", ...change };
}

function importOf({ bob, conversation }: BenchPair, messages: readonly ImportedMessage[]): Command {
  const peer = bob.identity.account;
  return { kind: "importMessages", conversation, peer, peerName: "bob", messages };
}

/** All that is stored, in order. */
function listed({ bench }: BenchPair): readonly StoredMessage[] {
  return [...bench.disk.read(TABLE.history).values()].flatMap((bytes) => {
    const record = decodeHistory(bytes);
    return record === undefined ? [] : [messageOf(bench.engine.state, record)];
  });
}

const shown = (events: readonly ClientEvent[]): number =>
  events.filter(({ type }) => type === "message").length;

describe("imported messages", () => {
  it("ARC-6: what is here stays as it is", async () => {
    const pair = await createPair();
    await pair.bench.push(await pair.text("arrived"));
    const [arrived] = listed(pair);
    if (arrived === undefined) throw new Error("nothing arrived");
    const altered = { ...arrived, text: "another text", order: 1 };
    expect(await pair.bench.command(importOf(pair, [altered]))).toMatchObject({ ok: true, added: 0 });
    expect(listed(pair)).toEqual([arrived]);
  });

  it("ARC-6: a text of the archive that comes again is not shown again", async () => {
    const pair = await createPair();
    const { bench, text } = pair;
    const entry = await text("both ways", id(7));
    await bench.command(importOf(pair, [message(pair, { id: id(7), text: "both ways" })]));
    const before = shown(bench.events);
    await bench.push(entry);
    expect(shown(bench.events)).toBe(before);
    expect(listed(pair)).toHaveLength(1);
    const [stream] = bench.engine.state.conversations.get(pair.conversation)?.streams ?? [];
    expect(stream?.high).toBe(1);
  });

  it("ARC-7: nothing is sent, and what was on its way has failed", async () => {
    const pair = await createPair();
    const { bench, alice } = pair;
    const from = alice.identity.account;
    const states = ["sending", "sent", "delivered", "read", "failed"] as const;
    bench.sent.length = 0;
    const messages = states.map((state, i) => message(pair, { from, state, id: id(i + 1), order: i + 1 }));
    await bench.command(importOf(pair, messages));
    expect(listed(pair).map(({ state }) => state)).toEqual(["failed", "sent", "delivered", "read", "failed"]);
    expect(bench.engine.state.outbox.get(pair.conversation)?.size ?? 0).toBe(0);
    expect(bench.sent.filter(({ type }) => type === "post")).toEqual([]);
  });

  it("ARC-5: what is written after an import comes after it, also when the archive is of a clock ahead", async () => {
    const pair = await createPair();
    const { bench, conversation } = pair;
    const order = 2 ** 52;
    await bench.command(importOf(pair, [message(pair, { order })]));
    await bench.command({ kind: "sendText", conversation, text: "now", replyTo: null });
    await bench.push(await pair.text("and this"));
    expect(listed(pair).map((stored) => [stored.text, stored.order])).toEqual([
      ["from before", order],
      ["now", order + 1],
      ["and this", order + 2],
    ]);
  });

  it("ARC-5: one that is in the run twice is stored once", async () => {
    const pair = await createPair();
    const messages = [message(pair), message(pair, { order: 2 })];
    expect(await pair.bench.command(importOf(pair, messages))).toMatchObject({ added: 1 });
  });

  it("ARC-8: an unknown conversation has ended, until a request begins it anew with its history", async () => {
    const pair = await createPair();
    const { bob, conversation } = pair;
    const bench = createBench(pair.alice);
    bench.onRequest = pair.bench.onRequest;
    await bench.connect();
    await bench.command(importOf(pair, [message(pair)]));
    expect(bench.engine.state.conversations.get(conversation)).toMatchObject({ state: "ended", group: null });
    expect(bench.engine.state.imported.get(conversation)).toEqual({ peerName: "bob" });
    const text = { kind: "sendText", conversation, text: "no", replyTo: null } as const;
    expect(await bench.command(text)).toMatchObject({ problem: "conversationEnded" });
    await bench.command({ kind: "addContact", userName: "bob", text: "again" });
    expect(bench.engine.state.contacts.get(bob.identity.account)?.state).toBe("outgoing");
    expect(listed({ ...pair, bench }).map((stored) => stored.text)).toEqual(["from before", "again"]);
  });

  it("ARC-8: a conversation is with whom its id says", async () => {
    const pair = await createPair();
    const peer = pair.alice.identity.account;
    expect(await pair.bench.command({ ...importOf(pair, [message(pair)]), peer } as Command)).toEqual({
      ok: false,
      problem: "unknownConversation",
    });
    expect(listed(pair)).toEqual([]);
  });

  it("a store that fails leaves nothing half done, and the import can be repeated", async () => {
    const pair = await createPair();
    pair.bench.diskFull = true;
    expect(await pair.bench.command(importOf(pair, [message(pair)]))).toMatchObject({
      problem: "storeFailed",
    });
    expect(listed(pair)).toEqual([]);
    expect(pair.bench.engine.state.imported.size).toBe(0);
    pair.bench.diskFull = false;
    expect(await pair.bench.command(importOf(pair, [message(pair)]))).toMatchObject({ added: 1 });
  });
});
