import { expect, test } from "vitest";
import type { Contact, Conversation } from "sotto";
import { whyNotWrite } from "./whyNotWrite.ts";

const BOB = { userName: "bob", state: "accepted", pinned: true } as Contact;
const ACTIVE = { state: "active" } as Conversation;

test("one can write to an accepted contact in an active conversation", () => {
  expect(whyNotWrite(BOB, ACTIVE)).toBeUndefined();
});

test("attack 1: one may go on with the keys that one knows, but not with a request under others", () => {
  expect(whyNotWrite({ ...BOB, pinned: false }, ACTIVE)?.keepable).toBe(true);
  expect(whyNotWrite({ ...BOB, pinned: false, state: "incoming" }, ACTIVE)?.keepable).toBe(false);
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
  expect(whyNotWrite(contact, conversation)?.tone).toBe(tone);
});
