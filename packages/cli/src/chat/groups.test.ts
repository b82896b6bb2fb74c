import { beforeEach, describe, expect, test } from "vitest";
import type { ChatStage } from "../testing/chatStage.ts";
import { openChatStage } from "../testing/chatStage.ts";

let stage: ChatStage;

beforeEach(() => {
  stage = openChatStage();
});

const enter = (line: string): Promise<string[]> => stage.said(line);

describe("groups in a chat", () => {
  test("M5: one is made with its members and opened, and what happens in it has its lines", async () => {
    expect(await enter("/group Sunday walks @bob")).toEqual([
      "[Sunday walks] You have made the group “Sunday walks”.",
      "--- Sunday walks ---",
      "You have made the group “Sunday walks”.",
    ]);
    expect(stage.prompt).toBe("Sunday walks> ");
    expect(stage.fake.calls[0]).toBe("create Sunday walks: bob");
    expect(await enter("/members")).toEqual(["alice  owner, you", "bob  online"]);
    expect(await enter("/invite @carol")).toEqual(["You have added carol."]);
    expect(await enter("/role carol admin")).toEqual(["You have made carol an admin."]);
    expect(await enter("/members")).toEqual(["alice  owner, you", "bob  online", "carol  admin, offline"]);
    expect(await enter("/rename Sunday runs")).toEqual(["You have named the group “Sunday runs”."]);
    expect(stage.prompt).toBe("Sunday runs> ");
    expect(await enter("/expel bob carol")).toEqual(["You have removed bob and carol."]);
    expect(await enter("/leave")).toEqual(["You have left."]);
  });

  test("who is out is told so; renewed keys, which every change brings, are not told", async () => {
    await enter("/group walks @bob");
    const { id } = stage.fake.sotto.conversations.list().find(({ kind }) => kind === "group") ?? {};
    if (id === undefined) throw new Error("there is no group");
    const said = await stage.said(
      () => stage.fake.emit({ type: "conversation", conversation: id, change: "keysRenewed" }),
      () => stage.fake.emit({ type: "conversation", conversation: id, change: "ended" }),
    );
    expect(said).toEqual(["walks: you are no longer in the group."]);
  });

  test("text goes to the open group, which is opened by its name", async () => {
    await enter("/group walks @bob");
    await enter("/open bob");
    await enter("/open #walks");
    expect(await enter("hello")).toEqual(["alice  hello"]);
    expect(stage.fake.lastSent().conversation).toBe(
      stage.fake.sotto.conversations.list().find(({ kind }) => kind === "group")?.id,
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
