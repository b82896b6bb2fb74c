/** What a server may do to the order of a group's handshakes and messages: show two, or keep some back. */
import type { HandshakeEntry, MailboxEntry } from "@sotto/protocol";
import type { Attack } from "./attack.ts";
import { changing, told, toldEach } from "./attack.ts";
import type { GroupTown } from "./groupTown.ts";
import { headOf, honest, withhold } from "./groupTown.ts";
import { inject } from "./inject.ts";

const ALL = ["alice", "bob", "carol"] as const;
const NOISE = new Uint8Array(200).fill(1);
const OTHER_NOISE = { inline: new Uint8Array(200).fill(2) };

const isHandshake = (entry: MailboxEntry): entry is HandshakeEntry => entry.type === "handshake";

/** One handshake for alice and bob, and in its place another one for carol: the epoch stays, and the histories part. */
async function partSilently(town: GroupTown): Promise<void> {
  town.carol.server.deceit.replace = (entry) =>
    isHandshake(entry) ? { ...entry, handshake: OTHER_NOISE } : entry;
  await inject(town, town.alice, NOISE);
  honest(town.carol);
}

/** Alice and carol renew their keys in one place of the order: each one's commit is the server's for its own branch. Bob is in alice's. */
async function partInTwoEpochs(town: GroupTown): Promise<{ readonly alices: HandshakeEntry }> {
  const { alice, carol, conversation, group } = town;
  const index = headOf(alice, conversation).headIndex + 1;
  let carols: Uint8Array | undefined;
  let alices: Uint8Array | undefined;
  carol.server.deceit.swallow = (frame) => {
    if (frame.type !== "handshake") return undefined;
    carols ??= frame.handshake;
    return { type: "ok", requestId: frame.requestId, number: index };
  };
  alice.server.deceit.swallow = (frame) => {
    if (frame.type === "handshake") alices ??= frame.handshake;
    return undefined;
  };
  carol.server.deceit.replace = (entry) =>
    isHandshake(entry) && entry.index === index && carols !== undefined
      ? { ...entry, handshake: { inline: carols } }
      : entry;
  carol.client.command({ kind: "renewKeys", conversation });
  await town.settle();
  await alice.command({ kind: "renewKeys", conversation });
  if (alices === undefined || carols === undefined) throw new Error("somebody did not commit");
  for (const member of [alice, carol])
    if (headOf(member, conversation).headIndex !== index) throw new Error("they are not in two epochs");
  carol.server.deceit.swallow = undefined;
  alice.server.deceit.swallow = undefined;
  return { alices: { type: "handshake", sequence: 0, group, index, handshake: { inline: alices } } };
}

/** Alice renews her keys twice, and carol gets neither commit. */
async function withheldRenewals(
  town: GroupTown,
): Promise<readonly [first: HandshakeEntry, second: HandshakeEntry]> {
  const kept = withhold(town, town.carol, isHandshake);
  for (let i = 0; i < 2; i++)
    await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
  const [first, second] = kept.filter(isHandshake);
  if (first === undefined || second === undefined) throw new Error("alice did not renew her keys");
  return [first, second];
}

