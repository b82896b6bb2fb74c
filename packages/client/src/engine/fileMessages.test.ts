/** Messages that offer files: they go and come as texts do (MSG-1, FIL-7). */
import type { Content, MessageId, PostFrame } from "@sotto/protocol";
import { encodeCbor, fileBodyFields, idOf, MAX_FILES_BODY_BYTES } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { BenchPair } from "../testing/benchPair.ts";
import { createPair } from "../testing/benchPair.ts";
import { createBench } from "../testing/engineBench.ts";
import { createLinkBench } from "../testing/linkBench.ts";
import { manifestOf } from "../testing/manifests.ts";
import type { Command, CommandResult, StoredMessage } from "./contract.ts";
import { messageOf, outboxOf } from "./conversations.ts";
import { decodeHistory } from "./records/history.ts";
import { TABLE } from "./records/table.ts";

type SendFiles = Extract<Command, { kind: "sendFiles" }>;

function offer({ conversation }: Pick<BenchPair, "conversation">, change: Partial<SendFiles> = {}): Command {
  return { kind: "sendFiles", conversation, text: "look", files: [manifestOf(1)], ...change };
}

const bodiesOf = (contents: readonly Content[]): readonly Content["body"][] =>
  contents.map(({ body }) => body).filter(({ kind }) => kind !== "receipt" && kind !== "signal");

async function posted({ bench, read }: BenchPair): Promise<readonly Content["body"][]> {
  const posts = bench.sent.filter((frame): frame is PostFrame => frame.type === "post");
  const contents: Content[] = [];
  for (const { ciphertext } of posts) contents.push(await read(ciphertext));
  return bodiesOf(contents);
}

const shown = ({ bench }: BenchPair): readonly StoredMessage[] =>
  bench.events.flatMap((event) => (event.type === "message" ? [event.message] : []));
const stored = ({ bench }: Pick<BenchPair, "bench">): readonly StoredMessage[] =>
  [...bench.disk.read(TABLE.history).values()].flatMap((bytes) => {
    const record = decodeHistory(bytes);
    return record === undefined ? [] : [messageOf(bench.engine.state, record)];
  });
const said = (text: string) => ({ kind: "text", text, replyTo: null }) as const;

