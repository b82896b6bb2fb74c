/** ATTACKS 1: a server adds a device to an account, or puts keys of its own in the place of a contact's. */
import type { AccountId, ListedDevice } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import {
  impostor,
  listOf,
  listUnderOtherKey,
  listWithGhost,
  nextList,
  welcomeFrom,
  withFlippedBit,
} from "./forgeries.ts";
import { expectUntouched } from "./untouched.ts";
import type { Resident, Town } from "./town.ts";
import { openTown } from "./town.ts";

/** From now on the resident gets this list for the account, by name and by id. */
function answerWithList({ server }: Resident, account: AccountId, deviceList: Uint8Array): void {
  server.deceit.answer = (request, honest) =>
    (request.type === "accountById" && request.account === account) || request.type === "accountByName"
      ? { ok: true, value: { account, deviceList } }
      : honest;
}

async function answerWithPackages(
  town: Town,
  { server, person }: Resident,
  of: Resident,
  claim: Parameters<typeof impostor>[1],
): Promise<void> {
  const device = await impostor(town, claim);
  const mls = town.cast.tier.createMls(town.cast.crypto.random);
  const [bundle] = await mls.keyPackages(device, person.identity.suite, 1, town.nowMs(), 30);
  if (bundle === undefined) throw new Error("no key package");
  const packages = [{ device: of.person.identity.device, keyPackage: bundle.publicBytes }];
  server.deceit.answer = (request, honest) =>
    request.type === "claimKeyPackages" ? { ok: true, value: { packages } } : honest;
}

const deviceChange = async (town: Town): Promise<void> => {
  const { account } = town.bob.person.identity;
  town.alice.server.push({ type: "accountChanged", account, version: 2 });
  await town.settle();
};

describe("ATK-1: a list of a contact's devices that the contact has not signed is refused and shown", () => {
  test.each<[string, (town: Town) => Promise<Uint8Array> | Uint8Array]>([
    ["a device more, signed by the server", (town) => listWithGhost(town, town.bob.person)],
    ["a changed byte of the list", ({ bob }) => withFlippedBit(bob.person, 60)],
    ["a changed byte of the signature", ({ bob }) => withFlippedBit(bob.person, -1)],
    ["another account's real list", ({ mallory }) => mallory.person.identity.deviceList],
    ["no list at all", () => new Uint8Array(100)],
  ])("%s", async (_name, forge) => {
    const town = await openTown();
    answerWithList(town.alice, town.bob.person.identity.account, await forge(town));
    await deviceChange(town);
    expect(town.alice.told()).toEqual(["keysRefused"]);
    await expectUntouched(town);
  });

  test("an older list than one that has been shown", async () => {
    const town = await openTown();
    const { account, deviceList } = town.bob.person.identity;
    const gone = { ...(listOf(town.mallory.person).devices[0] as ListedDevice), addedIn: 1, revokedIn: 2 };
    const second = await nextList(town, town.bob.person, [...listOf(town.bob.person).devices, gone]);
    answerWithList(town.alice, account, second);
    await deviceChange(town);
    expect(town.alice.engine.state.contacts.get(account)?.listVersion).toBe(2);
    answerWithList(town.alice, account, deviceList);
    await deviceChange(town);
    expect(town.alice.told()).toEqual(["keysRefused"]);
    expect(town.alice.engine.state.contacts.get(account)?.listVersion).toBe(2);
  });

  test("a key package of another's for a device that the contact did list", async () => {
    const town = await openTown();
    const { bob } = town;
    const { account } = bob.person.identity;
    const added = { ...(listOf(town.carol.person).devices[0] as ListedDevice), addedIn: 2 };
    const second = await nextList(town, bob.person, [...listOf(bob.person).devices, added]);
    await answerWithPackages(town, town.alice, bob, { account, device: added.device });
    const { answer } = town.alice.server.deceit;
    town.alice.server.deceit.answer = (request, honest) =>
      request.type === "accountById"
        ? { ok: true, value: { account, deviceList: second } }
        : (answer?.(request, honest) ?? honest);
    await deviceChange(town);
    expect(town.alice.told()).toEqual(["keysRefused"]);
    expect(town.alice.engine.state.groups.get(town.group)?.members).toHaveLength(2);
    expect(await town.write("alice", "still two")).toMatchObject({ ok: true });
    expect(bob.texts()).toEqual(["still two"]);
  });
});

