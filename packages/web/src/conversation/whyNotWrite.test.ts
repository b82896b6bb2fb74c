import { expect, test } from "vitest";
import type { Contact, Conversation } from "sotto";
import { whyNotWrite } from "./whyNotWrite.ts";

const BOB = { userName: "bob", state: "accepted", pinned: true } as Contact;
const ACTIVE = { state: "active" } as Conversation;
const GROUP = { kind: "group", state: "active" } as Conversation;

test("one can write to an accepted contact in an active conversation", () => {
  expect(whyNotWrite({ contact: BOB, conversation: ACTIVE })).toBeUndefined();
});

test("attack 1: one may go on with the keys that one knows, but not with a request under others", () => {
  expect(whyNotWrite({ contact: { ...BOB, pinned: false }, conversation: ACTIVE })?.keepable).toBe(true);
  expect(
    whyNotWrite({ contact: { ...BOB, pinned: false, state: "incoming" }, conversation: ACTIVE })?.keepable,
  ).toBe(false);
});

test.each([
  ["changed keys", { ...BOB, pinned: false }, ACTIVE, "stop"],
  ["a request without an answer", { ...BOB, state: "outgoing" }, ACTIVE, "wait"],
  ["a request that one has not answered", { ...BOB, state: "incoming" }, ACTIVE, "wait"],
  ["a blocked contact", { ...BOB, state: "blocked" }, ACTIVE, "wait"],
  ["a contact that is none any more", { ...BOB, state: "removed" }, { ...ACTIVE, state: "ended" }, "wait"],
  ["a conversation without keys", BOB, { ...ACTIVE, state: "ended" }, "wait"],
  ["no conversation", BOB, undefined, "wait"],
  ["a server with two histories", BOB, { ...ACTIVE, state: "fork" }, "stop"],
  ["a device that cannot follow", BOB, { ...ACTIVE, state: "undecided" }, "wait"],
] as const)("%s stands in the way", (_name, contact, conversation, tone) => {
  expect(whyNotWrite({ contact, conversation })?.tone).toBe(tone);
});

test("one can write in a group until one is out of it", () => {
  const whyNot = (state: Conversation["state"]): readonly (string | undefined)[] => {
    const obstacle = whyNotWrite({ contact: undefined, conversation: { ...GROUP, state } });
    return [obstacle?.tone, obstacle?.title, obstacle?.text];
  };
  expect(whyNot("active")).toEqual([undefined, undefined, undefined]);
  expect(whyNot("pending")).toEqual([undefined, undefined, undefined]);
  expect(whyNot("ended")).toEqual(["wait", "groups.ended", undefined]);
  expect(whyNot("undecided")).toEqual(["wait", "groups.undecided.title", "groups.undecided.text"]);
  expect(whyNot("fork")).toEqual(["stop", "groups.fork.title", "groups.fork.text"]);
});
