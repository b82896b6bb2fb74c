/** One world: a server, some devices, the network between them, and one clock. */
import type { AccountId, ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import { executeBatch, createRuleLimits, DEFAULT_RULE_SETTINGS } from "@sotto/server/engine";
import { nodeCrypto } from "@sotto/server/simulation";
import type { MemorySnapshot } from "sotto/simulation";
import { encodeKeyPackage, TABLE } from "sotto/simulation";
import type { ClientMutation, ClientNode } from "./clientNode.ts";
import { createClientNode } from "./clientNode.ts";
import { createLink } from "./link.ts";
import type { LinkWorld } from "./linkWorld.ts";
import { createLinkWorld } from "./linkWorld.ts";
import { pairKey } from "./pairs.ts";
import type { Cast, Person } from "./people.ts";
import { EPOCH_MS, MAX_PEOPLE, registrationOf } from "./people.ts";
import type { Random } from "./random.ts";
import { createRandom } from "./random.ts";
import type { CheatingRelay } from "./relay.ts";
import { createCheatingRelay } from "./relay.ts";
import type { Scheduler } from "./scheduler.ts";
import { createScheduler } from "./scheduler.ts";
import type { ServerMutation, ServerNode } from "./serverNode.ts";
import { createServerNode } from "./serverNode.ts";
import { sha256 } from "./tier.ts";
import type { Trace } from "./trace.ts";
import { createTrace } from "./trace.ts";
import type { Watch } from "./watch.ts";
import { createWatch } from "./watch.ts";

export interface Mutation {
  readonly server?: ServerMutation;
  /** Makes the planted fault of one device. */
  readonly client?: (random: Random) => ClientMutation;
}

/** A text that somebody asked an engine to send. */
export interface SentText {
  readonly text: string;
  /** Beside it, mostly none. */
  readonly files: readonly FileManifest[];
  readonly from: ClientNode;
  readonly to: ClientNode;
  /** The engine said that it is stored. */
  accepted: boolean;
  id: MessageId | undefined;
}

export interface World {
  readonly seed: number;
  readonly cast: Cast;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly watch: Watch;
  /** For what people do and what goes wrong. */
  readonly random: Random;
  readonly server: ServerNode;
  readonly clients: readonly ClientNode[];
  /** The direct ways between devices, in some worlds for some devices only or for none. */
  readonly links: LinkWorld;
  readonly texts: SentText[];
  /** Faults that happened, by name. */
  readonly faults: Map<string, number>;
  /** The relay of the device that is cheated in this world, if one is. */
  readonly cheated: { readonly client: ClientNode; readonly relay: CheatingRelay } | undefined;
  /** Devices that run on a disk older than they have shown. */
  readonly rolledBack: Set<ClientNode>;
  /** Every clock moves: all have slept. */
  sleep(byMs: number): void;
  /** From now on what these two say to each other may get lost: somebody cheats. */
  excuse(a: ClientNode, b: ClientNode): void;
  isExcused(a: ClientNode, b: ClientNode): boolean;
  /** Commits of `by` in the pair with `other` that its own engine does not know of: if it cannot judge them, that is its own doing. */
  suspect(by: ClientNode, other: ClientNode): void;
  clientOf(account: AccountId): ClientNode;
}

export interface WorldOptions {
  readonly cast: Cast;
  readonly seed: number;
  readonly mutation: Mutation;
  readonly onLine?: (line: string) => void;
}

/** Worlds in which one device's relay cheats. */
const CHEATED_SHARE = 0.15;
/** Which share of the devices can make direct links, in each kind of world. */
const LINKING_SHARES = [0, 0, 0.6, 1, 1, 1] as const;

export function createWorld({ cast, seed, mutation, onLine }: WorldOptions): World {
  const random = createRandom(seed, "world");
  const scheduler = createScheduler();
  const trace = createTrace(onLine);
  let sleptMs = 0;
  const wallMs = (): number => EPOCH_MS + sleptMs + scheduler.nowMs();
  const excused = new Set<string>();
  const clients: ClientNode[] = [];

  const clientOf = (account: AccountId): ClientNode => {
    const found = clients.find(({ person }) => person.identity.account === account);
    if (found === undefined) throw new Error("nobody has this account");
    return found;
  };
  const suspects: (readonly [ClientNode, ClientNode])[] = [];
  const isStuck = ([by, other]: readonly [ClientNode, ClientNode]): boolean =>
    [...(by.engine?.state.conversations.values() ?? [])].some(
      ({ peer, state }) => peer === other.person.identity.account && state === "undecided",
    );
  const isExcused = (a: ClientNode, b: ClientNode): boolean =>
    excused.has(pairKey(a.name, b.name)) ||
    suspects.some((pair) => pair.includes(a) && pair.includes(b) && isStuck(pair));
  const watch = createWatch((sender: ClientNode, conversation: ConversationId) => {
    const peer = sender.engine?.state.conversations.get(conversation)?.peer;
    const recipient = peer ? clientOf(peer) : undefined;
    return recipient === undefined || isExcused(sender, recipient) ? undefined : recipient;
  });
  const linkRandom = createRandom(seed, "links");
  const links = createLinkWorld(scheduler, linkRandom, watch.linkOpened);
  const linkingShare = linkRandom.pick(LINKING_SHARES);

  const serverRandom = createRandom(seed, "server");
  const server = createServerNode({
    scheduler,
    random: serverRandom,
    trace,
    watch,
    crypto: { ...nodeCrypto, sha256 },
    wallMs,
    nameOf: (session) => cast.people.find((person) => person.session === session)?.identity.userName ?? "",
    mutation: mutation.server ?? {},
  });

  const count = random.between(3, MAX_PEOPLE);
  const cheatedIndex = random.chance(CHEATED_SHARE) ? random.between(0, count - 1) : undefined;
  const cheating = createCheatingRelay(createRandom(seed, "relay"));
  for (let index = 0; index < count; index++) {
    const person = cast.people[index] as Person;
    const own = createRandom(seed, person.identity.userName);
    const packagesLeft = own.pick([25, 25, 25, 3, 0]);
    register(server, person, packagesLeft, wallMs());
    const ownRandom = createRandom(seed, `link ${index}`);
    const relay = index === cheatedIndex ? cheating : undefined;
    clients.push(
      createClientNode({
        index,
        cast,
        scheduler,
        random: own,
        trace,
        watch,
        link: createLink(scheduler, ownRandom, server, relay, links.ways.iceServers),
        links,
        canLink: linkRandom.chance(linkingShare),
        disk: diskOf(person, packagesLeft),
        wallMs,
        mutation: mutation.client?.(own) ?? {},
      }),
    );
  }
  const cheatedClient = cheatedIndex === undefined ? undefined : clients[cheatedIndex];

  return {
    seed,
    cast,
    scheduler,
    trace,
    watch,
    random,
    server,
    clients,
    links,
    texts: [],
    faults: new Map(),
    cheated: cheatedClient && { client: cheatedClient, relay: cheating },
    rolledBack: new Set(),
    sleep(byMs) {
      sleptMs += byMs;
    },
    excuse: (a, b) => void excused.add(pairKey(a.name, b.name)),
    isExcused,
    suspect: (by, other) => void suspects.push([by, other]),
    clientOf,
  };
}

export function register(server: ServerNode, person: Person, packagesLeft: number, nowMs: number): void {
  const [outcome] = executeBatch(server.store, [registrationOf(person, packagesLeft)], {
    nowMs,
    crypto: { ...nodeCrypto, sha256 },
    settings: DEFAULT_RULE_SETTINGS,
    limits: createRuleLimits(DEFAULT_RULE_SETTINGS),
    report(error) {
      throw error;
    },
  });
  if (outcome?.result.ok !== true) throw new Error("a registration was refused");
}

/** What registering leaves on the device. */
export function diskOf({ keyPackages, lastResort }: Person, packagesLeft: number): MemorySnapshot {
  const stored = new Map(
    keyPackages
      .slice(0, packagesLeft)
      .map(({ ref, ...bundle }) => [ref, encodeKeyPackage({ ...bundle, lastResort: false })] as const),
  );
  stored.set(lastResort.ref, encodeKeyPackage({ ...lastResort, lastResort: true }));
  return { tables: new Map([[TABLE.keyPackage, stored]]) };
}
