import { beforeEach, describe, expect, test } from "vitest";
import type { ChatStage } from "../testing/chatStage.ts";
import { openChatStage, withoutTime } from "../testing/chatStage.ts";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { BOB, WITH_BOB } from "../testing/fakeSotto.ts";
import type { ChatSession } from "./session.ts";

let stage: ChatStage;
let fake: FakeSotto;
let session: ChatSession;

beforeEach(() => {
  stage = openChatStage({ echoes: true });
  ({ fake, session } = stage);
});

const timeless = (): string[] => stage.printed.map(withoutTime);
const enter: ChatStage["said"] = (...lines) => stage.said(...lines);

describe("start", () => {
  test("says who one is, what waits, and opens the target", async () => {
    fake.arrive("earlier");
    await stage.said();
    await session.start("@bob");
    expect(timeless()).toEqual([
      "Signed in as alice at http://127.0.0.1:5555. /help lists the commands.",
      "carol would like to talk with you. /accept carol or /decline carol",
      "1 unread from bob. /open bob",
      "--- bob ---",
      "bob  earlier",
    ]);
    expect(fake.calls).toEqual([`read ${WITH_BOB}`, `attend ${WITH_BOB}`]);
    expect(stage.prompt).toBe("bob> ");
  });

  test("with somebody who is no contact says how to become one", async () => {
    await session.start("@dave");
    expect(stage.printed.at(-1)).toBe("dave is not among your contacts. Send a contact request first.");
    expect(stage.prompt).toBe("> ");
  });
});

describe("typing", () => {
  test("goes to the open conversation, and its state into the prompt", async () => {
    expect(await enter("hello")).toEqual(["Open a conversation first: /open NAME"]);
    await session.enter("/open bob");
    expect(await enter("hello", "  ", "//slash")).toEqual(["alice  hello", "alice  /slash"]);
    expect(fake.calls.filter((call) => call.startsWith("send"))).toEqual(["send hello", "send /slash"]);
    expect(stage.prompt).toBe("bob (sending)> ");
    fake.state(fake.lastSent().id, "delivered");
    expect(stage.prompt).toBe("bob (delivered)> ");
  });

  test("a failed message is said", async () => {
    await enter("/open bob", "hello");
    fake.state(fake.lastSent().id, "failed");
    expect(stage.printed.at(-1)).toBe("A message could not be sent. Send it again.");
  });
});

describe("what arrives", () => {
  test("in the open conversation is shown and read", async () => {
    await enter("/open bob");
    fake.arrive("one\ntwo\u001b[2J");
    expect(timeless().slice(-2)).toEqual(["bob  one", "      two"]);
    expect(fake.calls.filter((call) => call.startsWith("read"))).toHaveLength(2);
  });

  test("elsewhere is shown, not marked as read, and hinted at once", async () => {
    await stage.said();
    fake.arrive("one");
    fake.arrive("two");
    expect(timeless()).toEqual(["bob  one", "/open bob to answer", "bob  two"]);
    expect(fake.calls).toEqual([]);
  });

  test("presence is said of the open conversation alone", async () => {
    await enter();
    fake.emit({ type: "presence", account: BOB, online: false });
    expect(stage.printed).toEqual([]);
    await enter("/open bob");
    fake.emit({ type: "presence", account: BOB, online: false });
    expect(stage.printed.at(-1)).toBe("bob is offline.");
  });

  test("RLY-22 /presence hides it, says so, and tells which holds", async () => {
    await enter("/presence hide", "/presence");
    const hidden = "Your presence is hidden: contacts do not see you online, and you do not see them.";
    expect([fake.sotto.presenceHidden, stage.printed.filter((line) => line === hidden)]).toEqual([
      true,
      [hidden, hidden],
    ]);
    await enter("/presence maybe");
    expect(stage.printed.at(-1)).toBe("presence takes hide or show, or nothing to say which holds.");
  });

  test("the connection is said when it changes", async () => {
    await enter();
    fake.emit({ type: "connection", state: "connecting" });
    fake.emit({ type: "connection", state: "offline", reason: "offline" });
    fake.emit({ type: "connection", state: "offline", reason: "offline" });
    fake.emit({ type: "connection", state: "online" });
    expect(stage.printed).toEqual(["Not connected: the server cannot be reached.", "Connected."]);
  });

  test("a contact request comes with what to do", async () => {
    await enter();
    fake.emit({ type: "contact", account: BOB, userName: "bob", state: "incoming" });
    expect(stage.printed).toEqual(["bob would like to talk with you. /accept bob or /decline bob"]);
  });

  test("trouble in a conversation is said", async () => {
    await enter();
    for (const change of ["gap", "keysChanged", "fork", "keysRefused", "read", "created"] as const) {
      fake.emit({ type: "conversation", conversation: WITH_BOB, change });
    }
    expect(stage.printed).toEqual([
      "bob: messages are missing; they may still come.",
      "bob: the server shows other keys for them. Nothing is sent until you accept them again, to go on with the keys you know, or remove them. Ask them first, over another channel.",
      "bob: the server shows different histories of this conversation to its members. What does not follow from what came before is refused; ask what they see.",
      "bob: keys that are not theirs were shown in their name, and refused. Nothing has changed.",
    ]);
  });
});

