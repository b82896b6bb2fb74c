/** What a server may try with a group, by what it is after. Each is carried out on real engines that know nothing of it. */
import type { Attack } from "./attack.ts";
import { told, toldEach } from "./attack.ts";
import { commitOfOwnGroup, impostor, listWithGhost } from "./forgeries.ts";
import { externalCommitOf, forgedMessage, welcomeInAlicesName } from "./groupForgeries.ts";
import { forks, withholdings } from "./groupOrders.ts";
import { DELIVERY_LIST_MS, headOf, honest, messagesOf, overhear, rosterOf } from "./groupTown.ts";
import { inject } from "./inject.ts";

const ALL = ["alice", "bob", "carol"] as const;

const adds: readonly Attack[] = [
  {
    kind: "adds",
    name: "a mailbox of its own on the delivery list",
    async run(town) {
      const { mailbox } = town.mallory.person.identity;
      town.server.look((tx) => tx.addMember(town.group, mailbox));
      await town.say("alice", "before it is found");
      await town.nextDay();
    },
    sights: [told("listCorrected", ...ALL)],
  },
  {
    kind: "adds",
    name: "its device by an external commit on stolen group info",
    run: async (town) => inject(town, town.alice, await externalCommitOf(town)),
    sights: toldEach("refusedHandshake", ...ALL),
  },
  {
    kind: "adds",
    name: "its device as one of bob's, by an external commit",
    run: async (town) =>
      inject(town, town.alice, await externalCommitOf(town, { account: town.bob.person.identity.account })),
    sights: toldEach("refusedHandshake", ...ALL),
  },
  {
    kind: "adds",
    name: "a device by a commit of its own group of the same id",
    run: async (town) => inject(town, town.alice, await commitOfOwnGroup(town)),
    sights: toldEach("refusedHandshake", ...ALL),
  },
  {
    kind: "adds",
    name: "a device to bob's list that he has not signed",
    async run(town) {
      const { account } = town.bob.person.identity;
      const deviceList = await listWithGhost(town, town.bob.person);
      town.alice.server.deceit.answer = (request, said) =>
        request.type === "accountById" && request.account === account
          ? { ok: true, value: { account, deviceList } }
          : said;
      town.alice.server.push({ type: "accountChanged", account, version: 2 });
      await town.settle();
    },
    sights: [told("keysRefused", "alice")],
  },
  {
    kind: "adds",
    name: "its key package in the place of carol's, when she is put in anew",
    async run(town) {
      await town.change("removeMembers", "carol");
      const { account, device } = town.carol.person.identity;
      const mls = town.cast.tier.createMls(town.cast.crypto.random);
      const own = await impostor(town, { account, device });
      const [bundle] = await mls.keyPackages(own, town.cast.tier.suite, 1, town.nowMs(), 30);
      if (bundle === undefined) throw new Error("no key package");
      const packages = [{ device, keyPackage: bundle.publicBytes }];
      town.alice.server.deceit.answer = (request, said) =>
        request.type === "claimKeyPackages" ? { ok: true, value: { packages } } : said;
      await town.change("addMembers", "carol");
    },
    sights: [told("keysRefused", "alice")],
  },
  {
    kind: "adds",
    name: "bob to a group of its own, in alice's name",
    async run(town) {
      town.bob.server.show(await welcomeInAlicesName(town));
      await town.settle();
    },
    sights: [told("keysRefused", "bob")],
  },
  {
    kind: "adds",
    name: "a message that no member has sent",
    async run(town) {
      town.bob.server.show(await forgedMessage(town));
      await town.settle();
    },
    sights: [told("unreadable", "bob")],
  },
];