export const forks: readonly Attack[] = [
  {
    kind: "forks",
    name: "carol gets another handshake in one place: the next message",
    async run(town) {
      await partSilently(town);
      await town.say("alice", "from one side");
    },
    sights: [...toldEach("refusedHandshake", ...ALL), told("fork", "carol")],
  },
  {
    kind: "forks",
    name: "carol gets another handshake in one place: the next commit",
    async run(town) {
      await partSilently(town);
      await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
    },
    sights: [told("fork", "carol")],
  },
  {
    kind: "forks",
    name: "two commits in one place, each for one side: messages of both",
    async run(town) {
      await partInTwoEpochs(town);
      await town.say("alice", "from one side");
      await town.say("carol", "from the other");
    },
    sights: toldEach("unreadable", ...ALL),
  },
  {
    kind: "forks",
    name: "two commits in one place, each for one side: the next commit for both",
    async run(town) {
      await partInTwoEpochs(town);
      await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
    },
    sights: [told("fork", "carol")],
  },
  {
    kind: "forks",
    name: "two commits in one place: the other one as well",
    async run(town) {
      const { alices } = await partInTwoEpochs(town);
      town.carol.server.show(alices);
      await town.settle();
    },
    sights: [told("fork", "carol")],
  },
  {
    kind: "forks",
    name: "commits in another order",
    async run(town) {
      const [first, second] = await withheldRenewals(town);
      town.carol.server.show(second);
      town.carol.server.show(first);
      await town.settle();
    },
    sights: [told("fork", "carol")],
  },
  {
    kind: "forks",
    name: "commits under each other's numbers",
    async run(town) {
      const [first, second] = await withheldRenewals(town);
      town.carol.server.show({ ...second, index: first.index });
      town.carol.server.show({ ...first, index: second.index });
      await town.settle();
    },
    sights: [told("fork", "carol")],
  },
];

export const withholdings: readonly Attack[] = [
  {
    kind: "withholds",
    name: "a message from carol: the next one",
    async run(town) {
      await town.say("alice", "for all");
      withhold(town, town.carol, ({ type }) => type === "message");
      await town.say("alice", "not for carol");
      honest(town.carol);
      await town.say("alice", "for all again");
    },
    sights: [told("gap", "carol")],
  },
  {
    kind: "withholds",
    name: "alice's first messages from carol, until bob is put in anew",
    async run(town) {
      withhold(town, town.carol, ({ type }) => type === "message");
      await town.say("alice", "not for carol");
      await town.change("removeMembers", "bob");
      await town.change("addMembers", "bob");
      honest(town.carol);
      await town.say("alice", "for all");
    },
    sights: [told("gap", "carol")],
  },
  {
    kind: "withholds",
    name: "alice's messages from everybody, saying that it has them: the next one",
    async run(town) {
      town.alice.server.deceit.swallow = (frame) =>
        frame.type === "post" ? { type: "ok", requestId: frame.requestId, number: frame.index } : undefined;
      await town.say("alice", "for nobody");
      honest(town.alice);
      await town.say("alice", "for all");
    },
    sights: toldEach("gap", "bob", "carol"),
  },
  {
    kind: "withholds",
    name: "a commit from carol: the next message",
    async run(town) {
      withhold(town, town.carol, isHandshake);
      await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
      await town.say("alice", "of the new epoch");
    },
    sights: [told("unreadable", "carol")],
  },
  {
    kind: "withholds",
    name: "a commit from carol: the next commit",
    async run(town) {
      const [, second] = await withheldRenewals(town);
      town.carol.server.show(second);
      await town.settle();
    },
    sights: [told("fork", "carol")],
  },
  {
    kind: "withholds",
    name: "bob's removal from carol, and shows alice what she writes to him still",
    async run(town) {
      const { alice, bob, carol, group, conversation } = town;
      withhold(town, carol, isHandshake);
      const { headIndex: index } = headOf(carol, conversation);
      await town.change("removeMembers", "bob");
      carol.server.deceit.swallow = (frame) => {
        if (frame.type !== "post") return undefined;
        for (const { server } of [alice, bob])
          server.show({ type: "message", group, index, ciphertext: frame.ciphertext });
        return { type: "ok", requestId: frame.requestId, number: index };
      };
      await town.say("carol", "bob is still here");
    },
    sights: [told("unreadable", "alice")],
  },
  {
    kind: "withholds",
    name: "carol's removal from everybody, saying that it has taken it",
    async run(town) {
      const { alice, conversation } = town;
      const index = headOf(alice, conversation).headIndex + 1;
      alice.server.deceit.swallow = (frame) =>
        frame.type === "handshake" ? { type: "ok", requestId: frame.requestId, number: index } : undefined;
      alice.client.command({
        kind: "removeMembers",
        conversation,
        accounts: [town.carol.person.identity.account],
      });
      await town.settle();
    },
    sights: [changing("alice")],
  },
];
