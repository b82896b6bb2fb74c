import { expect, test } from "vitest";
import type { Person, StoredMessage } from "sotto";
import { englishText } from "../text/text.ts";
import { nameOf, peopleOf } from "./people.ts";

type AccountId = StoredMessage["from"];
const id = (name: string): AccountId => `account of ${name}` as AccountId;
const person = (userName: string): Person => ({ account: id(userName), userName });

test("those whom the device has met have their names, and so has oneself", () => {
  const people = peopleOf({ ...person("alice"), people: [person("bob"), person("carol")] });
  expect(["alice", "bob", "carol", "dave"].map((name) => nameOf(people, id(name), englishText))).toEqual([
    "alice",
    "bob",
    "carol",
    "Somebody",
  ]);
});