const drops: readonly Attack[] = [
  {
    kind: "drops",
    name: "carol from the delivery list",
    async run(town) {
      const { mailbox } = town.carol.person.identity;
      town.server.look((tx) => tx.removeMember(town.group, mailbox));
      await town.say("alice", "not for carol");
      await town.nextDay();
      await town.say("alice", "for all");
    },
    sights: [told("listCorrected", ...ALL), told("gap", "carol")],
  },
  {
    kind: "drops",
    name: "nobody, but says to alice that carol has gone",
    async run(town) {
      const { mailbox } = town.carol.person.identity;
      town.alice.server.show({ type: "departed", group: town.group, mailbox });
      await town.pass(DELIVERY_LIST_MS);
    },
    sights: [],
  },
];

const replays: readonly Attack[] = [
  {
    kind: "replays",
    name: "messages of the epoch",
    async run(town) {
      const heard = overhear(town.bob);
      for (const text of ["one", "two"]) await town.say("alice", text);
      for (const entry of [...messagesOf(heard), ...messagesOf(heard)]) town.bob.server.show(entry);
      honest(town.bob);
      await town.settle();
    },
    sights: [],
  },
  {
    kind: "replays",
    name: "messages of an epoch that is over",
    async run(town) {
      const heard = overhear(town.bob);
      await town.say("alice", "one");
      for (let i = 0; i < 2; i++)
        await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
      for (const entry of messagesOf(heard)) town.bob.server.show(entry);
      await town.settle();
    },
    sights: [told("unreadable", "bob")],
  },
  {
    kind: "replays",
    name: "messages of an epoch that is over, as if they were of this one",
    async run(town) {
      const heard = overhear(town.bob);
      await town.say("alice", "one");
      await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
      const { headIndex: index } = headOf(town.bob, town.conversation);
      honest(town.bob);
      for (const entry of messagesOf(heard)) town.bob.server.show({ ...entry, index });
      await town.settle();
    },
    sights: [],
  },
  {
    kind: "replays",
    name: "the group's messages in another conversation",
    async run(town) {
      const heard = overhear(town.bob);
      await town.say("alice", "one");
      const { headIndex: index } = headOf(town.bob, town.pair.conversation);
      for (const entry of messagesOf(heard))
        town.bob.server.show({ ...entry, group: town.pair.group, index });
      await town.settle();
    },
    sights: [told("unreadable", "bob")],
  },
  {
    kind: "replays",
    name: "a member's commit, in the next place of the order",
    async run(town) {
      let renewal: Uint8Array | undefined;
      town.alice.server.deceit.swallow = (frame) => {
        if (frame.type === "handshake") renewal = frame.handshake;
        return undefined;
      };
      await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
      honest(town.alice);
      if (renewal === undefined) throw new Error("alice did not renew her keys");
      await inject(town, town.alice, renewal);
    },
    sights: toldEach("refusedHandshake", ...ALL),
  },
  {
    kind: "replays",
    name: "a member's commit, in its own place",
    async run(town) {
      const heard = overhear(town.bob);
      await town.alice.command({ kind: "renewKeys", conversation: town.conversation });
      const commits = heard.filter(({ type }) => type === "handshake");
      if (commits.length === 0) throw new Error("alice did not renew her keys");
      for (const entry of commits) town.bob.server.show(entry);
      await town.settle();
    },
    sights: [],
  },
  {
    kind: "replays",
    name: "the Welcome of carol, who has been removed since",
    async run(town) {
      const heard = overhear(town.carol);
      await town.change("removeMembers", "carol");
      await town.change("addMembers", "carol");
      await town.change("removeMembers", "carol");
      const welcomes = heard.filter(({ type }) => type === "welcome");
      if (welcomes.length === 0) throw new Error("carol was not welcomed");
      for (const entry of welcomes) town.carol.server.show(entry);
      await town.settle();
      if (rosterOf(town.carol, town.group).length > 0) throw new Error("carol is in the group again");
      await town.change("addMembers", "carol");
    },
    sights: [],
  },
];

export const GROUP_ATTACKS: readonly Attack[] = [...adds, ...drops, ...replays, ...forks, ...withholdings];
