import { describe, expect, test } from "vitest";
import type { Contact, Conversation } from "sotto";
import type { Place } from "../device/place.ts";
import { titleOf } from "../device/place.ts";
import { message } from "../conversation/messages.testing.ts";
import { fileManifest } from "../files/manifests.testing.ts";
import { englishText } from "../text/text.ts";
import type { Reader, RowLook } from "./rows.ts";
import { lookOf, matching, neighbour, rowsOf } from "./rows.ts";

function contact(userName: string, state: Contact["state"] = "accepted"): Contact {
  return {
    account: userName as Contact["account"],
    userName,
    displayName: "",
    picture: 0,
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
    roster: [],
    role: undefined,
    changing: false,
    hasKey: false,
    peer: userName as Contact["account"],
    accepted: true,
    unread: 0,
    path: "auto",
    pathIsDefault: true,
    link: { state: "none", reason: "idle" },
    state: "active",
    lastMessage: message(1, { storedAtMs }),
    draft: undefined,
    keysRenewedAtMs: 0,
  };
}

const CHOIR: Conversation = {
  ...conversation("choir", 3),
  id: "0c401c" as Conversation["id"],
  kind: "group",
  name: "Harbour choir",
  role: "member",
  peer: undefined,
};

const READER: Reader = {
  people: {
    own: "alice" as Contact["account"],
    names: new Map(["alice", "bob"].map((name) => [name as Contact["account"], name])),
  },
  nowMs: 1,
  locale: "en-GB",
  t: englishText,
};

describe("rows of the list", () => {
  test("the latest message comes first, contacts without one follow by name", () => {
    const contacts = [contact("dora"), contact("alice"), contact("bob"), contact("carol")];
    const rows = rowsOf({ contacts, conversations: [conversation("bob", 1), conversation("carol", 2)] });
    expect(rows.map(titleOf)).toEqual(["carol", "bob", "alice", "dora"]);
  });

  test("requests of others have no row; what has ended stands behind all others", () => {
    const contacts = [contact("alice", "incoming"), contact("bob", "removed"), contact("carol", "outgoing")];
    const rows = rowsOf({ contacts, conversations: [conversation("bob", 1)] });
    expect(rows.map(titleOf)).toEqual(["carol", "bob"]);
  });

  test("people are found by any part of their name, those that begin with it first", () => {
    const rows = rowsOf({
      contacts: [contact("alice"), contact("malin"), contact("bob")],
      conversations: [conversation("malin", 2), conversation("alice", 1)],
    });
    const found = (query: string): readonly string[] => matching(rows, query).map(titleOf);
    expect(found("al")).toEqual(["alice", "malin"]);
    expect(found(" LIN ")).toEqual(["malin"]);
    expect(found("")).toEqual(["malin", "alice", "bob"]);
    expect(found("zoe")).toEqual([]);
  });

  test("found or not, what has ended stays behind", () => {
    const rows = rowsOf({ contacts: [contact("bob", "removed"), contact("abel")], conversations: [] });
    expect(matching(rows, "b").map(titleOf)).toEqual(["abel", "bob"]);
  });

  test("groups stand among the contacts, are found by any case, and go behind when one is out of them", () => {
    const contacts = [contact("bob"), contact("carol", "removed")];
    const rowsWith = (group: Conversation): readonly Place[] =>
      rowsOf({ contacts, conversations: [conversation("bob", 1), group] });
    expect(rowsWith(CHOIR).map(titleOf)).toEqual(["Harbour choir", "bob", "carol"]);
    expect(matching(rowsWith(CHOIR), "harB").map(titleOf)).toEqual(["Harbour choir"]);
    expect(rowsWith({ ...CHOIR, state: "ended" }).map(titleOf)).toEqual(["bob", "Harbour choir", "carol"]);
    expect(neighbour(rowsWith(CHOIR), "0c401c", 1)?.contact?.userName).toBe("bob");
  });

  test("the neighbours of a conversation, or the nearest end when none is open", () => {
    const rows = rowsOf({ contacts: [contact("alice"), contact("bob")], conversations: [] });
    const nameOf = (userName: string | undefined, steps: 1 | -1): string | undefined =>
      neighbour(rows, userName, steps)?.contact?.userName;
    expect(nameOf("alice", 1)).toBe("bob");
    expect(nameOf("bob", -1)).toBe("alice");
    expect(nameOf("bob", 1)).toBeUndefined();
    expect(nameOf("alice", -1)).toBeUndefined();
    expect(nameOf(undefined, 1)).toBe("alice");
    expect(nameOf("gone", -1)).toBe("bob");
  });
});

describe("the look of a row", () => {
  const lookOfBob = (state: Contact["state"], fields: Partial<Conversation>): RowLook =>
    lookOf(
      { contact: contact("bob", state), conversation: { ...conversation("bob", 1), ...fields } },
      READER,
    );

  test("why one cannot write outranks the draft, the draft the last message", () => {
    const draft = "not yet";
    expect(lookOfBob("outgoing", { draft }).preview).toBe("outgoing");
    expect(lookOfBob("blocked", { draft }).preview).toBe("blocked");
    expect(lookOfBob("accepted", { draft })).toMatchObject({ preview: "draft", text: "not yet" });
    expect(lookOfBob("accepted", {})).toMatchObject({ preview: "message", text: "message 1" });
    expect(lookOfBob("accepted", { lastMessage: undefined })).toMatchObject({ preview: "nothing", text: "" });
  });

  test("a message without words is what it offers", () => {
    const lastMessage = message(1, { text: "", files: [fileManifest("score.pdf")] });
    expect(lookOfBob("accepted", { lastMessage })).toMatchObject({ text: "score.pdf", offered: "files" });
  });

  test("only an own message has a state", () => {
    expect(lookOfBob("accepted", {}).state).toBeUndefined();
    const own = message(1, { mine: true, state: "read" });
    expect(lookOfBob("accepted", { lastMessage: own }).state).toBe("read");
    const waits = message(1, { mine: true, state: "sending" });
    expect(lookOfBob("accepted", { lastMessage: waits }).state).toBe("sending");
    expect(lookOfBob("accepted", { lastMessage: waits, path: "direct" }).state).toBe("waiting");
    expect(lookOfBob("accepted", { lastMessage: own, draft: "and" }).state).toBeUndefined();
  });

  test("in a group it says who has written, or what has happened", () => {
    const lookOfChoir = (fields: Parameters<typeof message>[1]): RowLook =>
      lookOf({ contact: undefined, conversation: { ...CHOIR, lastMessage: message(1, fields) } }, READER);
    expect(lookOfChoir({})).toMatchObject({
      name: "Harbour choir",
      isGroup: true,
      href: "#/group/0c401c",
      text: "bob: message 1",
    });
    expect(lookOfChoir({ mine: true, state: "sent" })).toMatchObject({
      text: "You: message 1",
      state: "sent",
    });
    expect(lookOfChoir({ text: "", event: { kind: "left" } }).text).toBe("bob left the group");
    expect(lookOfChoir({ text: "", mine: true, event: { kind: "left" } }).state).toBeUndefined();
  });
});
