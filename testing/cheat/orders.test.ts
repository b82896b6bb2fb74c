/** ATTACKS 37: a server shows alice and bob two orders of handshakes. */
import type { ClientFrame, HandshakeEntry, HandshakeFrame, MailboxEntry } from "@sotto/protocol";
import { encodeClientFrame } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { Resident, Town } from "./town.ts";
import { openTown } from "./town.ts";

const NOISE = { inline: new Uint8Array(200).fill(1) };
const OTHER_NOISE = { inline: new Uint8Array(200).fill(2) };

const headOf = ({ engine }: Resident, { conversation }: Town): number =>
  engine.state.conversations.get(conversation)?.headIndex ?? 0;
const stateOf = ({ engine }: Resident, { conversation }: Town): string | undefined =>
  engine.state.conversations.get(conversation)?.state;

/** At the next index the server shows alice one handshake that nobody made, and bob another: the epoch stays, and the histories part. */
async function partSilently(town: Town): Promise<void> {
  const { alice, bob, group } = town;
  const index = headOf(alice, town) + 1;
  const frame: HandshakeFrame = {
    type: "handshake",
    requestId: 1,
    group,
    index,
    handshake: NOISE.inline,
    welcome: null,
    welcomeTo: [],
    added: [],
    removed: [],
    sealedGroupInfo: null,
    doorHash: null,
    door: null,
    storeCounter: 0,
  };
  bob.server.deceit.replace = (entry) =>
    isHandshake(entry, index) ? { ...entry, handshake: OTHER_NOISE } : entry;
  town.server.submit(alice.person.session, encodeClientFrame(frame), () => {});
  await town.settle();
  expect([headOf(alice, town), headOf(bob, town)]).toEqual([index, index]);
  expect([alice.told(), bob.told()]).toEqual([["refusedHandshake"], ["refusedHandshake"]]);
}

/**
 * Both renew their keys at the same index, and the server takes each one's commit for its own branch alone: they are in two epochs of the same
 * number. Returns the two handshakes.
 */
async function partInTwoEpochs(town: Town): Promise<{ alices: HandshakeEntry; bobs: HandshakeEntry }> {
  const { alice, bob, group, conversation } = town;
  const index = headOf(alice, town) + 1;
  let bobs: Uint8Array | undefined;
  let alices: Uint8Array | undefined;
  bob.server.deceit.swallow = (frame) => {
    if (!isCommit(frame)) return undefined;
    bobs ??= frame.handshake;
    return { type: "ok", requestId: frame.requestId, number: index };
  };
  alice.server.deceit.swallow = (frame) => {
    if (isCommit(frame)) alices ??= frame.handshake;
    return undefined;
  };
  bob.server.deceit.replace = (entry) =>
    isHandshake(entry, index) && bobs !== undefined ? { ...entry, handshake: { inline: bobs } } : entry;
  bob.client.command({ kind: "renewKeys", conversation });
  await town.settle();
  await alice.command({ kind: "renewKeys", conversation });
  if (alices === undefined || bobs === undefined) throw new Error("somebody did not commit");
  expect([headOf(alice, town), headOf(bob, town)]).toEqual([index, index]);
  expect([alice.told(), bob.told()]).toEqual([["keysRenewed"], ["keysRenewed"]]);
  bob.server.deceit.swallow = undefined;
  const entry = { type: "handshake", sequence: 0, group, index } as const;
  return {
    alices: { ...entry, handshake: { inline: alices } },
    bobs: { ...entry, handshake: { inline: bobs } },
  };
}

/** Alice renews her keys twice, and the server keeps both handshakes from bob: in their places he gets something that he cannot have an opinion on. */
async function withheldRenewals(
  town: Town,
): Promise<readonly [third: HandshakeEntry, fourth: HandshakeEntry]> {
  const { alice, bob, mallory, group, conversation } = town;
  const { mailbox } = mallory.person.identity;
  const kept: HandshakeEntry[] = [];
  bob.server.deceit.replace = (entry) => {
    if (entry.type !== "handshake") return entry;
    kept.push(entry);
    return { type: "departed", sequence: entry.sequence, group, mailbox };
  };
  for (let i = 0; i < 2; i++) await alice.command({ kind: "renewKeys", conversation });
  const [third, fourth] = kept;
  if (third === undefined || fourth === undefined) throw new Error("alice did not renew her keys");
  return [third, fourth];
}

