/** What members, contacts and servers may try with a group of this device, beside commits. */
import type { CommitResult, DeviceIdentity } from "@sotto/crypto";
import { createNobleProvider, padContent } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { Charter, Content, ContentBody, ConversationId, GroupId, StreamId } from "@sotto/protocol";
import { encodeCharter, encodeContent, encodeMessageBinding, idOf } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import { SUITE } from "../../testing/engineBench.ts";
import type { BenchDevice, GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import { newStreamId, pairConversationId } from "../chain.ts";
import { encodeJoinerInfo } from "../joinerInfo.ts";

const provider = createNobleProvider(seededRandom("hostile"));
const sha256 = (bytes: Uint8Array): Uint8Array => provider.sha256(bytes);
const ZERO_HASH = new Uint8Array(32);
const GARBAGE = new Uint8Array(100).fill(7);
const OTHER_ID = "0123456789abcdef0123456789abcdef" as ConversationId;

interface Town {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly group: GroupId;
}

async function openTown(): Promise<Town> {
  const town = await createGroupBench(["alice", "bob", "carol"]);
  const members = [town.of("bob").account, town.of("carol").account];
  const opened = await town.command("alice", { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  const { group } = town.conversation("alice", opened.conversation);
  return { town, id: opened.conversation, group: group as GroupId };
}

async function write({ town, id }: Town, name: string, text: string): Promise<void> {
  await town.command(name, { kind: "sendText", conversation: id, text, replyTo: null });
}

const textsOf = ({ town }: Town, name: string): readonly string[] =>
  town
    .of(name)
    .bench.events.flatMap((event) =>
      event.type === "message" && event.message.event === null ? [event.message.text] : [],
    );

function deviceOf({ person: { identity } }: BenchDevice): DeviceIdentity {
  const { credential, leafPrivateKey, leafPublicKey } = identity;
  return { credential, leafPrivateKey, leafPublicKey };
}

/** A group that somebody makes alone, under whatever id, with the last key package of somebody else. */
async function counterfeit(
  town: GroupBench,
  [by, of]: readonly [string, string],
  group: GroupId,
  info: { readonly conversation: ConversationId; readonly kind: "pair" | "group"; readonly index: number },
  charter: Charter | undefined,
): Promise<CommitResult> {
  const { mls } = town.of(by).person;
  const maker = deviceOf(town.of(by));
  const appData = charter && encodeCharter(charter);
  const created = await mls.create(group, maker, SUITE, town.of(by).bench.nowMs, appData);
  const intent = {
    add: [town.of(of).packages.at(-1) as Uint8Array],
    remove: [],
    authenticatedData: GARBAGE,
    joinerInfo: encodeJoinerInfo({ ...info, previousHash: ZERO_HASH }),
  };
  return mls.commit(created.group, intent, town.of(by).bench.nowMs);
}

async function welcome(
  { town, group }: Pick<Town, "town" | "group">,
  to: string,
  info: { readonly conversation: ConversationId; readonly kind: "pair" | "group"; readonly index: number },
  bytes: Uint8Array,
): Promise<void> {
  town.deliver(to, {
    type: "welcome",
    group,
    ...info,
    predecessor: null,
    handshakeHash: ZERO_HASH,
    welcome: { inline: bytes },
  });
  await town.settle();
}

/** A content of one's own making, to one other member. */
async function say(
  { town, id, group }: Town,
  [by, to]: readonly [string, string],
  content: { readonly body: ContentBody; readonly stream: StreamId; readonly counter: number },
  binding: { readonly headHash?: Uint8Array; readonly base?: number } = {},
): Promise<void> {
  const { bench, person } = town.of(by);
  const { headIndex: index, headHash } = town.conversation(by, id);
  const loaded = bench.engine.state.groups.get(group);
  if (loaded === undefined) throw new Error("no group");
  const whole: Content = {
    id: idOf(new Uint8Array(16).fill(9)),
    previousHash: ZERO_HASH,
    sentAtMs: 0,
    listVersion: 1,
    logHead: null,
    epochAuthenticator: null,
    ...content,
  };
  const authenticatedData = encodeMessageBinding({ index, headHash, base: 0, takenIndex: 0, ...binding });
  const plaintext = padContent(encodeContent(whole));
  const { ciphertexts } = await person.mls.encrypt(loaded, [{ plaintext, authenticatedData }]);
  town.deliver(to, { type: "message", group, index, ciphertext: ciphertexts[0] as Uint8Array });
  await town.settle();
}

describe("GRP-5: a Welcome", () => {
  it.each([
    ["to its own conversation", undefined],
    ["to another one", OTHER_ID],
  ])("ATK-1: that is none puts nobody out of a group, %s", async (_, other) => {
    const place = await openTown();
    const { town, id } = place;
    const before = town.conversation("bob", id);
    await welcome(place, "bob", { conversation: other ?? id, kind: "group", index: 99 }, GARBAGE);
    await write(place, "alice", "still here");
    expect(textsOf(place, "bob")).toEqual(["still here"]);
    expect(town.conversation("bob", id)).toMatchObject({ state: "active", group: before.group });
    expect(town.of("bob").bench.engine.state.left.size).toBe(0);
  });

  it("ATK-1: of a plain member does not replace a group, whatever it says of roles", async () => {
    const place = await openTown();
    const { town, id, group } = place;
    const info = { conversation: id, kind: "group", index: 9 } as const;
    const charter = { name: "mine", owner: town.of("bob").account, admins: [], keyId: null, room: false };
    const made = await counterfeit(town, ["bob", "carol"], group, info, charter);
    await welcome(place, "carol", info, made.welcome as Uint8Array);
    expect(town.conversation("carol", id).facts?.charter).toMatchObject({
      name: "walks",
      owner: town.of("alice").account,
    });
    await write(place, "alice", "still here");
    expect(textsOf(place, "carol")).toEqual(["still here"]);
  });

  it("of who may put a device in anew replaces what the device has", async () => {
    const place = await openTown();
    const { town, id, group } = place;
    const info = { conversation: id, kind: "group", index: 9 } as const;
    const charter = { name: "walks", owner: town.of("alice").account, admins: [], keyId: null, room: false };
    const made = await counterfeit(town, ["alice", "carol"], group, info, charter);
    await welcome(place, "carol", info, made.welcome as Uint8Array);
    expect(town.conversation("carol", id)).toMatchObject({ state: "active", headIndex: 9 });
  });

  it("CON-1: with the id of a pair with a contact is left", async () => {
    const town = await createGroupBench(["alice", "bob", "carol"]);
    const id = pairConversationId(sha256, town.of("alice").account, town.of("carol").account);
    const members = [town.of("carol").account];
    await town.command("bob", { kind: "createGroup", name: "walks", members, id });
    expect(town.of("carol").bench.engine.state.conversations.size).toBe(0);
  });

  it("CON-1: with the id of a pair that is none yet never becomes that pair", async () => {
    const town = await createGroupBench(["alice", "bob", "carol"], { strangers: [["alice", "carol"]] });
    const [alice, carol] = [town.of("alice").account, town.of("carol").account];
    const id = pairConversationId(sha256, alice, carol);
    await town.command("bob", { kind: "createGroup", name: "walks", members: [carol], id });
    expect(town.conversation("carol", id).facts).not.toBeNull();
    await town.command("alice", { kind: "addContact", userName: "carol", text: "hello" });
    expect(town.conversation("carol", id).facts).not.toBeNull();
    expect(town.of("carol").bench.engine.state.contacts.get(alice)).toBeUndefined();
    const asked = await town.command("carol", { kind: "addContact", userName: "alice", text: "hello" });
    expect(asked).toMatchObject({ problem: "notAllowed" });
  });

  it("MLS-24: of a pair with app data is left", async () => {
    const town = await createGroupBench(["bob", "carol"], { strangers: [["bob", "carol"]] });
    const [bob, carol] = [town.of("bob").account, town.of("carol").account];
    const group: GroupId = idOf(new Uint8Array(16).fill(5));
    const info = { conversation: pairConversationId(sha256, bob, carol), kind: "pair", index: 1 } as const;
    const charter = { name: "walks", owner: bob, admins: [], keyId: null, room: false };
    const made = await counterfeit(town, ["bob", "carol"], group, info, charter);
    await welcome({ town, group }, "carol", info, made.welcome as Uint8Array);
    expect(town.of("carol").bench.engine.state.conversations.size).toBe(0);
    const plain = await counterfeit(
      town,
      ["bob", "carol"],
      idOf(new Uint8Array(16).fill(6)),
      info,
      undefined,
    );
    const other: GroupId = idOf(new Uint8Array(16).fill(6));
    await welcome({ town, group: other }, "carol", info, plain.welcome as Uint8Array);
    expect(town.of("carol").bench.engine.state.conversations.size).toBe(1);
  });
});

describe("a member's message", () => {
  it("MLS-6: that names another history is shown as a fork, and stops nobody", async () => {
    const place = await openTown();
    const { town, id } = place;
    const stream = newStreamId(sha256, (size) => GARBAGE.slice(0, size), id, town.of("bob").person.identity);
    const body = { kind: "text", text: "lies", replyTo: null } as const;
    await say(place, ["bob", "carol"], { body, stream, counter: 1 }, { headHash: GARBAGE.slice(0, 32) });
    expect(town.changes("carol", id)).toContain("fork");
    expect(town.conversation("carol", id).state).toBe("active");
    await write(place, "alice", "the truth");
    expect(textsOf(place, "carol")).toEqual(["the truth"]);
  });

  it.each([
    ["a receipt", { kind: "receipt", receipts: [], whole: [], asked: [] }, 0],
    ["a text", { kind: "text", text: "mine", replyTo: null }, 1],
  ] as const)("MSG-2: %s in another's stream does not silence that one", async (_, body, counter) => {
    const place = await openTown();
    const { town, id } = place;
    const { stream } = town.conversation("alice", id);
    await say(place, ["bob", "carol"], { body, stream, counter }, { base: 900 });
    await write(place, "alice", "hello");
    expect(textsOf(place, "carol")).toEqual(["hello"]);
    expect(town.changes("carol", id)).toContain("unreadable");
    expect(town.changes("carol", id)).not.toContain("gap");
  });
});
