import { expect, test } from "vitest";
import type { Contact, Conversation, StoredMessage } from "sotto";
import { englishText } from "../text/text.ts";
import { nameOf, peopleOf } from "./people.ts";

type AccountId = StoredMessage["from"];
const id = (name: string): AccountId => `account of ${name}` as AccountId;
const ALICE = { account: id("alice"), userName: "alice" };
const contact = { account: id("bob"), userName: "bob" } as Contact;

function group(...userNames: readonly string[]): Conversation {
  return {
    roster: userNames.map((userName) => ({ account: id(userName || "zoe"), userName })),
  } as unknown as Conversation;
}

test("contacts and members have their names, and so has oneself", () => {
  const people = peopleOf(ALICE, [contact], [group("alice", "carol")]);
  expect(["alice", "bob", "carol", "dave"].map((name) => nameOf(people, id(name), englishText))).toEqual([
    "alice",
    "bob",
    "carol",
    "Somebody",
  ]);
});

test("a name that is not there yet is none", () => {
  expect(nameOf(peopleOf(ALICE, [], [group("")]), id("zoe"), englishText)).toBe("Somebody");
});

test("who has gone from a group keeps the name", () => {
  const before = peopleOf(ALICE, [], [group("carol")]);
  expect(nameOf(peopleOf(ALICE, [], [group()], before), id("carol"), englishText)).toBe("carol");
});
