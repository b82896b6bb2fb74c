/** Receipts for files (FIL-19): they go with the counters' receipts, until they have got away. */
import type { Member } from "@sotto/crypto";
import type { AccountId, ReceiptBody, TransferId } from "@sotto/protocol";
import { idOf, MAX_FILES_IN_RECEIPT } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { FileWord } from "../ports/fileLinks.ts";
import type { LinkBench } from "../testing/linkBench.ts";
import { createLinkBench } from "../testing/linkBench.ts";
import type { Effect } from "./contract.ts";
import type { Core } from "./core.ts";
import { tellWords } from "./fileReceipts.ts";

const transferOf = (number: number): TransferId => idOf(new Uint8Array(16).fill(number));
const [ONE, TWO] = [transferOf(1), transferOf(2)];
const INTERVAL_MS = 2000;

async function say(
  { bench, conversation }: LinkBench,
  word: Exclude<FileWord, "told">,
  transfer: TransferId,
): Promise<void> {
  expect(await bench.command({ kind: "fileReceipt", conversation, transfer, word })).toEqual({ ok: true });
}

const receiptsAmong = async (contents: ReturnType<LinkBench["posted"]>): Promise<readonly ReceiptBody[]> =>
  (await contents).flatMap(({ body }) => (body.kind === "receipt" ? [body] : []));
const wordsOf = ({ bench }: LinkBench): readonly (readonly [FileWord, TransferId])[] =>
  bench.fileWords.map(({ word, transfer }) => [word, transfer]);

describe("FIL-19: what is said of files", () => {
  test("goes with the next receipt, and is told to have got away when the server has stored it", async () => {
    const pair = await createLinkBench();
    await pair.bench.push(await pair.text("look"));
    await say(pair, "whole", ONE);
    await say(pair, "asked", TWO);
    await pair.answer();
    expect(wordsOf(pair)).toEqual([]);
    await pair.pass(INTERVAL_MS);
    expect(await receiptsAmong(pair.posted())).toEqual([
      { kind: "receipt", receipts: [], whole: [ONE], asked: [TWO] },
    ]);
    expect(wordsOf(pair)).toEqual([]);
    await pair.answer();
    expect(wordsOf(pair)).toEqual([["told", ONE]]);
    await pair.pass(INTERVAL_MS);
    expect(await pair.posted()).toEqual([]);
  });

  test("is said again when the post was refused, and when the connection has ended before the answer", async () => {
    const pair = await createLinkBench();
    const { bench } = pair;
    await say(pair, "whole", ONE);
    const [post] = bench.sent.filter((frame) => frame.type === "post");
    await pair.posted();
    await pair.pass(10_000);
    await bench.push({ type: "refused", requestId: post?.requestId ?? 0, code: "staleEpoch", index: 2 });
    expect(await receiptsAmong(pair.posted())).toMatchObject([{ whole: [ONE] }]);
    await bench.feed({ type: "disconnected", connection: bench.engine.live.connection });
    bench.nowMs += 10_000;
    await bench.connect();
    expect(await receiptsAmong(pair.posted())).toMatchObject([{ whole: [ONE] }]);
    expect(wordsOf(pair)).toEqual([]);
  });

  test(`is at most ${MAX_FILES_IN_RECEIPT} files in one receipt`, async () => {
    const pair = await createLinkBench();
    await pair.bench.push(await pair.text("look"));
    for (let i = 1; i <= 100; i++) await say(pair, "whole", transferOf(i));
    await pair.answer();
    const said: TransferId[] = [];
    for (let i = 0; i < 3; i++) {
      await pair.pass(INTERVAL_MS);
      for (const { whole } of await receiptsAmong(pair.posted())) {
        expect(whole.length).toBeLessThanOrEqual(MAX_FILES_IN_RECEIPT);
        said.push(...whole);
      }
      await pair.answer();
    }
    expect(said).toEqual(Array.from({ length: 100 }, (_, i) => transferOf(i + 1)));
  });

  test("never touches the server in direct mode: it waits for a link, whose other end has to take it", async () => {
    const pair = await createLinkBench();
    await pair.choose("direct");
    await say(pair, "whole", ONE);
    await pair.pass(INTERVAL_MS);
    expect(await receiptsAmong(pair.posted())).toEqual([]);
    await pair.open();
    expect(await receiptsAmong(pair.carried())).toMatchObject([{ whole: [ONE] }]);
    expect(wordsOf(pair)).toEqual([]);
    await pair.arrive({ type: "taken", count: 1 });
    expect(wordsOf(pair)).toEqual([["told", ONE]]);
  });

  test("by the contact is told after it is stored", async () => {
    const pair = await createLinkBench();
    const { bench, entry, seal, conversation } = pair;
    bench.interjectStore = async () => expect(bench.fileWords).toEqual([]);
    await bench.push(entry(await seal({ kind: "receipt", receipts: [], whole: [ONE], asked: [TWO] })));
    expect(bench.interjectStore).toBeUndefined();
    expect(bench.fileWords).toEqual([
      { type: "fileReceipt", conversation, transfer: ONE, word: "whole" },
      { type: "fileReceipt", conversation, transfer: TWO, word: "asked" },
    ]);
  });

  test("by another device of one's own account does not mean that the contact has it", async () => {
    const { bench, conversation } = await createLinkBench();
    const record = bench.engine.state.conversations.get(conversation);
    const peer = record?.peer;
    if (record === undefined || !peer) throw new Error("no conversation");
    const tellOf = (account: AccountId, state = record.state): readonly Effect[] => {
      const effects: Effect[] = [];
      const core = { effect: (effect: Effect) => effects.push(effect) } as unknown as Core;
      const sender = { credential: { account } } as Member;
      tellWords(core, { ...record, state }, sender, { whole: [ONE], asked: [] });
      return effects;
    };
    expect(tellOf(bench.engine.state.identity.account)).toEqual([]);
    expect(tellOf(peer, "pending")).toEqual([]);
    expect(tellOf(peer)).toHaveLength(1);
  });
});