describe("ATK-1: another account key for a contact is shown, never taken, and nothing is sent until the user decides", () => {
  async function expectPausedUntilDecided(town: Town): Promise<void> {
    const { alice, bob, mallory } = town;
    const { account } = bob.person.identity;
    expect(alice.told()).toEqual(["keysChanged"]);
    expect(await town.write("alice", "to whom?")).toEqual({ ok: false, problem: "keysChanged" });
    alice.server.deceit.answer = undefined;
    expect(await alice.command({ kind: "acceptContact", account })).toMatchObject({ ok: true });
    expect(alice.told()).toEqual(["keysKept"]);
    expect(mallory.engine.state.conversations.size).toBe(0);
    await expectUntouched(town);
  }

  test("in a list", async () => {
    const town = await openTown();
    const { account, userName } = town.bob.person.identity;
    answerWithList(town.alice, account, await listUnderOtherKey(town, { account, userName }));
    await deviceChange(town);
    await expectPausedUntilDecided(town);
  });

  test("in a Welcome of the contact's account", async () => {
    const town = await openTown();
    const { account, userName } = town.bob.person.identity;
    answerWithList(town.alice, account, await listUnderOtherKey(town, { account, userName }));
    town.alice.server.show(await welcomeFrom(town, await impostor(town, { account }), town.alice));
    await town.settle();
    await expectPausedUntilDecided(town);
  });

  test("in a Welcome of another account that has taken the contact's name", async () => {
    const town = await openTown();
    const { account } = town.mallory.person.identity;
    answerWithList(town.alice, account, await listUnderOtherKey(town, { userName: "bob" }));
    town.alice.server.show(await welcomeFrom(town, await impostor(town, {}), town.alice, "own"));
    await town.settle();
    expect(town.alice.engine.state.contacts.size).toBe(1);
    await expectPausedUntilDecided(town);
  });

  test("while a request is unanswered", async () => {
    const town = await openTown();
    const { alice, carol } = town;
    await alice.command({ kind: "addContact", userName: "carol", text: null });
    const { account } = town.mallory.person.identity;
    answerWithList(alice, account, await listUnderOtherKey(town, { userName: "carol" }));
    alice.server.show(await welcomeFrom(town, await impostor(town, {}), alice, "own"));
    await town.settle();
    expect(alice.told()).toEqual(["created", "keysChanged"]);
    expect(alice.engine.state.contacts.get(carol.person.identity.account)).toMatchObject({
      state: "outgoing",
      keysChanged: true,
      accountKey: listOf(carol.person).accountKey,
    });
    expect(alice.engine.state.contacts.has(account)).toBe(false);
  });

  test("who was removed may ask again under another key, and is shown as somebody else", async () => {
    const town = await openTown();
    const { alice, bob } = town;
    await alice.command({ kind: "removeContact", account: bob.person.identity.account });
    alice.told();
    const { account } = town.mallory.person.identity;
    answerWithList(alice, account, await listUnderOtherKey(town, { userName: "bob" }));
    alice.server.show(await welcomeFrom(town, await impostor(town, {}), alice, "own"));
    await town.settle();
    expect(alice.told()).toEqual(["created", "keysChanged"]);
    expect(alice.engine.state.contacts.get(account)).toMatchObject({ state: "incoming", keysChanged: true });
  });
});

describe("ATK-1: a Welcome in a contact's name under keys that the contact's list does not have is refused and shown", () => {
  test.each<[string, (town: Town) => Parameters<typeof impostor>[1]]>([
    ["the contact's account", ({ bob }) => ({ account: bob.person.identity.account })],
    [
      "the contact's account, device and mailbox",
      ({ bob }) => {
        const { account, device, mailbox } = bob.person.identity;
        return { account, device, mailbox };
      },
    ],
  ])("%s", async (_name, claim) => {
    const town = await openTown();
    town.alice.server.show(await welcomeFrom(town, await impostor(town, claim(town)), town.alice));
    await town.settle();
    expect(town.alice.told()).toEqual(["keysRefused"]);
    await expectUntouched(town);
  });

  test("MLS-24: to a pair with app data it is left; to one without it asks", async () => {
    const town = await openTown();
    const { mallory, alice } = town;
    for (const [appData, asked] of [
      [utf8("app data"), false],
      [undefined, true],
    ] as const) {
      alice.server.show(await welcomeFrom(town, mallory.person.identity, alice, "own", appData));
      await town.settle();
      expect(alice.engine.state.contacts.has(mallory.person.identity.account)).toBe(asked);
    }
  });

  test("under its own name and a foreign conversation's id it is left, and nothing comes of it", async () => {
    const town = await openTown();
    town.alice.server.show(await welcomeFrom(town, await impostor(town, {}), town.alice));
    await town.settle();
    expect(town.alice.engine.state.contacts.size).toBe(1);
    await expectUntouched(town);
  });
});

describe("ATK-1: at first contact nothing is sent to keys that the account has not signed", () => {
  const asking = { kind: "addContact", userName: "carol", text: "hello carol" } as const;

  test.each<[string, (town: Town) => Promise<Uint8Array> | Uint8Array]>([
    ["a device more, signed by the server", (town) => listWithGhost(town, town.carol.person)],
    ["a changed byte", ({ carol }) => withFlippedBit(carol.person, -1)],
    ["another's list", ({ mallory }) => mallory.person.identity.deviceList],
  ])("%s", async (_name, forge) => {
    const town = await openTown();
    answerWithList(town.alice, town.carol.person.identity.account, await forge(town));
    expect(await town.alice.command(asking)).toEqual({ ok: false, problem: "keysRefused" });
    expect(town.alice.engine.state.conversations.size).toBe(1);
  });

  test.each<[string, (town: Town) => Parameters<typeof impostor>[1]]>([
    ["the server's own key package", () => ({})],
    ["one in the account's name", ({ carol }) => ({ account: carol.person.identity.account })],
    [
      "one in the device's name",
      ({ carol: { person } }) => ({ account: person.identity.account, device: person.identity.device }),
    ],
  ])("%s", async (_name, claim) => {
    const town = await openTown();
    await answerWithPackages(town, town.alice, town.carol, claim(town));
    expect(await town.alice.command(asking)).toEqual({ ok: false, problem: "keysRefused" });
    expect(town.alice.engine.state.conversations.size).toBe(1);
    expect(town.carol.texts()).toEqual([]);
  });
});
