import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { ALICE, WITH_BOB, createFakeSotto } from "../testing/fakeSotto.ts";
import { serveLines } from "./session.ts";

interface Line {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data: { readonly code: string };
  };
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

let fake: FakeSotto;
let input: PassThrough;
let lines: Line[];
/** Called with the next line. */
let waiting: (() => void)[];
let served: Promise<void>;
let room: Promise<void>;

beforeEach(() => {
  fake = createFakeSotto();
  input = new PassThrough();
  lines = [];
  waiting = [];
  room = Promise.resolve();
  served = serveLines(fake.sotto, input, {
    write(line) {
      lines.push(JSON.parse(line) as Line);
      for (const wake of waiting.splice(0)) wake();
    },
    room: () => room,
  });
});
afterEach(async () => {
  input.end();
  await served;
});

const ask = (id: unknown, method: string, params?: object): void =>
  void input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);

/** Waits for the answer with this id, however long the disk takes. */
async function answer(id: unknown): Promise<Line> {
  for (;;) {
    const found = lines.find((line) => line.method === undefined && line.id === id);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => void waiting.push(resolve));
  }
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const events = (): unknown[] => lines.filter(({ method }) => method === "event").map(({ params }) => params);

describe("results", () => {
  test("status", async () => {
    ask(1, "status");
    expect((await answer(1)).result).toEqual({
      account: ALICE,
      username: "alice",
      device: fake.sotto.device,
      connected: true,
      presenceHidden: false,
      path: "auto",
      server: "http://127.0.0.1:5555",
    });
  });

  test("contacts.list leaves out removed contacts", async () => {
    ask(1, "contacts.list");
    expect((await answer(1)).result).toEqual([
      { username: "bob", displayName: "", state: "accepted", online: true },
      { username: "carol", displayName: "", state: "incoming", online: false },
    ]);
    ask(2, "contacts.remove", { username: "bob" });
    expect((await answer(2)).result).toEqual({});
    ask(3, "contacts.list");
    expect((await answer(3)).result).toEqual([
      { username: "carol", displayName: "", state: "incoming", online: false },
    ]);
  });

  test("contacts.accept, decline, block answer {}", async () => {
    for (const method of ["contacts.accept", "contacts.decline", "contacts.block"]) {
      ask(method, method, { username: "carol" });
      expect((await answer(method)).result).toEqual({});
    }
  });

  test("contacts.add with and without text", async () => {
    ask(1, "contacts.add", { username: "dave" });
    ask(2, "contacts.add", { username: "erin", text: "hello" });
    expect((await answer(1)).result).toEqual({});
    expect((await answer(2)).result).toEqual({});
    expect(fake.calls).toEqual(["add dave", "add erin hello"]);
  });

  test("contacts.safetyNumber", async () => {
    ask(1, "contacts.safetyNumber", { username: "bob" });
    expect((await answer(1)).result).toEqual({ safetyNumber: "0123456789".repeat(6) });
  });

  test("conversations.list", async () => {
    ask(1, "conversations.list");
    expect((await answer(1)).result).toContainEqual({
      id: WITH_BOB,
      kind: "pair",
      name: "bob",
      members: ["alice", "bob"],
      unread: 0,
      path: "auto",
      pathIsDefault: true,
      link: { state: "none", reason: "idle" },
      state: "active",
    });
  });

  test.each([
    [{ state: "open", via: "nat" }],
    [{ state: "connecting" }],
    [{ state: "none", reason: "peerOffline" }],
  ] as const)("conversations.list shows the direct way: %j", async (link) => {
    fake.link(link);
    ask(1, "conversations.list");
    expect((await answer(1)).result).toContainEqual(expect.objectContaining({ id: WITH_BOB, link }));
  });

  test("M5 groups are made, changed and listed, and their lines are events", async () => {
    ask(1, "groups.create", { name: "walks", members: ["bob"] });
    const { conversation } = (await answer(1)).result as { conversation: string };
    ask(2, "groups.add", { conversation: `#${conversation}`, members: ["carol"] });
    ask(3, "groups.setRole", { conversation, username: "carol", role: "admin" });
    ask(4, "groups.rename", { conversation, name: "runs" });
    ask(5, "groups.remove", { conversation, members: ["bob"] });
    for (const id of [2, 3, 4, 5]) expect((await answer(id)).result).toEqual({});
    ask(6, "conversations.list");
    expect((await answer(6)).result).toContainEqual({
      id: conversation,
      kind: "group",
      name: "runs",
      members: ["alice", "carol"],
      roster: [
        { username: "alice", role: "owner" },
        { username: "carol", role: "admin" },
      ],
      role: "owner",
      changing: false,
      hasKey: false,
      unread: 0,
      path: "relay",
      pathIsDefault: true,
      link: { state: "none", reason: "group" },
      state: "active",
    });
    ask(7, "groups.leave", { conversation });
    expect((await answer(7)).result).toEqual({});
    expect(events()).toMatchObject([
      { type: "group", conversation, from: "alice", event: { kind: "created", name: "walks" } },
      { type: "group", event: { kind: "added", members: ["carol"] } },
      { type: "group", event: { kind: "role", username: "carol", role: "admin" } },
      { type: "group", event: { kind: "renamed", name: "runs" } },
      { type: "group", event: { kind: "removed", members: ["bob"] } },
      { type: "group", event: { kind: "left" } },
    ]);
  });

  test("DIR-1 conversations.setPath and paths.setDefault", async () => {
    ask(1, "paths.setDefault", { path: "turn" });
    ask(2, "conversations.setPath", { conversation: WITH_BOB, path: "relay" });
    expect([(await answer(1)).result, (await answer(2)).result]).toEqual([{}, {}]);
    ask(3, "conversations.list");
    const chosen = { id: WITH_BOB, path: "relay", pathIsDefault: false };
    expect((await answer(3)).result).toContainEqual(expect.objectContaining(chosen));
    ask(4, "conversations.setPath", { conversation: `#${WITH_BOB}`, path: "default" });
    expect((await answer(4)).result).toEqual({});
    ask(5, "status");
    expect((await answer(5)).result).toMatchObject({ path: "turn" });
    expect(fake.calls).toEqual([`path ${WITH_BOB} relay`, `path ${WITH_BOB} null`]);
  });

  test("DIR-11 conversations.attend", async () => {
    ask(1, "conversations.attend", { conversation: WITH_BOB });
    expect((await answer(1)).result).toEqual({});
    expect(fake.calls).toEqual([`attend ${WITH_BOB}`]);
    ask(2, "conversations.attend", { conversation: "x" });
    expect((await answer(2)).error?.data.code).toBe("unknownConversation");
  });

  test("conversations.markRead and renewKeys", async () => {
    ask(1, "conversations.markRead", { conversation: WITH_BOB });
    ask(2, "conversations.renewKeys", { conversation: `#${WITH_BOB}` });
    expect([(await answer(1)).result, (await answer(2)).result]).toEqual([{}, {}]);
    expect(fake.calls).toEqual([`read ${WITH_BOB}`, `renew ${WITH_BOB}`]);
  });

  test("messages.send by name and by conversation, and messages.list oldest first", async () => {
    ask(1, "messages.send", { to: "@bob", text: "one" });
    const first = (await answer(1)).result as { id: string };
    expect(first).toEqual({ id: fake.lastSent().id, conversation: WITH_BOB });
    ask(2, "messages.send", { to: `#${WITH_BOB}`, text: "two", replyTo: first.id });
    await answer(2);
    fake.arrive("three");
    ask(3, "messages.list", { conversation: WITH_BOB, limit: 2 });
    expect((await answer(3)).result).toEqual([
      {
        id: expect.any(String),
        from: "alice",
        text: "two",
        replyTo: first.id,
        sentAt: "1970-01-01T00:00:00.000Z",
        path: "relay",
        state: "sending",
      },
      {
        id: expect.any(String),
        from: "bob",
        text: "three",
        sentAt: "1970-01-01T00:00:00.000Z",
        path: "relay",
        state: "delivered",
      },
    ]);
  });

  test("messages.send to somebody new is a contact request of at most 500 characters", async () => {
    ask(1, "messages.send", { to: "@dave", text: "x".repeat(501) });
    expect((await answer(1)).error?.data.code).toBe("textTooLong");
    ask(2, "messages.send", { to: "@dave", text: "x".repeat(500) });
    expect((await answer(2)).result).toEqual({
      id: fake.lastSent().id,
      conversation: fake.lastSent().conversation,
    });
    expect(fake.calls).toEqual([`add dave ${"x".repeat(500)}`]);
  });

  test("messages.send to a removed contact asks anew", async () => {
    ask(1, "contacts.remove", { username: "bob" });
    ask(2, "messages.send", { to: "@bob", text: "again?" });
    await answer(2);
    expect(fake.calls).toEqual(["add bob again?"]);
  });

  test("messages.send does not accept a request silently", async () => {
    ask(1, "messages.send", { to: "@carol", text: "hello" });
    expect((await answer(1)).error).toMatchObject({ code: -32000, data: { code: "notAccepted" } });
    expect(fake.calls).toEqual([]);
  });
});

