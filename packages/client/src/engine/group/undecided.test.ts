/** GRP-12: a device that cannot follow a commit says so, and is put in anew by others than the committer. */
import type { CommitIntent, MlsEngine, MlsGroup } from "@sotto/crypto";
import type { StandInEngine } from "@sotto/crypto/testing";
import type { ConversationId, GroupId, MailboxId } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NAMES = ["alice", "bob", "carol", "dave"];

interface Town {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly group: GroupId;
  readonly list: Set<MailboxId>;
}

/** Alice is the owner. */
async function openTown(strangers: readonly (readonly [string, string])[] = []): Promise<Town> {
  const town = await createGroupBench(NAMES, { strangers });
  const members = NAMES.slice(1).map((name) => town.of(name).account);
  const opened = await town.command("alice", { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  const group = town.conversation("alice", opened.conversation).group as GroupId;
  const { list } = town.groups.get(group) ?? {};
  if (list === undefined) throw new Error("the relay has no such group");
  return { town, id: opened.conversation, group, list };
}

/** `by` renews its keys, with secrets that `victims` cannot read. */
async function spoil({ town, id, group }: Town, by: string, victims: readonly string[]): Promise<void> {
  const { bench, person } = town.of(by);
  const members = bench.engine.state.groups.get(group)?.members ?? [];
  const devices = victims.map((name) => town.of(name).person.identity.device);
  const leaves = members.flatMap(({ leaf, credential }) =>
    devices.includes(credential.device) ? [leaf] : [],
  );
  const { mls } = person;
  const honest = { ...mls };
  const spoilt: MlsEngine["commit"] = async (at: MlsGroup, intent: CommitIntent, nowMs: number) =>
    (mls as StandInEngine).commitWithFault(at, intent, nowMs, { kind: "unreadable", leaves });
  Object.assign(mls, { commit: spoilt });
  await town.command(by, { kind: "renewKeys", conversation: id });
  await town.pass(10);
  Object.assign(mls, honest);
}

async function giveRole({ town, id }: Town, name: string): Promise<void> {
  const { account } = town.of(name);
  await town.command("alice", { kind: "setRole", conversation: id, account, role: "admin" });
  await town.pass(10);
}

const agree = ({ town, id }: Town): boolean => {
  const [first, ...others] = town.epochs(NAMES, id);
  return first !== undefined && others.every((epoch) => epoch === first);
};

const stateOf = ({ town, id }: Town, name: string): string => town.conversation(name, id).state;

const shown = ({ town }: Town, name: string): readonly string[] =>
  town.of(name).bench.events.flatMap((event) => (event.type === "message" ? [event.message.text] : []));

describe("ATK-36: a commit with wrong secrets for some", () => {
  it("stops them for a moment: the owner puts them in anew", async () => {
    const made = await openTown();
    const { town, id, list } = made;
    await town.start("carol", { kind: "sendText", conversation: id, text: "wait for me", replyTo: null });
    await spoil(made, "bob", ["carol", "dave"]);
    expect([stateOf(made, "carol"), stateOf(made, "dave")]).toEqual(["undecided", "undecided"]);
    expect(town.changes("carol", id)).toContain("undecided");
    expect(list.has(town.of("carol").mailbox)).toBe(false);
    await town.pass(MINUTE_MS);
    expect(agree(made)).toBe(true);
    expect(stateOf(made, "carol")).toBe("active");
    await town.command("carol", { kind: "sendText", conversation: id, text: "here I am", replyTo: null });
    expect(shown(made, "dave")).toContain("here I am");
    expect(town.of("carol").bench.engine.state.wishes.has(id)).toBe(false);
  });

  it("an admin does so who is no contact of theirs, while the owner is away", async () => {
    const made = await openTown([["bob", "carol"]]);
    await giveRole(made, "bob");
    await made.town.goOffline("alice");
    await spoil(made, "dave", ["carol"]);
    await made.town.pass(MINUTE_MS);
    expect(stateOf(made, "carol")).toBe("active");
    await made.town.goOnline("alice");
    expect(agree(made)).toBe(true);
  });

  it("is no way to them for whoever made it, also with a role", async () => {
    const made = await openTown();
    const { town } = made;
    await giveRole(made, "bob");
    await town.goOffline("alice");
    await spoil(made, "bob", ["carol"]);
    await town.pass(20 * MINUTE_MS);
    expect(stateOf(made, "carol")).toBe("undecided");
    await town.goOnline("alice");
    await town.pass(DAY_MS + MINUTE_MS);
    expect(agree(made)).toBe(true);
  });

  it("the owner among them: plain members bring it back, and it the others", async () => {
    const made = await openTown();
    const { town } = made;
    await spoil(made, "bob", ["alice", "carol"]);
    expect(stateOf(made, "alice")).toBe("undecided");
    await town.pass(MINUTE_MS);
    expect(stateOf(made, "alice")).toBe("undecided");
    // Bob may be the first, of whom nothing is taken.
    await town.pass(20 * MINUTE_MS);
    expect(agree(made)).toBe(true);
  });

  it("what has changed meanwhile is shown when it is in anew", async () => {
    const made = await openTown();
    const { town, id } = made;
    await town.start("alice", { kind: "renameGroup", conversation: id, name: "rides" });
    await spoil(made, "bob", ["carol"]);
    await town.pass(MINUTE_MS);
    expect(agree(made)).toBe(true);
    const renamed = town
      .of("carol")
      .bench.events.filter((event) => event.type === "message" && event.message.event?.kind === "renamed");
    expect(renamed).toHaveLength(1);
  });

  it("a process that dies before it has told the others tells them when it runs again", async () => {
    const made = await openTown();
    const { town, list } = made;
    town.onFrame = (name, frame) =>
      name === "carol" && frame.type === "leave"
        ? { type: "refused", requestId: frame.requestId, code: "unavailable" }
        : undefined;
    await spoil(made, "bob", ["carol"]);
    expect(list.has(town.of("carol").mailbox)).toBe(true);
    town.onFrame = undefined;
    await town.restart("carol");
    await town.pass(MINUTE_MS);
    expect(agree(made)).toBe(true);
  });

  it("a device that is put in anew although it could follow goes on with what it has written", async () => {
    const made = await openTown();
    const { town, id, group, list } = made;
    const { device, mailbox } = town.of("carol").person.identity;
    await town.goOffline("carol");
    await town.command("carol", { kind: "sendText", conversation: id, text: "from afar", replyTo: null });
    // Alice thinks that it is off the list.
    town.deliver("alice", { type: "departed", group, mailbox });
    await town.settle();
    await town.pass(MINUTE_MS);
    expect(list.has(mailbox)).toBe(true);
    await town.goOnline("carol");
    expect(agree(made)).toBe(true);
    expect(shown(made, "bob")).toContain("from afar");
    const members = town.of("bob").bench.engine.state.groups.get(group)?.members ?? [];
    expect(members.filter(({ credential }) => credential.device === device)).toHaveLength(1);
    expect(town.changes("carol", id)).not.toContain("ended");
  });

  it("a device from which a handshake was kept is put in anew as well", async () => {
    const made = await openTown();
    const { town, id } = made;
    await town.goOffline("carol");
    await town.command("bob", { kind: "renewKeys", conversation: id });
    await town.pass(10);
    town.of("carol").entries.pop();
    await town.goOnline("carol");
    await town.command("bob", { kind: "renewKeys", conversation: id });
    await town.pass(10);
    expect(stateOf(made, "carol")).toBe("fork");
    await town.pass(MINUTE_MS);
    expect(agree(made)).toBe(true);
    expect(town.changes("carol", id)).toContain("fork");
  });

  it("who cannot follow can leave", async () => {
    const made = await openTown();
    const { town, id, list } = made;
    await town.goOffline("alice");
    await spoil(made, "bob", ["carol"]);
    await town.command("carol", { kind: "leaveGroup", conversation: id });
    expect(town.conversation("carol", id)).toMatchObject({ state: "ended", group: null });
    expect(list.has(town.of("carol").mailbox)).toBe(false);
  });
});
