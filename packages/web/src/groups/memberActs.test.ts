import { expect, test } from "vitest";
import type { GroupMember, Role } from "sotto";
import { mayManage, memberActs } from "./memberActs.ts";

const BOB: GroupMember = {
  account: "account of bob" as GroupMember["account"],
  userName: "bob",
  displayName: "",
  picture: 0,
  mine: false,
  role: "member",
  isContact: true,
  online: false,
};

test.each<[Role | undefined, Partial<GroupMember>, readonly string[]]>([
  ["owner", { role: "member" }, ["write", "makeAdmin", "handOver", "remove"]],
  ["owner", { role: "admin" }, ["write", "makeMember", "handOver", "remove"]],
  ["admin", { role: "member" }, ["write", "remove"]],
  ["admin", { role: "admin" }, ["write"]],
  ["admin", { role: "owner" }, ["write"]],
  ["member", { role: "member" }, ["write"]],
  ["member", { role: "member", isContact: false }, ["ask"]],
  [undefined, { role: "member" }, ["write"]],
  ["owner", { mine: true, role: "owner" }, []],
  ["owner", { userName: "" }, []],
])("%s may do with %j: %j", (own, fields, acts) => {
  expect(memberActs(own, { ...BOB, ...fields })).toEqual(acts);
});

test("owner and admins add people and name the group", () => {
  expect([...(["owner", "admin", "member"] as const), undefined].map(mayManage)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
