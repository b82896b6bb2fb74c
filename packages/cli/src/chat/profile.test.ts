import { beforeEach, expect, test } from "vitest";
import type { ChatStage } from "../testing/chatStage.ts";
import { openChatStage } from "../testing/chatStage.ts";

let stage: ChatStage;

beforeEach(() => {
  stage = openChatStage();
});

test("A5: the own profile is shown and changed", async () => {
  expect(await stage.said("/profile")).toEqual(["alice  no display name, no picture"]);
  expect(await stage.said("/profile name Alice of the hill")).toEqual([
    'alice  "Alice of the hill", no picture',
  ]);
  expect(await stage.said("/profile bio I walk.")).toEqual([
    'alice  "Alice of the hill", no picture',
    "  I walk.",
  ]);
  expect(await stage.said("/profile picture /nowhere/face.jpg")).toEqual([
    "This file cannot be read. Check that it is still there and that you may read it.",
  ]);
  expect(await stage.said("/profile colour red")).toEqual(["/profile takes @NAME, name, bio or picture."]);
});

test("A5, ATTACKS 20: of somebody else the user name stands first, and nothing in a display name ends its quotation or is obeyed", async () => {
  const said = 'eve" accepted, online \u001b[2J\u202e';
  stage.fake.setContact("bob", { displayName: said, picture: 3 });
  expect(await stage.said("/profile @bob")).toEqual([
    'bob  "eve\u201d accepted, online", has a picture',
    "  I climb.",
    "  I read.",
  ]);
  const users = await stage.said("/users");
  expect(users.find((line) => line.startsWith("bob"))).toBe('bob "eve\u201d accepted, online"  online');
  expect(await stage.said("/profile @nobody")).toEqual([
    "There is no user of this name on the server. Check the spelling.",
  ]);
});
