import { expect, test } from "vitest";
import type { GroupEvent, StoredMessage } from "sotto";
import { englishText } from "../text/text.ts";
import { eventText } from "./eventText.ts";

type AccountId = StoredMessage["from"];
const id = (name: string): AccountId => `account of ${name}` as AccountId;
const people = {
  own: id("alice"),
  names: new Map(["alice", "bob", "carol", "dave"].map((name) => [id(name), name])),
};

function said(by: string, event: GroupEvent): string {
  const from = id(by);
  return eventText({ from, mine: from === people.own, event }, { people, locale: "en-GB", t: englishText });
}

test.each<[string, GroupEvent, string]>([
  ["bob", { kind: "created", name: "Choir" }, "bob made the group “Choir”"],
  ["alice", { kind: "created", name: "Choir" }, "You made the group “Choir”"],
  ["bob", { kind: "added", accounts: [id("carol")] }, "bob added carol"],
  ["alice", { kind: "added", accounts: [id("carol"), id("dave")] }, "You added carol and dave"],
  ["bob", { kind: "added", accounts: [id("alice")] }, "bob added you"],
  [
    "bob",
    { kind: "added", accounts: [id("carol"), id("dave"), id("alice")] },
    "bob added carol, dave and you",
  ],
  ["bob", { kind: "removed", accounts: [id("zoe")] }, "bob removed Somebody"],
  ["bob", { kind: "removed", accounts: [id("alice")] }, "bob removed you"],
  ["alice", { kind: "left" }, "You left the group"],
  ["carol", { kind: "left" }, "carol left the group"],
  ["bob", { kind: "renamed", name: "Harbour choir" }, "bob named the group “Harbour choir”"],
  ["bob", { kind: "role", account: id("carol"), role: "admin" }, "bob made carol an admin"],
  ["bob", { kind: "role", account: id("alice"), role: "owner" }, "bob handed the group over to you"],
  ["alice", { kind: "role", account: id("bob"), role: "member" }, "You made bob a member"],
  ["dave", { kind: "refused" }, "dave tried a change that needs another role; nobody took it"],
])("by %s, %j: %s", (by, event, words) => {
  expect(said(by, event)).toBe(words);
});