function isCommit(frame: ClientFrame): frame is HandshakeFrame {
  return frame.type === "handshake";
}

function isHandshake(entry: MailboxEntry, index: number): entry is HandshakeEntry {
  return entry.type === "handshake" && entry.index === index;
}

describe("ATK-37: two orders of handshakes", () => {
  test("different ones in one place: the first message shows it, is refused, and the conversation stops", async () => {
    const town = await openTown();
    const { alice, bob } = town;
    await partSilently(town);
    expect(await town.write("bob", "from the other side")).toMatchObject({ ok: true });
    expect([alice.told(), alice.texts()]).toEqual([["fork"], []]);
    expect(stateOf(alice, town)).toBe("fork");
    expect(await town.write("alice", "into nowhere")).toMatchObject({
      ok: false,
      problem: "conversationEnded",
    });
    expect([bob.texts(), town.mallory.texts()]).toEqual([[], []]);
  });

  test("different ones in one place: the next commit names another predecessor, and is refused", async () => {
    const town = await openTown();
    const { alice, bob } = town;
    await partSilently(town);
    const { epoch } = alice.engine.state.groups.get(town.group) ?? { epoch: -1 };
    await bob.command({ kind: "renewKeys", conversation: town.conversation });
    expect([alice.told(), bob.told()]).toEqual([["fork"], ["keysRenewed"]]);
    expect(alice.engine.state.groups.get(town.group)?.epoch).toBe(epoch);
    // The other side learns it with the first message of this one.
    await town.write("alice", "from this side");
    expect([bob.told(), bob.texts()]).toEqual([["fork"], []]);
    expect(stateOf(bob, town)).toBe("fork");
  });

  test("two commits in one place: nothing of one branch is read on the other, and each side is told", async () => {
    const town = await openTown();
    const { alice, bob } = town;
    await partInTwoEpochs(town);
    await town.write("alice", "from this side");
    await town.write("bob", "from the other side");
    expect([alice.texts(), bob.texts()]).toEqual([[], []]);
    expect([alice.told(), bob.told()]).toEqual([["unreadable"], ["unreadable"]]);
  });

  test("two commits in one place, merged by the next commit: it names another predecessor, and is refused", async () => {
    const town = await openTown();
    const { alice, bob } = town;
    await partInTwoEpochs(town);
    await alice.command({ kind: "renewKeys", conversation: town.conversation });
    expect([alice.told(), bob.told()]).toEqual([["keysRenewed"], ["fork"]]);
  });

  test("two commits in one place, merged by showing the other one: the conversation ends, and the user is told why", async () => {
    const town = await openTown();
    const { bob } = town;
    const { alices } = await partInTwoEpochs(town);
    bob.server.show(alices);
    await town.settle();
    expect(bob.told()).toEqual(["ended", "fork"]);
    expect(stateOf(bob, town)).toBe("ended");
  });

  test("the right ones in another order: the conversation stops at the first that is out of order", async () => {
    const town = await openTown();
    const { bob } = town;
    const [third, fourth] = await withheldRenewals(town);
    bob.server.show(fourth);
    bob.server.show(third);
    await town.settle();
    expect(bob.told()).toEqual(["fork"]);
    expect(stateOf(bob, town)).toBe("fork");
  });

  test("the right ones under each other's numbers: each names another predecessor, and is refused", async () => {
    const town = await openTown();
    const { bob } = town;
    const [third, fourth] = await withheldRenewals(town);
    const { epoch } = bob.engine.state.groups.get(town.group) ?? { epoch: -1 };
    bob.server.show({ ...fourth, index: third.index });
    bob.server.show({ ...third, index: fourth.index });
    await town.settle();
    expect(bob.told().slice(-1)).toEqual(["fork"]);
    expect(bob.engine.state.groups.get(town.group)?.epoch).toBe(epoch);
  });
});
