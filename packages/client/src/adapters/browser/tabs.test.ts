/** Several tabs at once: one leads, all are alike, and nothing is lost or done twice when the leader goes. */
import { beforeEach, describe, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import type { Contact, FileToSend, FileView, Sotto } from "../../api.ts";
import { SottoError } from "../../api.ts";
import type { ClientEvent } from "../../index.ts";
import { TABS_VERSION } from "./channel.ts";
import { BEAT_MS } from "./leaderLink.ts";
import type { Tab, Town } from "./testing/town.ts";
import { CONVERSATION, LEAF_CHARS, openTown } from "./testing/town.ts";

const SIGN_IN = { server: "s", userName: "alice", password: "a password" };
let town: Town;
let nextTown = 1;
beforeEach(() => {
  town = openTown(`town ${nextTown++}`);
});

describe("one tab", () => {
  test("opening gives the device and what it looks like", async () => {
    town.disk.contacts = [contact("bob")];
    const sotto = await town.openTab().home.open();
    expect([sotto.userName, sotto.connection, sotto.contacts.list()]).toEqual([
      "alice",
      "online",
      [contact("bob")],
    ]);
  });

  test("steps of a sign-in arrive before its end; a refusal has its code, other errors are internal without their words", async () => {
    town.disk.userName = undefined;
    const { home } = town.openTab();
    await expect(home.open()).rejects.toMatchObject({ code: "storeMissing" });
    const steps: string[] = [];
    await expect(home.login({ ...SIGN_IN, password: "wrong" })).rejects.toMatchObject({
      code: "wrongCredentials",
    });
    await home.register({ ...SIGN_IN, onStep: (step) => steps.push(step) });
    expect(steps).toEqual(["checkingName", "connecting"]);
    const other = openTown("town of a fault");
    other.disk.failure = new TypeError("secret detail");
    const fault: unknown = await other
      .openTab()
      .home.open()
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(SottoError);
    expect(fault).toMatchObject({ code: "internal", message: expect.not.stringContaining("secret") });
  });

  test("an event finds the view that belongs to it, and what a call changes is to be seen when it is done", async () => {
    const sotto = await town.openTab().home.open();
    const seen: unknown[] = [];
    sotto.on((event) => seen.push([event.type, sotto.contacts.list().length]));
    town.disk.contacts = [contact("bob")];
    town.emit({ type: "vaultDue" });
    town.emit({ type: "presence", account: contact("bob").account, online: true });
    await sotto.contacts.add("carol");
    expect(seen).toEqual([
      ["vaultDue", 1],
      ["presence", 1],
    ]);
    expect(sotto.contacts.list()).toHaveLength(2);
  });

  test("a sent message is followed through all of its states", async () => {
    const sotto = await town.openTab().home.open();
    const handle = await sotto.messages.send(CONVERSATION, "hello");
    for (const state of ["delivered", "read"] as const)
      town.emit({ type: "state", conversation: CONVERSATION, id: handle.id, state });
    const states: string[] = [];
    for await (const state of handle.states()) states.push(state);
    expect(states).toEqual(["sending", "sent", "delivered", "read"]);
  });

  test("closing ends events and handles; later calls say closed, and it can be opened again", async () => {
    const { home } = town.openTab();
    const sotto = await home.open();
    const handle = await sotto.messages.send(CONVERSATION, "hello");
    const events = sotto.events();
    await sotto.close();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await expect(handle.reached("read")).rejects.toMatchObject({ code: "closed" });
    await expect(sotto.contacts.accept("bob")).rejects.toMatchObject({ code: "closed" });
    expect((await home.open()).userName).toBe("alice");
  });

  test("a fault ends the device with its error", async () => {
    const sotto = await town.openTab().home.open();
    const events = sotto.events();
    town.disk.break(new SottoError("storeDamaged", "Damaged."));
    await expect(events.next()).rejects.toMatchObject({ code: "storeDamaged" });
  });

  test("without any worker all that is under way fails, and what comes later", async () => {
    const { home } = town.openTab();
    const sotto = await home.open();
    const events = sotto.events();
    const underWay = sotto.contacts.accept("bob");
    home.fail(new Error("gone"));
    await expect(underWay).rejects.toMatchObject({ code: "internal" });
    await expect(home.exists()).rejects.toMatchObject({ code: "internal" });
    await expect(events.next()).rejects.toMatchObject({ code: "internal" });
  });
});

describe("several tabs", () => {
  test("TAB-1: all of them show and do the same", async () => {
    const [first, second] = await openBoth();
    const seen: string[] = [];
    first.sotto.on((event) => seen.push(event.type));
    expect(await second.sotto.contacts.add("bob")).toMatchObject({ userName: "bob" });
    const { id } = await second.sotto.messages.send(CONVERSATION, "from the second");
    await first.sotto.contacts.safetyNumber("bob").catch(() => {});
    expect(first.sotto.contacts.list()).toEqual(second.sotto.contacts.list());
    expect(seen).toEqual(["state"]);
    expect(town.disk.texts).toEqual([{ id, text: "from the second" }]);
  });

  test("TAB-2: a message that was stored when its leader died is not sent again", async () => {
    const [first, second] = await openBoth();
    const resynced = nextEvent(second.sotto, "resynced");
    town.disk.onStored = () => first.tab.die();
    const { id } = await second.sotto.messages.send(CONVERSATION, "once");
    await resynced;
    expect(town.disk.texts).toEqual([{ id, text: "once" }]);
    expect(town.disk.owner).toBe(2);
  });

  test("TAB-2: a message that was not stored is sent by the next leader, before those that came after it", async () => {
    const [first, second] = await openBoth();
    town.disk.onStoring = () => {
      town.disk.onStoring = () => {};
      first.tab.die();
    };
    await Promise.all(["one", "two", "three"].map((text) => second.sotto.messages.send(CONVERSATION, text)));
    await second.sotto.messages.send(CONVERSATION, "four");
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["one", "two", "three", "four"]);
  });

  test("TAB-2: a new message waits behind one that is looked up", async () => {
    const [first, second] = await openBoth();
    town.disk.onStored = (text) => {
      if (text === "two") first.tab.die();
    };
    const resynced = nextEvent(second.sotto, "resynced");
    const sends = ["one", "two", "three"].map((text) => second.sotto.messages.send(CONVERSATION, text));
    await resynced;
    sends.push(second.sotto.messages.send(CONVERSATION, "four"));
    await Promise.all(sends);
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["one", "two", "three", "four"]);
  });

  test("TAB-2: a request that was stored is answered as if its leader had answered", async () => {
    const [first, second] = await openBoth();
    town.disk.onStored = () => first.tab.die();
    expect(await second.sotto.contacts.add("bob", "hello")).toMatchObject({ userName: "bob" });
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["hello"]);
    await expect(second.sotto.contacts.add("bob", "hello")).rejects.toMatchObject({ code: "alreadyContact" });
  });

  test("TAB-3: states that nobody told while the leader changed are caught up", async () => {
    const [first, second] = await openBoth();
    const handle = await second.sotto.messages.send(CONVERSATION, "hello");
    first.tab.die();
    town.disk.states.set(handle.id, "read");
    await handle.reached("read");
  });

  test("TAB-4: a leader that stops is robbed; what it writes afterwards is refused, and its page goes on", async () => {
    const [first, second] = await openBoth();
    first.tab.freeze();
    const sent = second.sotto.messages.send(CONVERSATION, "into the silence");
    await beats(second.tab, 10);
    await sent;
    const late = first.sotto.messages.send(CONVERSATION, "written in the sleep");
    first.tab.thaw();
    await late;
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["into the silence", "written in the sleep"]);
    expect(await second.sotto.messages.list(CONVERSATION)).toEqual(
      await first.sotto.messages.list(CONVERSATION),
    );
  });

  test("TAB-4, ATTACKS-40: a leader that has not noticed yet writes nothing", async () => {
    const [first, second] = await openBoth();
    const sent = first.sotto.messages.send(CONVERSATION, "asked for before the sleep");
    town.disk.onStoring = () => {
      town.disk.onStoring = () => {};
      first.tab.freeze();
    };
    await beats(second.tab, 10);
    await second.sotto.messages.send(CONVERSATION, "by the next leader");
    first.tab.thaw();
    await sent;
    expect(town.disk.refused).toBe(1);
    expect(town.disk.texts.map(({ text }) => text)).toEqual([
      "by the next leader",
      "asked for before the sleep",
    ]);
  });

  test("TAB-4: a leader that answers its worker's pings is left alone", async () => {
    const [first, second] = await openBoth();
    await beats(second.tab, 30);
    await beats(first.tab, 30);
    expect(town.disk.owner).toBe(1);
  });

  test("TAB-5: who signs in in one tab is signed in in all; who signs out, out", async () => {
    town.disk.userName = undefined;
    const [first, second] = [town.openTab(), town.openTab()];
    await Promise.all(
      [first, second].map((tab) => expect(tab.home.open()).rejects.toMatchObject({ code: "storeMissing" })),
    );
    const signedIn = first.home.signedIn();
    const inSecond = await second.home.login(SIGN_IN);
    await signedIn;
    const inFirst = await first.home.open();
    expect([inFirst.userName, inSecond.userName]).toEqual(["alice", "alice"]);
    const events = inSecond.events();
    await inFirst.logout();
    for await (const event of events) expect(event.type).not.toBe("message");
    await expect(second.home.open()).rejects.toMatchObject({ code: "storeMissing" });
  });

  test("TAB-5: a password never passes through the hall", async () => {
    const [, second] = await openBoth();
    await second.sotto.changePassword("old secret", "new secret");
    await second.sotto.close();
    await second.tab.home.login(SIGN_IN);
    expect(JSON.stringify(town.said)).not.toMatch(/secret|a password/);
  });

  test("TAB-5: an archive goes through the own worker, and its passphrase never through the hall", async () => {
    const [first, second] = await openBoth();
    await first.sotto.messages.send(CONVERSATION, "hello");
    const archive: Blob[] = [];
    for await (const chunk of second.sotto.history.export({ passphrase: "our secret" }))
      archive.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
    expect(await new Blob(archive).text()).toBe("our secret: hello");
    const summary = await first.sotto.history.import(new Blob(["from before"]), { passphrase: "our secret" });
    expect(summary).toEqual({ conversations: 1, messages: 1, added: 1 });
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["hello", "from before"]);
    expect(JSON.stringify(town.said)).not.toMatch(/secret/);
  });

  test("TAB-5: a tab that has closed its device waits for the next sign-in, the others go on", async () => {
    const [first, second] = await openBoth();
    await first.sotto.close();
    let isBack = false;
    void first.tab.home.signedIn().then(() => (isBack = true));
    await second.sotto.messages.send(CONVERSATION, "without the first");
    expect(isBack).toBe(false);
    await first.tab.home.login(SIGN_IN);
    await expect.poll(() => isBack).toBe(true);
    await second.sotto.messages.send(CONVERSATION, "with it");
  });

  test("TAB-6: of two versions the later one goes on, and the earlier says that it has to be loaded again", async () => {
    const { sotto } = await opened(town.openTab());
    const events = sotto.events();
    const newer = town.openTab({ version: TABS_VERSION + 1 });
    await expect(events.next()).rejects.toMatchObject({ code: "storeNewer" });
    expect((await newer.home.open()).userName).toBe("alice");
  });

  test("a fault of one leader's device is not the others'", async () => {
    const [first, second] = await openBoth();
    const events = first.sotto.events();
    town.disk.break(new SottoError("internal", "A fault."));
    await expect(events.next()).rejects.toMatchObject({ code: "internal" });
    await second.sotto.messages.send(CONVERSATION, "the others go on");
  });
});

