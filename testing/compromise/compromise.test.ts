/**
 * ATTACKS 12: what is stolen of a device opens nothing of earlier epochs but what DESIGN's window of 10 minutes leaves, and nothing after the device's
 * next update. The history that the device shows its user is not what is asked here: it is plain to whoever has the device.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { MailboxEntry } from "@sotto/protocol";
import { encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { decodeKeyPackage, TABLE } from "sotto/simulation";
import { stolenRecords } from "../cheat/forgeries.ts";
import type { GroupTown } from "../cheat/groupTown.ts";
import { headOf, openGroupTown } from "../cheat/groupTown.ts";
import type { Recording, Stolen } from "./thief.ts";
import { openable } from "./thief.ts";

const WINDOW_MS = 10 * 60_000;

/** Texts by the epoch in which they were sent. `unread`: the server has kept it from bob. */
type Name = `${"first" | "second" | "third" | "followed" | "healed" | "later"} ${"read" | "unread"}`;

interface Told {
  readonly names: readonly Name[];
  readonly recording: Recording;
  /** Of bob's device: while the epoch before the third may be kept, when it may not any more. */
  readonly early: Stolen;
  readonly late: Stolen;
  openedBy(stolen: Stolen): Promise<readonly Name[]>;
}

async function tellStory(): Promise<Told> {
  const town = await openGroupTown();
  const names: Name[] = [];
  const messages: Uint8Array[] = [];
  const handshakes: Recording["handshakes"][number][] = [];
  const welcomes: Uint8Array[] = [];
  let current: Name = "first read";
  town.bob.server.deceit.replace = (entry) => {
    record(entry);
    const { mailbox } = town.mallory.person.identity;
    const isKept = entry.type === "message" && current.endsWith("unread");
    return isKept ? { type: "departed", sequence: entry.sequence, group: town.group, mailbox } : entry;
  };

  function record(entry: MailboxEntry): void {
    if (entry.type === "message") {
      names.push(current);
      messages.push(entry.ciphertext);
    }
    if (entry.type === "welcome" && "inline" in entry.welcome) welcomes.push(entry.welcome.inline);
    if (entry.type !== "handshake" || !("inline" in entry.handshake)) return;
    const { headHash: previousHash } = headOf(town.bob, town.conversation);
    const binding = { conversation: idBytes(town.conversation), index: entry.index, previousHash };
    handshakes.push({ bytes: entry.handshake.inline, authenticatedData: encodeHandshakeBinding(binding) });
  }

  async function write(name: Name): Promise<void> {
    current = name;
    for (const from of ["alice", "carol"] as const) await town.say(from, name);
  }
  const renew = async (who: "alice" | "bob" | "carol"): Promise<void> => {
    await town[who].command({ kind: "renewKeys", conversation: town.conversation });
  };

  await write("first read");
  await write("first unread");
  await renew("carol");
  await write("second read");
  await write("second unread");
  await town.pass(2 * WINDOW_MS);
  await renew("alice");
  await write("third read");
  const early = steal(town);
  await town.pass(WINDOW_MS);
  const late = steal(town);
  await write("third unread");
  await renew("alice");
  await write("followed read");
  await renew("bob");
  await write("healed read");
  await renew("carol");
  await write("later read");

  const recording = { messages, handshakes, welcomes };
  const mls = town.cast.tier.createMls(town.cast.crypto.random);
  return {
    names,
    recording,
    early,
    late,
    async openedBy(stolen) {
      const places = await openable(mls, stolen, recording);
      return [...places].toSorted((a, b) => a - b).map((place) => names[place] as Name);
    },
  };
}

function steal(town: GroupTown): Stolen {
  const { client, person } = town.bob;
  const packages = [...client.disk.read(TABLE.keyPackage)].flatMap(([ref, bytes]) => {
    const stored = decodeKeyPackage(bytes);
    return stored === undefined ? [] : [{ ref, ...stored }];
  });
  const { credential, leafPrivateKey, leafPublicKey } = person.identity;
  return {
    parts: stolenRecords(town.bob, town),
    packages,
    device: { credential, leafPrivateKey, leafPublicKey },
  };
}

describe("ATK-12: a device's stored state in a thief's hands, and all that ever passed the server", () => {
  let told: Told;
  let early: readonly Name[];
  let late: readonly Name[];
  beforeAll(async () => {
    told = await tellStory();
    [early, late] = [await told.openedBy(told.early), await told.openedBy(told.late)];
  }, 120_000);
  const of = (opened: readonly Name[], epoch: string): readonly Name[] =>
    opened.filter((name) => name.startsWith(epoch));

  test("the recording holds texts of every epoch, and the thief has key packages to try", () => {
    for (const epoch of ["first", "second", "third", "followed", "healed", "later"])
      expect(of(told.names, epoch).length).toBeGreaterThanOrEqual(2);
    expect(told.late.packages.length).toBeGreaterThan(0);
  });

  test("teeth: it opens those of the epoch that are still to be read, and follows the others' commits", () => {
    for (const opened of [early, late]) {
      expect(of(opened, "third unread").length).toBeGreaterThanOrEqual(2);
      expect(of(opened, "followed").length).toBeGreaterThanOrEqual(2);
    }
  });

  test("of the epoch it opens nothing that the device has read", () => {
    expect([of(early, "third read"), of(late, "third read")]).toEqual([[], []]);
  });

  test("of the epoch before it opens, within 10 minutes, what the device has still to get, and nothing else", () => {
    expect(of(early, "second unread").length).toBeGreaterThanOrEqual(2);
    expect([of(early, "first"), of(early, "second read")]).toEqual([[], []]);
  });

  test("after 10 minutes it opens nothing of earlier epochs", () => {
    expect([of(late, "first"), of(late, "second")]).toEqual([[], []]);
  });

  test("after the device's next update it opens nothing", () => {
    for (const opened of [early, late]) expect([of(opened, "healed"), of(opened, "later")]).toEqual([[], []]);
  });
});