describe("rooms", () => {
  const invitation = {
    code: "abcdefghjkmn",
    password: "abcd-efgh-jkmn-pqrs",
    link: "https://sotto.example/r/abcdefghjkmn#secret",
    linkRequired: true,
  };

  test("are made and entered; the invitation is told and renewed", async () => {
    ask(1, "rooms.create", { name: "Night watch", linkRequired: false });
    const { result } = await answer(1);
    expect(result).toMatchObject(invitation);
    const { conversation } = result as { conversation: string };
    ask(2, "rooms.invitation", { conversation });
    expect((await answer(2)).result).toEqual(invitation);
    ask(3, "rooms.renewInvitation", { conversation, password: "a long walk by the river" });
    expect((await answer(3)).result).toMatchObject({ code: "nmkjhgfedcba" });
    ask(4, "rooms.join", { link: invitation.link, password: invitation.password });
    expect((await answer(4)).result).toEqual({ conversation: expect.any(String) });
    ask(5, "rooms.join", { code: invitation.code, password: "guessed" });
    expect((await answer(5)).error).toMatchObject({ data: { code: "wrongRoomPassword" } });
    ask(6, "rooms.join", { code: invitation.code, link: invitation.link, password: "x" });
    expect((await answer(6)).error).toMatchObject({ code: -32602, message: "There is a link or a code." });
    expect(fake.calls).toEqual([
      "create room Night watch, made, code",
      "renew invitation of Night watch, a long walk by the river",
      `join ${invitation.link} with ${invitation.password}`,
      `join ${invitation.code} with guessed`,
    ]);
  });
});

