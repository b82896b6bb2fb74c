import { describe, expect, test } from "vitest";
import type { Contact, Conversation } from "sotto";
import { message } from "../conversation/messages.testing.ts";
import { withFormer } from "./formerContacts.ts";

const contact = (userName: string): Contact => ({
  account: `account of ${userName}` as Contact["account"],
  userName,
  displayName: "",
  picture: 0,
  state: "accepted",
  online: false,
  conversation: `with ${userName}` as Contact["conversation"],
  pinned: true,
});

const ended = (name: string, fields: Partial<Conversation> = {}): Conversation =>
  ({
    id: `with ${name}`,
    name,
    peer: `account of ${name}`,
    state: "ended",
    accepted: true,
    lastMessage: message(1),
    ...fields,
  }) as Conversation;

const formerOf = (contacts: readonly Contact[], conversations: readonly Conversation[]): readonly string[] =>
  withFormer(contacts, conversations)
    .filter(({ state }) => state === "removed")
    .map(({ account }) => account);

describe("former contacts", () => {
  test("whoever has left, or was removed, is still there with what was said", () => {
    const all = withFormer([contact("bob")], [ended("carol")]);
    expect(all.map(({ userName, state }) => [userName, state])).toEqual([
      ["bob", "accepted"],
      ["carol", "removed"],
    ]);
    expect(all[1]).toMatchObject({ account: "account of carol", conversation: "with carol", online: false });
  });

  test("nobody twice, and nobody in the place of who has the name now", () => {
    expect(formerOf([contact("bob")], [ended("bob")])).toEqual([]);
    const another = ended("bob", { peer: "an older account" as Contact["account"] });
    expect(formerOf([contact("bob")], [another])).toEqual([]);
    expect(formerOf([], [ended("bob"), another])).toEqual(["account of bob"]);
  });

  test("no conversation that goes on, none in which nothing was said, and no request that came to nothing", () => {
    expect(formerOf([], [ended("bob", { accepted: false })])).toEqual([]);
    expect(formerOf([], [ended("bob", { state: "active" })])).toEqual([]);
    expect(formerOf([], [ended("bob", { lastMessage: undefined })])).toEqual([]);
  });
});
