import { describe, expect, test } from "vitest";
import type { Contact, Conversation } from "sotto";
import { message } from "../conversation/messages.testing.ts";
import { noteOf, rowsOf } from "./rows.ts";

function contact(userName: string, state: Contact["state"] = "accepted"): Contact {
  return {
    account: userName as Contact["account"],
    userName,
    state,
    online: false,
    conversation: `with ${userName}` as Contact["conversation"],
    pinned: true,
  };
}

function conversation(userName: string, storedAtMs: number): Conversation {
  return {
    id: `with ${userName}` as Conversation["id"],
    kind: "pair",
    name: userName,
    members: [],
    unread: 0,
    path: "auto",
    state: "active",
    lastMessage: message(1, { storedAtMs }),
    draft: undefined,
    keysRenewedAtMs: 0,
  };
}

describe("rows of the list", () => {
  test("the latest message comes first, contacts without one follow by name", () => {
    const contacts = [contact("dora"), contact("alice"), contact("bob"), contact("carol")];
    const rows = rowsOf({ contacts, conversations: [conversation("bob", 1), conversation("carol", 2)] });
    expect(rows.map((row) => row.contact.userName)).toEqual(["carol", "bob", "alice", "dora"]);
  });

  test("requests of others and removed contacts have no row", () => {
    const contacts = [contact("alice", "incoming"), contact("bob", "removed"), contact("carol", "outgoing")];
    expect(rowsOf({ contacts, conversations: [] }).map((row) => row.contact.userName)).toEqual(["carol"]);
  });

  test("a note takes the place of the last message where one cannot write", () => {
    const notes = (["accepted", "outgoing", "blocked"] as const).map((state) =>
      noteOf({ contact: contact("bob", state), conversation: undefined }),
    );
    expect(notes).toEqual([undefined, "Waiting for an answer", "Blocked"]);
  });
});
