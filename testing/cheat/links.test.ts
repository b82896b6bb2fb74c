/** ATTACKS 13: whoever runs the server wants to be the other end of a link. Signals travel inside MLS, with the fingerprints. */
import type { MailboxEntry } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { Town } from "./town.ts";
import { openTown } from "./town.ts";

const textsAndPaths = (town: Town): readonly (readonly [string, string])[] =>
  town.bob.events.flatMap((event) =>
    event.type === "message" ? [[event.message.text, event.message.path] as const] : [],
  );
const linkOf = ({ alice, conversation }: Town): string => alice.engine.linkView(conversation).state;

function altered(entry: MailboxEntry): MailboxEntry {
  if (entry.type !== "message") return entry;
  const ciphertext = entry.ciphertext.slice();
  ciphertext[ciphertext.length - 1] = (ciphertext.at(-1) ?? 0) ^ 1;
  return { ...entry, ciphertext };
}

/** The first town makes its people. */
const TIMEOUT_MS = 60_000;

describe("ATK 13: between two devices that call each other", { timeout: TIMEOUT_MS }, () => {
  test("an honest server: the link opens, and messages go over it", async () => {
    const town = await openTown(1, { canLink: true });
    await town.alice.command({ kind: "attend", conversation: town.conversation });
    expect(linkOf(town)).toBe("open");
    await town.write("alice", "hello");
    expect(textsAndPaths(town)).toEqual([["hello", "direct"]]);
  });

  test("a server that alters what carries the fingerprints: no channel opens, nothing is sent over one", async () => {
    const town = await openTown(1, { canLink: true });
    town.bob.server.deceit.replace = altered;
    town.alice.server.deceit.replace = altered;
    await town.alice.command({ kind: "attend", conversation: town.conversation });
    expect(linkOf(town)).not.toBe("open");
    expect(town.linksOpened()).toBe(0);
    expect(town.bob.told()).toContain("unreadable");
  });

  test("mallory's signals in bob's name, under the group's id: not even begun", async () => {
    const town = await openTown(1, { canLink: true });
    const { alice, mallory, group } = town;
    await mallory.command({ kind: "addContact", userName: "carol", text: null });
    await town.carol.command({ kind: "acceptContact", account: mallory.person.identity.account });
    const [own] = mallory.engine.state.conversations.values();
    // What carol would take for a call is shown to alice instead.
    const signals: MailboxEntry[] = [];
    town.carol.server.deceit.replace = (entry) => {
      signals.push(entry);
      return entry;
    };
    if (own !== undefined) await mallory.command({ kind: "attend", conversation: own.id });
    const calls = signals.flatMap((entry) => (entry.type === "message" ? [entry] : []));
    expect(calls.length).toBeGreaterThan(0);
    alice.told();
    for (const { index, ciphertext } of calls)
      alice.server.show({ type: "message", group, index, ciphertext });
    await town.settle();
    expect(linkOf(town)).toBe("none");
    expect(alice.told()).toContain("unreadable");
  });

  test("bob's old call shown once more: no second link", async () => {
    const town = await openTown(1, { canLink: true });
    const { alice, bob, conversation } = town;
    const shown: MailboxEntry[] = [];
    alice.server.deceit.replace = (entry) => {
      shown.push(entry);
      return entry;
    };
    await bob.command({ kind: "attend", conversation });
    expect(linkOf(town)).toBe("open");
    const opened = town.linksOpened();
    const calls = shown.flatMap((entry) => (entry.type === "message" ? [entry] : []));
    expect(calls.length).toBeGreaterThan(0);
    for (const { group, index, ciphertext } of calls)
      alice.server.show({ type: "message", group, index, ciphertext });
    await town.settle();
    expect(linkOf(town)).toBe("open");
    expect(town.linksOpened()).toBe(opened);
  });
});