describe("FIL-7: a message that offers files", () => {
  test("goes among texts, in order and in one transaction, and keeps what it offers", async () => {
    const pair = await createPair();
    const { bench, conversation } = pair;
    const files = [manifestOf(1), manifestOf(2, { picture: null })];
    const text = (words: string): Command => ({ kind: "sendText", conversation, text: words, replyTo: null });
    const results = await Promise.all(
      [text("one"), text("two"), offer(pair, { files }), text("three")].map((each) => bench.command(each)),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(await posted(pair)).toEqual([
      said("one"),
      said("two"),
      { kind: "file", text: "look", files },
      said("three"),
    ]);
    expect(stored(pair)[2]).toMatchObject({
      text: "look",
      files,
      mine: true,
      state: "sending",
      replyTo: null,
    });
    expect(shown(pair).map((message) => message.files)).toEqual([[], [], files, []]);
  });

  test("waits in the outbox over a restart", async () => {
    const pair = await createPair();
    await pair.bench.command({ kind: "disconnect" });
    const files = [manifestOf(3)];
    const id = idOf<MessageId>(new Uint8Array(16).fill(5));
    expect(await pair.bench.command(offer(pair, { text: "", files, id }))).toMatchObject({ message: id });
    const bench = createBench(pair.alice, pair.bench.disk);
    expect(outboxOf(bench.engine.state, pair.conversation)).toMatchObject([{ id, text: "", files }]);
    await bench.connect();
    expect(await posted({ ...pair, bench })).toEqual([{ kind: "file", text: "", files }]);
  });

  test("goes as large as it may be", async () => {
    const pair = await createPair();
    const picture = { width: 1, height: 1, placeholder: new Uint8Array(64) };
    const files = [1, 2].map((number) =>
      manifestOf(number, { picture: { ...picture, thumbnail: new Uint8Array(10_000) } }),
    );
    const body = { kind: "file", text: "", files } as const;
    const room = MAX_FILES_BODY_BYTES - encodeCbor(fileBodyFields(body)).length;
    // A text of so many bytes has two more of length.
    const text = "x".repeat(room - 2);
    const [fits, tooLong] = [offer(pair, { text, files }), offer(pair, { text: `${text}x`, files })];
    expect(await pair.bench.command(tooLong)).toMatchObject({ problem: "textTooLong" });
    expect(await pair.bench.command(fits)).toMatchObject({ ok: true });
    expect(await posted(pair)).toEqual([{ ...body, text }]);
  });

  test("says what its receivers will read: names in NFC", async () => {
    const pair = await createPair();
    await pair.bench.command(offer(pair, { files: [manifestOf(1, { path: ["e\u0301.txt"] })] }));
    expect(stored(pair)[0]?.files[0]?.path).toEqual(["\u00e9.txt"]);
  });

  test("goes over a link, and by the relay when it is not confirmed", async () => {
    const { bench, conversation, open, carried, posted: byRelay, pass } = await createLinkBench();
    await open();
    await bench.command(offer({ conversation }));
    const body = { kind: "file", text: "look", files: [manifestOf(1)] };
    expect(bodiesOf(await carried())).toEqual([body]);
    await pass(3000);
    expect(bodiesOf(await byRelay())).toEqual([body]);
  });
});

describe("FIL-7: what cannot be offered", () => {
  const problemOf = (result: CommandResult): string => (result.ok ? "ok" : result.problem);

  test("nothing, what no message holds, and to nobody", async () => {
    const pair = await createPair();
    const many = [1, 2].map((number) =>
      manifestOf(number, {
        picture: { width: 1, height: 1, placeholder: new Uint8Array(), thumbnail: new Uint8Array(12_000) },
      }),
    );
    const elsewhere = idOf<SendFiles["conversation"]>(new Uint8Array(16));
    const results = await Promise.all(
      [
        { files: [] },
        { files: many },
        { text: "x".repeat(16_385) },
        { files: [manifestOf(1), manifestOf(1)] },
        { files: [manifestOf(1, { path: [".."] })] },
        { conversation: elsewhere },
      ].map((change) => pair.bench.command(offer(pair, change))),
    );
    expect(results.map(problemOf)).toEqual([
      "emptyText",
      "textTooLong",
      "textTooLong",
      "textTooLong",
      "textTooLong",
      "unknownConversation",
    ]);
    expect(await posted(pair)).toEqual([]);
    expect(stored(pair)).toEqual([]);
  });

  test("CON-2: to somebody who has not accepted, or whose keys are in doubt, or in what has ended", async () => {
    const pair = await createPair();
    const { bench, bob, conversation } = pair;
    const { contacts, conversations } = bench.engine.state;
    const [contact, record] = [contacts.get(bob.identity.account), conversations.get(conversation)];
    if (contact === undefined || record === undefined) throw new Error("no pair");
    conversations.set(conversation, { ...record, state: "pending" });
    contacts.set(contact.account, { ...contact, state: "outgoing" });
    expect(problemOf(await bench.command(offer(pair)))).toBe("notContact");
    const text = { kind: "sendText", conversation, text: "a text waits", replyTo: null } as const;
    expect(problemOf(await bench.command(text))).toBe("ok");
    conversations.set(conversation, record);
    contacts.set(contact.account, { ...contact, keysChanged: true });
    expect(problemOf(await bench.command(offer(pair)))).toBe("keysChanged");
    contacts.set(contact.account, contact);
    await bench.command({ kind: "removeContact", account: contact.account });
    expect(problemOf(await bench.command(offer(pair)))).toBe("conversationEnded");
  });
});

describe("MSG-4: received files", () => {
  const body = { kind: "file", text: "", files: [manifestOf(1)] } as const;

  test("are shown once, unread, in their place among texts", async () => {
    const pair = await createPair();
    const { bench, entry, seal, text, conversation } = pair;
    const before = await text("before");
    const ciphertext = await seal(body);
    await bench.push(before, entry(ciphertext));
    await bench.push(entry(ciphertext), await text("behind"));
    expect(stored(pair).map(({ text: words, files }) => [words, files.length])).toEqual([
      ["before", 0],
      ["", 1],
      ["behind", 0],
    ]);
    expect(stored(pair)[1]).toMatchObject({ files: body.files, mine: false, state: "delivered" });
    expect(bench.engine.state.conversations.get(conversation)?.unread).toBe(3);
  });

  test("CON-11, ARC-6: that are here by their id are not shown again", async () => {
    const pair = await createPair();
    const { bench, entry, seal } = pair;
    const id = idOf<MessageId>(new Uint8Array(16).fill(9));
    await bench.push(entry(await seal(body, id)), entry(await seal(body, id)));
    expect(stored(pair)).toHaveLength(1);
    const late = idOf<MessageId>(new Uint8Array(16).fill(10));
    const from = pair.bob.identity.account;
    const imported = { ...(stored(pair)[0] as StoredMessage), id: late, from, order: 1 };
    const sealed = await seal(body, late);
    await bench.command({
      kind: "importMessages",
      conversation: pair.conversation,
      peer: from,
      peerName: "bob",
      messages: [imported],
    });
    await bench.push(entry(sealed));
    expect(stored(pair)).toHaveLength(2);
  });

  test("CON-2: a request brings none", async () => {
    const pair = await createPair();
    const { bench, entry, seal, conversation } = pair;
    const { conversations } = bench.engine.state;
    const record = conversations.get(conversation);
    if (record === undefined) throw new Error("no pair");
    conversations.set(conversation, { ...record, state: "pending" });
    await bench.push(entry(await seal(body)));
    expect(stored(pair)).toEqual([]);
    expect(conversations.get(conversation)?.unread).toBe(0);
  });
});