describe("files", () => {
  const NAME = "a.txt" as TransferId;
  const TEXT = "0123456789abcdef!";

  test("TAB-8: a file goes from any tab to the leader's device, each of its messages is followed, and its content comes back to any", async () => {
    const [first, second] = await openBoth();
    const handles = await second.sotto.files.send(CONVERSATION, [fileOf(NAME, TEXT), fileOf("b.txt", "b")]);
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["a.txt", "b.txt"]);
    await Promise.all(handles.map((handle) => handle.reached("sent")));
    expect(handles.map(({ id }) => id)).toEqual(town.disk.texts.map(({ id }) => id));
    for (const { sotto } of [first, second]) {
      expect(await sotto.files.views([NAME, "none" as TransferId])).toEqual([{ transfer: NAME }]);
      expect(await textOf(sotto, NAME)).toBe(TEXT);
      expect(await textOf(sotto, NAME, 3)).toBe(TEXT.slice(3 * LEAF_CHARS));
    }
    expect(JSON.stringify(town.said)).not.toContain("0123");
  });

  test("what is told of a file that moves carries no view, and reaches every tab", async () => {
    town.disk.contacts = [contact("bob")];
    const both = await openBoth();
    const told = both.map(({ sotto }) => nextEvent(sotto, "file"));
    town.emit({ type: "file", file: { transfer: NAME, state: "moving" } as FileView });
    await Promise.all(told);
    const changes = town.said.flatMap(({ message }) => (message.type === "changed" ? [message] : []));
    expect(changes.map(({ view }) => view)).toEqual([undefined]);
    for (const { sotto } of both) expect(sotto.contacts.list()).toEqual([contact("bob")]);
  });

  test("what is no Blob, and what is not here, is refused", async () => {
    const [, { sotto }] = await openBoth();
    const content = { size: 1, slice: () => new Blob(["a"]) };
    await expect(sotto.files.send(CONVERSATION, [{ ...fileOf(NAME, ""), content }])).rejects.toMatchObject({
      code: "fileUnreadable",
    });
    await expect(textOf(sotto, NAME)).rejects.toMatchObject({ code: "fileMissing" });
    expect(town.disk.texts).toEqual([]);
  });

  test.each([
    ["before it has stored the first", "onStoring", "a"],
    ["after it has stored the first", "onStored", "a"],
    ["between two messages", "onStored", "b"],
    ["after it has stored all", "onStored", "c"],
  ] as const)("TAB-2: a leader that dies %s: each file is sent once, in order", async (_, moment, name) => {
    const [first, second] = await openBoth();
    town.disk[moment] = (text) => {
      if (text === name) first.tab.die();
    };
    const files = ["a", "b", "c"].map((text) => fileOf(text, `content of ${text}`));
    const handles = await second.sotto.files.send(CONVERSATION, files, { text: "look" });
    await Promise.all(handles.map((handle) => handle.reached("sent")));
    expect(town.disk.texts.map(({ text }) => text)).toEqual(["a", "b", "c"]);
    expect(handles.map(({ id }) => id)).toEqual(town.disk.texts.map(({ id }) => id));
    expect(await textOf(second.sotto, "b" as TransferId)).toBe("content of b");
    expect(town.disk.owner).toBe(2);
  });

  test("TAB-8: content goes on from the next leader where the one before has stopped", async () => {
    const [first, second] = await openBoth();
    await second.sotto.files.send(CONVERSATION, [fileOf(NAME, TEXT)]);
    town.disk.onLeafRead = (leaf) => {
      if (leaf === 2) first.tab.die();
    };
    expect(await textOf(second.sotto, NAME)).toBe(TEXT);
    const byNext = town.disk.leavesRead.filter(({ owner }) => owner === 2).map(({ leaf }) => leaf);
    expect(Math.min(...byNext)).toBeGreaterThan(0);
  });

  test("TAB-8: no more than two leaves are read ahead of the reader", async () => {
    const [, { sotto }] = await openBoth();
    await sotto.files.send(CONVERSATION, [fileOf(NAME, "x".repeat(20 * LEAF_CHARS))]);
    let taken = 0;
    town.disk.onLeafRead = (leaf) => expect(leaf).toBeLessThan(taken + 3);
    for await (const content of sotto.files.content(NAME)) {
      expect(content).toHaveLength(LEAF_CHARS);
      // Whatever was asked for has come.
      await sotto.files.views([]);
      expect(town.disk.leavesRead).toHaveLength(Math.min(20, taken + 3));
      taken++;
    }
    expect(taken).toBe(20);
  });
});

