/** GRP-8, GRP-9, GRP-11: what members do for one another when devices, keys or the server are not as they should be. */
import { createNobleProvider, issueCredential, signDeviceList } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { AccountId, ConversationId, DeviceId, GroupId, MailboxId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import { SUITE } from "../../testing/engineBench.ts";
import type { GroupBench, GroupBenchOptions } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NAMES = ["alice", "bob", "carol"] as const;

interface Town {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly group: GroupId;
}

async function createTown(options: GroupBenchOptions = {}): Promise<Town> {
  const town = await createGroupBench(NAMES, options);
  const members = NAMES.slice(1).map((name) => town.of(name).account);
  const created = await town.command("alice", { kind: "createGroup", name: "walks", members });
  const [group] = town.groups.keys();
  if (!created.ok || created.conversation === undefined || group === undefined) throw new Error("no group");
  return { town, id: created.conversation, group };
}

const inSameEpoch = ({ town, id }: Town, ...names: readonly string[]): boolean =>
  new Set(town.epochs(names, id)).size === 1;

describe("people", () => {
  it("members who are no contacts are looked up, and stand in nobody's way", async () => {
    const { town } = await createTown({ strangers: [["bob", "carol"]] });
    const carol = town.of("carol").account;
    const { contacts } = town.of("bob").bench.engine.state;
    expect(contacts.get(carol)).toMatchObject({ userName: "carol", state: "known", keysChanged: false });
    await town.restart("bob");
    const again = town.of("bob").bench.engine.state.contacts.get(carol);
    expect(again).toEqual(contacts.get(carol));
    const asked = await town.command("bob", { kind: "addContact", userName: "carol", text: null });
    expect(asked).toMatchObject({ ok: true });
    expect(town.of("bob").bench.engine.state.contacts.get(carol)?.state).toBe("outgoing");
  });

  it("are looked up when the server can be asked", async () => {
    const { town, id } = await createTown();
    const { contacts } = town.of("bob").bench.engine.state;
    const carol = town.of("carol").account;
    contacts.delete(carol);
    town.onRequest = () => ({ kind: "unreachable", reason: "offline" });
    await town.command("alice", { kind: "renameGroup", conversation: id, name: "rides" });
    expect(contacts.has(carol)).toBe(false);
    town.onRequest = undefined;
    await town.pass(MINUTE_MS);
    expect(contacts.get(carol)?.state).toBe("known");
  });

  it("one whose list has another key than the group has no name, and is told of", async () => {
    const { town, id } = await createTown();
    const bob = town.of("bob").bench;
    bob.engine.state.contacts.delete(town.of("carol").account);
    const provider = createNobleProvider(seededRandom("another key"));
    const forged = await forgedList(town, "carol", provider);
    town.onRequest = (name, request) =>
      name === "bob" && request.kind === "accountById" && request.account === town.of("carol").account
        ? { kind: "account", account: request.account, deviceList: forged }
        : undefined;
    await town.command("alice", { kind: "renameGroup", conversation: id, name: "rides" });
    expect(bob.engine.state.contacts.has(town.of("carol").account)).toBe(false);
    expect(town.changes("bob", id)).toContain("keysRefused");
    const asked = await town.command("bob", { kind: "addContact", userName: "carol", text: null });
    expect(asked.ok).toBe(true);
  });

  it("a contact who comes in under another key pauses the group until the user goes on", async () => {
    const { town, id } = await createTown();
    await town.command("alice", {
      kind: "removeMembers",
      conversation: id,
      accounts: [town.of("carol").account],
    });
    const { contacts } = town.of("bob").bench.engine.state;
    const carol = contacts.get(town.of("carol").account);
    if (carol === undefined) throw new Error("bob does not know carol");
    contacts.set(carol.account, { ...carol, accountKey: new Uint8Array(32).fill(7) });
    await town.command("alice", { kind: "addMembers", conversation: id, accounts: [carol.account] });
    expect(town.changes("bob", id)).toContain("keysChanged");
    const text = { kind: "sendText", conversation: id, text: "hello", replyTo: null } as const;
    expect(await town.command("bob", text)).toMatchObject({ problem: "keysChanged" });
    await town.command("bob", { kind: "acceptContact", account: carol.account });
    expect(await town.command("bob", text)).toMatchObject({ ok: true });
  });
});

/** A list in somebody's name under a key of one's own. */
async function forgedList(
  town: GroupBench,
  name: string,
  provider: ReturnType<typeof createNobleProvider>,
): Promise<Uint8Array> {
  const { identity } = town.of(name).person;
  const privateKey = provider.random(32);
  const list = {
    userName: name,
    account: identity.account,
    accountKey: provider.ed25519PublicKey(privateKey),
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: new Uint8Array(32),
    version: 1,
    devices: [
      {
        device: identity.device,
        leafKey: identity.leafPublicKey,
        hpkeKey: identity.hpkePublicKey,
        mailbox: identity.mailbox,
        addedIn: 1,
        revokedIn: null,
      },
    ],
  };
  return signDeviceList(provider, list, privateKey);
}

describe("a device whose Welcome cannot be opened", () => {
  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("is put in anew, once a day at most, with %s", async (_, real) => {
    const made = await createTown({ real });
    const { town, id, group } = made;
    const accounts = [town.of("carol").account];
    await town.command("alice", { kind: "removeMembers", conversation: id, accounts });
    // Carol's device has lost the private halves of its key packages, all but the last ones.
    const carol = town.of("carol");
    const { keyPackages } = carol.bench.engine.state;
    const kept = new Map(keyPackages);
    keyPackages.clear();
    await town.command("alice", { kind: "addMembers", conversation: id, accounts });
    expect(town.groups.get(group)?.list.has(carol.mailbox)).toBe(false);
    expect(town.conversation("bob", id).facts?.members).toHaveLength(3);
    await town.pass(2 * MINUTE_MS);
    const { headIndex } = town.conversation("bob", id);
    expect(headIndex).toBe(4);
    await town.pass(DAY_MS / 2);
    expect(town.conversation("bob", id).headIndex).toBe(headIndex);
    for (const [ref, stored] of kept) keyPackages.set(ref, stored);
    await town.pass(DAY_MS);
    expect(town.conversation("carol", id)).toMatchObject({ state: "active", headIndex: headIndex + 1 });
    expect(inSameEpoch(made, ...NAMES)).toBe(true);
  });
});

describe("an account whose device is another one", () => {
  /** Bob's new device, in the place of the old one: its list, and a key package. */
  async function replaceBob(town: GroupBench): Promise<{ deliver: () => Promise<void>; device: DeviceId }> {
    const { person, account, bench } = town.of("bob");
    const { identity, mls, accountPrivateKey } = person;
    const provider = createNobleProvider(seededRandom("bob's new device"));
    const { random } = provider;
    const [device, mailbox] = [idOf<DeviceId>(random(16)), idOf<MailboxId>(random(16))];
    const leafPrivateKey = random(32);
    const leafKey = provider.ed25519PublicKey(leafPrivateKey);
    const { accountKey } = identity.credential;
    const claim = { account, device, mailbox, accountKey, listVersion: 2 };
    const credential = await issueCredential(provider, claim, leafKey, accountPrivateKey);
    const old = {
      device: identity.device,
      leafKey: identity.leafPublicKey,
      hpkeKey: identity.hpkePublicKey,
      mailbox: identity.mailbox,
      addedIn: 1,
      revokedIn: 2,
    };
    const list = {
      userName: "bob",
      account,
      accountKey,
      recoverySigningKey: null,
      recoveryHpkeKey: null,
      vaultKey: null,
      previousHash: provider.sha256(identity.deviceList),
      version: 2,
      devices: [old, { device, leafKey, hpkeKey: random(32), mailbox, addedIn: 2, revokedIn: null }],
    };
    const deviceList = await signDeviceList(provider, list, accountPrivateKey);
    const made = { credential, leafPrivateKey, leafPublicKey: leafKey };
    const [bundle] = await mls.keyPackages(made, SUITE, 1, bench.nowMs, 90);
    if (bundle === undefined) throw new Error("no key package");
    const keyPackage = bundle.publicBytes;
    town.onRequest = (_, request) => {
      if (request.kind === "accountById" && request.account === account)
        return { kind: "account", account, deviceList };
      if (request.kind === "claimKeyPackages" && request.account === account)
        return { kind: "keyPackages", packages: [{ device, keyPackage }] };
      return undefined;
    };
    return {
      device,
      async deliver() {
        for (const name of ["alice", "carol"])
          await town.of(name).bench.push({ type: "accountChanged", account, version: 2 });
      },
    };
  }

  it.each([
    ["the owner is there", ["alice", "carol"]],
    ["only a plain member is", ["carol"]],
  ])("comes in with it, in one commit, when %s", async (_, online) => {
    const { town, id, group } = await createTown();
    const { deliver, device } = await replaceBob(town);
    await town.goOffline("bob");
    if (!online.includes("alice")) await town.goOffline("alice");
    await deliver();
    await town.pass(MINUTE_MS);
    for (const name of online) {
      const members = town.of(name).bench.engine.state.groups.get(group)?.members ?? [];
      const devices = members.filter(({ credential }) => credential.account === town.of("bob").account);
      expect(devices.map(({ credential }) => credential.device)).toEqual([device]);
      expect(town.conversation(name, id)).toMatchObject({ headIndex: 2, facts: { members: { length: 3 } } });
      expect(town.of(name).bench.engine.state.wishes.size).toBe(0);
    }
  });

  it("does so too when its mailbox departs", async () => {
    const { town, id, group } = await createTown();
    await replaceBob(town);
    await town.goOffline("bob");
    const { mailbox } = town.of("bob");
    town.groups.get(group)?.list.delete(mailbox);
    town.deliver("carol", { type: "departed", group, mailbox });
    await town.settle();
    await town.pass(30_000);
    expect(town.conversation("carol", id).headIndex).toBe(2);
  });
});

describe("a server that says who has gone", () => {
  it("removes nobody; who is a member still gets what was meant for it, and the group", async () => {
    const made = await createTown();
    const { town, id, group } = made;
    const { mailbox } = town.of("carol");
    town.groups.get(group)?.list.delete(mailbox);
    for (const name of ["alice", "bob"]) town.deliver(name, { type: "departed", group, mailbox });
    await town.settle();
    expect(town.conversation("alice", id).facts?.members).toHaveLength(3);
    await town.pass(2 * MINUTE_MS);
    expect(inSameEpoch(made, ...NAMES)).toBe(true);
    expect(town.groups.get(group)?.list.has(mailbox)).toBe(true);
  });

  it("falsely, of a device that gets all: it is put out and in anew by one commit, and is there", async () => {
    const made = await createTown();
    const { town, id, group } = made;
    const { mailbox } = town.of("carol");
    town.deliver("alice", { type: "departed", group, mailbox });
    await town.settle();
    await town.pass(2 * MINUTE_MS);
    expect(town.conversation("carol", id)).toMatchObject({ state: "active", headIndex: 2, joinedIndex: 2 });
    expect(inSameEpoch(made, ...NAMES)).toBe(true);
    expect(town.groups.get(group)?.list.has(mailbox)).toBe(true);
  });

  it("of a mailbox that is nobody's: nothing", async () => {
    const { town, id, group } = await createTown();
    const mailbox = idOf<MailboxId>(new Uint8Array(16).fill(9));
    town.deliver("alice", { type: "departed", group, mailbox });
    await town.settle();
    expect(town.of("alice").bench.engine.state.wishes.has(id)).toBe(false);
  });
});

describe("a device that does not follow the group", () => {
  it("takes no duties on for when it is in anew", async () => {
    const { town, id, group } = await createTown();
    const { state } = town.of("alice").bench.engine;
    state.conversations.set(id, { ...town.conversation("alice", id), state: "undecided" });
    town.deliver("alice", { type: "departed", group, mailbox: town.of("carol").mailbox });
    await town.settle();
    expect(state.wishes.get(id) ?? []).toEqual([]);
  });
});

/** Whoever has found the list wrong says so. */
const isTold = ({ town, id }: Town): boolean =>
  NAMES.some((name) => town.changes(name, id).includes("listCorrected"));

describe("the delivery list", () => {
  it("a mailbox that the server adds is found and taken off, and told of", async () => {
    const made = await createTown();
    const { town, id, group } = made;
    const stray = idOf<MailboxId>(new Uint8Array(16).fill(9));
    town.groups.get(group)?.list.add(stray);
    await town.pass(2 * MINUTE_MS);
    expect(town.groups.get(group)?.list.has(stray)).toBe(false);
    expect(isTold(made)).toBe(true);
    expect(inSameEpoch(made, ...NAMES)).toBe(true);
    expect(town.conversation("bob", id).headIndex).toBe(2);
    for (const name of NAMES) expect(town.of(name).bench.engine.state.wishes.size).toBe(0);
  });

  it("a device that the server leaves out is put in anew, and told of", async () => {
    const made = await createTown();
    const { town, id, group } = made;
    town.groups.get(group)?.list.delete(town.of("carol").mailbox);
    await town.pass(5 * MINUTE_MS);
    expect(isTold(made)).toBe(true);
    expect(inSameEpoch(made, ...NAMES)).toBe(true);
    expect(town.conversation("carol", id).state).toBe("active");
  });

  it("is looked at by who comes online, when its time came while the device was offline", async () => {
    const { town } = await createTown();
    let asked = 0;
    town.onRequest = (name, { kind }) => {
      if (name === "bob" && kind === "mailboxes") asked++;
      return undefined;
    };
    await town.goOffline("bob");
    await town.pass(5 * MINUTE_MS);
    expect(asked).toBe(0);
    await town.goOnline("bob");
    await town.pass(5 * MINUTE_MS);
    expect(asked).toBe(1);
  });

  it("is looked at once after many changes, and again by who comes online after a day", async () => {
    const { town, id } = await createTown();
    let asked = 0;
    town.onRequest = (name, { kind }) => {
      if (name === "bob" && kind === "mailboxes") asked++;
      return undefined;
    };
    const accounts: readonly AccountId[] = [town.of("carol").account];
    await town.command("alice", { kind: "removeMembers", conversation: id, accounts });
    await town.command("alice", { kind: "addMembers", conversation: id, accounts });
    await town.pass(5 * MINUTE_MS);
    expect(asked).toBe(1);
    await town.goOffline("bob");
    await town.goOnline("bob");
    await town.pass(5 * MINUTE_MS);
    expect(asked).toBe(1);
    await town.goOffline("bob");
    await town.pass(DAY_MS);
    await town.goOnline("bob");
    await town.pass(5 * MINUTE_MS);
    expect(asked).toBe(2);
  });
});
