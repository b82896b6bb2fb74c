import { beforeEach, describe, expect, test } from "vitest";
import { PLAIN } from "../show/style.ts";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { createFakeSotto } from "../testing/fakeSotto.ts";
import type { ChatSession } from "./session.ts";
import { createChatSession } from "./session.ts";

let fake: FakeSotto;
let session: ChatSession;
let printed: string[];
let prompt: string;

beforeEach(() => {
  fake = createFakeSotto();
  printed = [];
  session = createChatSession(
    fake.sotto,
    {
      style: PLAIN,
      lines: (async function* () {})(),
      print: (text) => void printed.push(...text.split("\n")),
      echo: () => {},
      setPrompt: (text) => void (prompt = text),
      close: () => {},
    },
    { cwd: "/nowhere", env: {} },
    new AbortController().signal,
  );
  fake.sotto.on(session.event);
});

async function enter(line: string): Promise<string[]> {
  printed = [];
  await session.enter(line);
  return printed.map((text) => text.replace(/^\d\d:\d\d /, ""));
}

describe("groups in a chat", () => {
  test("M5: one is made with its members and opened, and what happens in it has its lines", async () => {
    expect(await enter("/group Sunday walks @bob")).toEqual([
      "[Sunday walks] You have made the group “Sunday walks”.",
      "--- Sunday walks ---",
      "You have made the group “Sunday walks”.",
    ]);
    expect(prompt).toBe("Sunday walks> ");
    expect(fake.calls[0]).toBe("create Sunday walks: bob");
    expect(await enter("/members")).toEqual(["alice  owner, you", "bob  online"]);
    expect(await enter("/invite @carol")).toEqual(["You have added carol."]);
    expect(await enter("/role carol admin")).toEqual(["You have made carol an admin."]);
    expect(await enter("/members")).toEqual(["alice  owner, you", "bob  online", "carol  admin, offline"]);
    expect(await enter("/rename Sunday runs")).toEqual(["You have named the group “Sunday runs”."]);
    expect(prompt).toBe("Sunday runs> ");
    expect(await enter("/expel bob carol")).toEqual(["You have removed bob and carol."]);
    expect(await enter("/leave")).toEqual(["You have left."]);
  });

  test("who is out is told so; renewed keys, which every change brings, are not told", async () => {
    await enter("/group walks @bob");
    printed = [];
    const { id } = fake.sotto.conversations.list().find(({ kind }) => kind === "group") ?? {};
    if (id === undefined) throw new Error("there is no group");
    fake.emit({ type: "conversation", conversation: id, change: "keysRenewed" });
    fake.emit({ type: "conversation", conversation: id, change: "ended" });
    expect(printed).toEqual(["walks: you are no longer in the group."]);
  });

  test("text goes to the open group, which is opened by its name", async () => {
    await enter("/group walks @bob");
    await enter("/open bob");
    await enter("/open #walks");
    expect(await enter("hello")).toEqual(["alice  hello"]);
    expect(fake.lastSent().conversation).toBe(
      fake.sotto.conversations.list().find(({ kind }) => kind === "group")?.id,
    );
  });

  test.each([
    ["/group", "Name the group: /group TITLE @NAME …"],
    ["/group @bob", "Name the group: /group TITLE @NAME …"],
    ["/invite", "Open a conversation first: /open NAME"],
    ["/role bob king", "/role takes a name and one of owner, admin, member."],
  ])("%s says what is wrong", async (line, said) => {
    expect(await enter(line)).toEqual([said]);
  });

  test("commands of groups want a group", async () => {
    await enter("/open bob");
    expect(await enter("/members")).toEqual(["The open conversation is no group. /open one first."]);
    expect(await enter("/leave")).toEqual(["The open conversation is no group. /open one first."]);
  });
});