function fileOf(name: string, text: string): FileToSend {
  return { content: new Blob([text]), path: [name], mediaType: "text/plain", modifiedAtMs: null };
}

async function textOf(sotto: Sotto, transfer: TransferId, from?: number): Promise<string> {
  const parts: Blob[] = [];
  for await (const content of sotto.files.content(transfer, from === undefined ? {} : { from }))
    parts.push(new Blob([content as Uint8Array<ArrayBuffer>]));
  return new Blob(parts).text();
}

interface Opened {
  readonly tab: Tab;
  readonly sotto: Sotto;
}

async function opened(tab: Tab): Promise<Opened> {
  return { tab, sotto: await tab.home.open() };
}

/** The first of them leads. */
async function openBoth(): Promise<[Opened, Opened]> {
  const first = await opened(town.openTab());
  return [first, await opened(town.openTab())];
}

/** Time passes in the tab, with what happens in between. */
async function beats(tab: Tab, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    tab.clock.advance(BEAT_MS);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function nextEvent(sotto: Sotto, type: ClientEvent["type"]): Promise<void> {
  return new Promise((resolve) => {
    const stop = sotto.on((event) => {
      if (event.type !== type) return;
      stop();
      resolve();
    });
  });
}

function contact(userName: string): Contact {
  return {
    account: `account of ${userName}`,
    userName,
    state: "accepted",
    conversation: CONVERSATION,
  } as Contact;
}