describe("commands", () => {
  test("/help names every command", async () => {
    const help = (await enter("/help")).join("\n");
    for (const name of [
      "help",
      "users",
      "add",
      "accept",
      "decline",
      "remove",
      "block",
      "open",
      "history",
      "verify",
      "presence",
      "path",
      "renew",
      "file",
      "files",
      "save",
      "pause",
      "resume",
      "cancel",
      "exit",
    ]) {
      expect(help).toContain(`/${name}`);
    }
  });

  test("/users", async () => {
    expect(await enter("/users")).toEqual(["> /users", "bob  online", "carol  asks to be your contact"]);
  });

  test("/add with text opens the conversation", async () => {
    expect(await enter("/add @dave hello  there")).toContain("Contact request to dave.");
    expect(fake.calls).toContain("add dave hello  there");
    expect(stage.prompt).toBe("dave (sent)> ");
  });

  test("/accept opens; /decline, /remove, /block act on the name or the open one", async () => {
    await enter("/accept carol");
    expect(stage.prompt).toBe("carol> ");
    expect(await enter("/block")).toEqual(["> /block", "carol is blocked."]);
    expect(await enter("/remove bob")).toEqual(["> /remove bob", "bob is no longer a contact."]);
    expect(await enter("/decline dave")).toEqual([
      "> /decline dave",
      "This user is not among your contacts.",
    ]);
  });

  test("/history [n]", async () => {
    for (const text of ["one", "two", "three"]) fake.arrive(text);
    await enter("/open bob");
    expect(await enter("/history 2")).toEqual(["> /history 2", "--- bob ---", "bob  two", "bob  three"]);
    expect(await enter("/history x")).toEqual(["> /history x", "/history takes a number from 1 to 1000."]);
  });

  test("/verify shows twelve groups of five", async () => {
    expect((await enter("/verify bob")).slice(1)).toEqual([
      "01234 56789 01234 56789",
      "01234 56789 01234 56789",
      "01234 56789 01234 56789",
      "bob must see the same number.",
    ]);
    expect((await enter("/verify")).at(-1)).toBe("Name somebody.");
  });

  test("/renew", async () => {
    await enter("/open bob", "/renew");
    expect(fake.calls).toContain(`renew ${WITH_BOB}`);
  });

  test("/exit leaves", async () => {
    expect(session.left).toBe(false);
    await enter("/exit");
    expect(session.left).toBe(true);
  });

  test("an unknown one is said", async () => {
    expect((await enter("/nonsense")).at(-1)).toMatch(/^There is no command \/nonsense\./);
  });
});