describe("errors", () => {
  test("carry the code of the error table and a sentence", async () => {
    ask(1, "contacts.add", { username: "nobody" });
    expect((await answer(1)).error).toEqual({
      code: -32000,
      message: "There is no user of this name.",
      data: { code: "userUnknown" },
    });
  });

  test("of methods that are not there say so", async () => {
    ask(1, "toString");
    expect((await answer(1)).error).toEqual({
      code: -32601,
      message: "There is no such method.",
      data: { code: "notFound" },
    });
  });

  test.each([
    ["groups.create", { name: "x", members: "bob" }, "members is a list of user names without a leading @."],
    [
      "groups.create",
      { name: "x", members: ["@bob"] },
      "members is a list of user names without a leading @.",
    ],
    [
      "groups.setRole",
      { conversation: WITH_BOB, username: "bob", role: "king" },
      "role is one of owner, admin, member.",
    ],
    ["contacts.add", {}, "username is a string."],
    ["contacts.add", { username: "@bob" }, "username is a user name without a leading @."],
    ["contacts.add", { username: "bob", txt: "x" }, "There is no parameter txt: there are username, text."],
    ["status", { verbose: true }, "There is no parameter verbose: there are none."],
    ["messages.send", { to: "bob", text: "x" }, 'to is "@name" or "#id".'],
    ["messages.send", { to: "@bob", text: "x", replyTo: "../x" }, "replyTo is a message's id"],
    ["conversations.setPath", { conversation: "x" }, "path is a string."],
    [
      "conversations.setPath",
      { conversation: "x", path: "fast" },
      "path is one of auto, direct, turn, relay, default.",
    ],
    ["paths.setDefault", { path: "default" }, "path is one of auto, direct, turn, relay."],
    ["messages.list", { conversation: "x", limit: 0 }, "limit is an integer from 1 to 1000."],
  ])("-32602: %s %j", async (method, params, sentence) => {
    // A conversation that exists: its absence is another error.
    ask(1, method, "conversation" in params ? { ...params, conversation: WITH_BOB } : params);
    expect((await answer(1)).error).toMatchObject({
      code: -32602,
      message: expect.stringContaining(sentence),
      data: { code: "badRequest" },
    });
  });

  test("bugs answer -32603 without their words", async () => {
    Object.assign(fake.sotto.contacts, {
      list: () => {
        throw new TypeError("secret");
      },
    });
    ask(1, "contacts.list");
    const { error } = await answer(1);
    expect(error).toMatchObject({ code: -32603, data: { code: "internal" } });
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  test("malformed lines are answered, and the session goes on", async () => {
    input.write("nonsense\n\n[]\n");
    ask(1, "status");
    await answer(1);
    expect(lines.filter(({ id }) => id === null).map(({ error }) => error?.code)).toEqual([-32700, -32600]);
  });

  test("notifications get no answer, not even of an error", async () => {
    input.write(
      `{"jsonrpc":"2.0","method":"conversations.markRead","params":{"conversation":"${WITH_BOB}"}}\n`,
    );
    input.write(`{"jsonrpc":"2.0","method":"no.such"}\n`);
    ask(1, "status");
    await answer(1);
    expect(lines).toHaveLength(1);
    expect(fake.calls).toEqual([`read ${WITH_BOB}`]);
  });
});

describe("order", () => {
  test("sends to one conversation keep it without waiting for each other; others go on", async () => {
    fake.hold("slow");
    ask(1, "messages.send", { to: "@bob", text: "slow 1" });
    ask(2, "messages.send", { to: `#${WITH_BOB}`, text: "quick 2" });
    ask(3, "messages.send", { to: "@bob", text: "quick 3" });
    ask(4, "messages.send", { to: "@dave", text: "elsewhere" });
    await answer(4);
    expect(fake.handedOver).toEqual(["slow 1", "quick 2", "quick 3"]);
    expect(lines.some(({ id }) => id === 1 || id === 2 || id === 3)).toBe(false);
    fake.release("slow");
    await answer(3);
    expect(fake.calls).toEqual(["add dave elsewhere", "send slow 1", "send quick 2", "send quick 3"]);
  });

  test("another way is chosen behind what was sent before, without waiting for its end", async () => {
    fake.hold("slow");
    ask(1, "contacts.add", { username: "dave", text: "slow hello" });
    await settle();
    const { conversation } = fake.lastSent();
    ask(2, "messages.send", { to: "@dave", text: "slow" });
    ask(3, "conversations.setPath", { conversation: `#${conversation}`, path: "direct" });
    ask(4, "status");
    await answer(4);
    expect(fake.calls).toEqual(["add dave slow hello"]);
    fake.release("slow");
    await answer(3);
    expect(fake.handedOver).toEqual(["slow"]);
    fake.hold("slower");
    ask(5, "messages.send", { to: "@dave", text: "slower" });
    ask(6, "conversations.setPath", { conversation, path: "relay" });
    await answer(6);
    expect(fake.calls.at(-1)).toBe(`path ${conversation} relay`);
    fake.release("slower");
  });

  test("sends to somebody new wait for the request that the first one makes", async () => {
    fake.hold("hello");
    ask(1, "messages.send", { to: "@dave", text: "hello" });
    ask(2, "messages.send", { to: "@dave", text: "again" });
    ask(3, "status");
    await answer(3);
    expect([fake.calls, fake.handedOver]).toEqual([["add dave hello"], []]);
    fake.release("hello");
    await answer(2);
    expect(fake.calls).toEqual(["add dave hello", "send again"]);
  });

  test("the states and the way of a message come after the answer that names it", async () => {
    fake.hold("hello");
    ask(1, "messages.send", { to: "@dave", text: "hello" });
    await settle();
    await settle();
    const { id } = fake.lastSent();
    fake.emit({ type: "path", conversation: fake.lastSent().conversation, id, path: "direct" });
    fake.state(id, "sent");
    await settle();
    expect(events()).not.toContainEqual(expect.objectContaining({ id }));
    fake.release("hello");
    await answer(1);
    fake.state(id, "delivered");
    await settle();
    const of = lines.filter((line) => line.id === 1 || line.params?.["id"] === id);
    expect(of.map(({ params }) => params?.["state"] ?? params?.["path"] ?? "answer")).toEqual([
      "answer",
      "direct",
      "sent",
      "sent",
      "delivered",
    ]);
  });

  test("at the end of the input open requests are still answered", async () => {
    fake.hold("slow");
    ask(1, "messages.send", { to: "@bob", text: "slow" });
    input.end();
    await settle();
    fake.release("slow");
    await served;
    expect(lines.map(({ id }) => id)).toEqual([1]);
  });

  test("while the reader is slow no further request is begun", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    room = promise;
    ask(1, "messages.send", { to: "@bob", text: "one" });
    ask(2, "messages.send", { to: "@bob", text: "two" });
    for (let turn = 0; turn < 20; turn++) await settle();
    expect(fake.calls).toEqual(["send one"]);
    resolve();
    await answer(2);
    expect(fake.calls).toEqual(["send one", "send two"]);
  });
});

describe("presence and history", () => {
  test("RLY-22 presence is hidden and shown, and status says which", async () => {
    ask(1, "presence.set", { hidden: true });
    expect(await answer(1)).toMatchObject({ result: {} });
    ask(2, "status");
    expect(await answer(2)).toMatchObject({ result: { presenceHidden: true } });
    ask(3, "presence.set", { hidden: "yes" });
    expect(await answer(3)).toMatchObject({ error: { code: -32602, message: "hidden is true or false." } });
  });

  test("an archive goes to a file that is new, and comes from one", async () => {
    const dir = mkdtempSync(join(tmpdir(), "sotto-rpc-"));
    try {
      const file = join(dir, "archive");
      ask(1, "history.export", { file, passphrase: "our words" });
      expect(await answer(1)).toMatchObject({ result: { bytes: 11 } });
      ask(2, "history.export", { file });
      expect(await answer(2)).toMatchObject({ error: { data: { code: "fileExists" } } });
      ask(3, "history.import", { file });
      expect(await answer(3)).toMatchObject({ result: { conversations: 1, messages: 3, added: 2 } });
      expect(fake.calls).toEqual(["export our words", "import an archive plain"]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe("events", () => {
  test("of the contract's form", async () => {
    const message = fake.arrive("hi");
    fake.state(message.id, "read");
    fake.connect("offline");
    fake.emit({ type: "contact", account: message.from, userName: "bob", state: "blocked" });
    fake.emit({ type: "presence", account: message.from, online: false });
    fake.emit({ type: "conversation", conversation: WITH_BOB, change: "keysRenewed" });
    fake.emit({ type: "connection", state: "offline", reason: "untrusted" });
    fake.emit({ type: "vaultDue" });
    fake.link({ state: "connecting" });
    fake.emit({ type: "path", conversation: WITH_BOB, id: message.id, path: "direct" });
    await settle();
    expect(events()).toEqual([
      {
        type: "message",
        id: message.id,
        conversation: WITH_BOB,
        from: "bob",
        text: "hi",
        sentAt: "1970-01-01T00:00:00.000Z",
        path: "relay",
      },
      { type: "state", id: message.id, state: "read" },
      { type: "connection", state: "offline" },
      { type: "contact", username: "bob", state: "blocked" },
      { type: "contact", username: "bob", state: "accepted", online: false },
      { type: "conversation", id: WITH_BOB, change: "keysRenewed" },
      { type: "connection", state: "offline", reason: "untrusted" },
      { type: "conversation", id: WITH_BOB, change: "path" },
      { type: "path", id: message.id, path: "direct" },
    ]);
  });

  test("own messages are not told back, a sending one has no state yet", async () => {
    ask(1, "messages.send", { to: "@bob", text: "mine" });
    await answer(1);
    fake.state(fake.lastSent().id, "sending");
    await settle();
    expect(events()).toEqual([]);
  });

  test("a sender's impossible clock does no harm", async () => {
    fake.emit({ type: "message", message: { ...fake.arrive("x"), sentAtMs: Number.MAX_SAFE_INTEGER } });
    await settle();
    expect(events().at(-1)).toMatchObject({ sentAt: "+275760-09-13T00:00:00.000Z" });
  });
});
