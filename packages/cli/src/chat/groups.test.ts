import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  test("PSK-5: one with a key is made, and its key entered, from a file; a typed one is refused", async () => {
    const dir = mkdtempSync(join(tmpdir(), "sotto-key-"));
    const path = join(dir, "walks.key");
    const digits = "8f1c07d2b94e63a5f0d87b2c1e9a4463d7320cbe5f81a9964b7de015c83f2ae9";
    writeFileSync(path, `${digits}\n`);
    await enter(`/group --key-file ${path} walks @bob`);
    const group = stage.fake.sotto.conversations.list().find(({ kind }) => kind === "group");
    expect(group).toMatchObject({ name: "walks", hasKey: true });
    expect(await enter(`/key ${path}`)).toEqual([
      "The key is right. The group opens as soon as the server can be reached.",
    ]);
    expect(stage.fake.calls).toContain(`key ${digits}`);
    expect(await enter(`/key ${digits}`)).toEqual([expect.stringContaining("put it into a file")]);
    expect(await enter("/key")).toEqual(["Name the file with the key: /key PATH"]);
    expect(await enter(`/key ${dir}/none`)).toEqual([
      "The file with the key cannot be read. Check its path.",
    ]);
    rmSync(dir, { recursive: true });
  });

  test("a room is made and opened, and its invitation is shown, also later", async () => {
    const shown = ["Link:     https://sotto.example/r/abcdefghjkmn#secret", "Password: abcd-efgh-jkmn-pqrs"];
    expect((await enter("/room Night watch")).slice(-2)).toEqual(shown);
    expect(stage.fake.calls[0]).toBe("create room Night watch, made, link");
    expect(await enter("/invitation")).toEqual(shown);
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
