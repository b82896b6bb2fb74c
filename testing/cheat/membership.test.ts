/** ATTACKS 1: a server adds a member to a conversation: to the delivery list, by handshakes that no member made, or from outside. */
import { externalCommit } from "@sotto/crypto/testing";
import { encodeMessageBinding, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { EPOCH_MS } from "../sim/people.ts";
import { commitOfOwnGroup, impostor, nextBinding, recordsOfOwnGroup, stolenRecords } from "./forgeries.ts";
import { inject } from "./inject.ts";
import type { Town } from "./town.ts";
import { openTown } from "./town.ts";
import { expectUntouched } from "./untouched.ts";

describe("ATK-1: handshakes that no member made are refused by both and shown to both; the conversation goes on", () => {
  test.each<[string, (town: Town) => Promise<Uint8Array> | Uint8Array]>([
    ["noise", () => new Uint8Array(300).fill(7)],
    ["a commit of the server's own group of the same id, which adds a device", commitOfOwnGroup],
    [
      "an external commit of the server's device on stolen group info",
      async (town) =>
        externalCommit(stolenRecords(town.alice, town), await impostor(town, {}), {
          authenticatedData: nextBinding(town),
        }),
    ],
    [
      "the same under alice's account id and the server's key",
      async (town) =>
        externalCommit(
          stolenRecords(town.alice, town),
          await impostor(town, { account: town.alice.person.identity.account }),
          { authenticatedData: nextBinding(town) },
        ),
    ],
    [
      "the same under bob's account id and the server's key",
      async (town) =>
        externalCommit(
          stolenRecords(town.alice, town),
          await impostor(town, { account: town.bob.person.identity.account }),
          { authenticatedData: nextBinding(town) },
        ),
    ],
    [
      "the same under bob's real credential, in the place of his leaf, for a leaf key that it was not signed for",
      async (town) => {
        const { identity } = town.bob.person;
        return externalCommit(
          stolenRecords(town.alice, town),
          { ...town.mallory.person.identity, credential: identity.credential },
          { evicted: identity, authenticatedData: nextBinding(town) },
        );
      },
    ],
    [
      "the same, taking bob's leaf",
      async (town) =>
        externalCommit(stolenRecords(town.alice, town), await impostor(town, {}), {
          evicted: town.bob.person.identity,
          authenticatedData: nextBinding(town),
        }),
    ],
    [
      "an external commit on forged group info",
      async (town) =>
        externalCommit(await recordsOfOwnGroup(town), await impostor(town, { device: town.newDeviceId() }), {
          authenticatedData: nextBinding(town),
        }),
    ],
  ])("%s", async (_name, forge) => {
    const town = await openTown();
    await inject(town, town.bob, await forge(town));
    expect([town.alice.told(), town.bob.told()]).toEqual([["refusedHandshake"], ["refusedHandshake"]]);
    await expectUntouched(town);
  });

  test("a handshake of a member that was there before", async () => {
    const town = await openTown();
    const { alice, bob } = town;
    let renewal: Uint8Array | undefined;
    alice.server.deceit.swallow = (frame) => {
      if (frame.type === "handshake") renewal = frame.handshake;
      return undefined;
    };
    await alice.command({ kind: "renewKeys", conversation: town.conversation });
    expect([alice.told(), bob.told()]).toEqual([["keysRenewed"], ["keysRenewed"]]);
    await inject(town, town.bob, renewal as Uint8Array);
    // Its epoch is over, and so is its place: nobody takes it for new.
    expect([alice.told(), bob.told()]).toEqual([["refusedHandshake"], ["refusedHandshake"]]);
    await expectUntouched(town);
  });
});

describe("ATK-1: a mailbox more on the delivery list", () => {
  test("receives everything and reads nothing", async () => {
    const town = await openTown();
    const { alice, bob, mallory } = town;
    let copied = 0;
    for (const { server } of [alice, bob])
      server.deceit.replace = (entry) => {
        mallory.server.show(entry);
        copied++;
        return entry;
      };
    await alice.command({ kind: "renewKeys", conversation: town.conversation });
    await expectUntouched(town);
    expect(copied).toBeGreaterThanOrEqual(4);
    expect([mallory.engine.state.conversations.size, mallory.told()]).toEqual([0, []]);
  });

  test("says nothing that is shown", async () => {
    const town = await openTown();
    const { alice, cast, group } = town;
    const mls = cast.tier.createMls(cast.crypto.random);
    const own = await mls.create(group, town.mallory.person.identity, cast.tier.suite, EPOCH_MS);
    const { headIndex, headHash } = alice.engine.state.conversations.get(town.conversation) ?? {
      headIndex: 0,
      headHash: new Uint8Array(),
    };
    const authenticatedData = encodeMessageBinding({ index: headIndex, headHash, base: 0, takenIndex: 0 });
    const { ciphertexts } = await mls.encrypt(own.group, [
      { plaintext: utf8("trust me"), authenticatedData },
    ]);
    for (const ciphertext of [...ciphertexts, utf8("noise")])
      alice.server.show({ type: "message", group, index: headIndex, ciphertext });
    await town.settle();
    expect(alice.told()).toEqual(["unreadable", "unreadable"]);
    await expectUntouched(town);
  });

  test("goes, and no member has gone", async () => {
    const town = await openTown();
    const { mailbox } = town.mallory.person.identity;
    town.alice.server.show({ type: "departed", group: town.group, mailbox });
    await town.settle();
    expect(town.alice.told()).toEqual([]);
    await expectUntouched(town);
  });
});
