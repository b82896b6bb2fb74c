/** One world with one group: a server, devices of as many accounts, the network between them, and one clock. */
import type { ConversationId, MailboxId, MessageId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { DEFAULT_RULE_SETTINGS } from "@sotto/server/engine";
import { nodeCrypto } from "@sotto/server/simulation";
import type { ClientNode } from "../sim/clientNode.ts";
import { createClientNode } from "../sim/clientNode.ts";
import { createLink } from "../sim/link.ts";
import { createLinkWorld } from "../sim/linkWorld.ts";
import type { Cast, Person } from "../sim/people.ts";
import { EPOCH_MS } from "../sim/people.ts";
import type { Random } from "../sim/random.ts";
import { createRandom } from "../sim/random.ts";
import type { CheatingRelay } from "../sim/relay.ts";
import { createCheatingRelay } from "../sim/relay.ts";
import type { Scheduler } from "../sim/scheduler.ts";
import { createScheduler } from "../sim/scheduler.ts";
import type { ServerNode } from "../sim/serverNode.ts";
import { createServerNode } from "../sim/serverNode.ts";
import { sha256 } from "../sim/tier.ts";
import type { Trace } from "../sim/trace.ts";
import { createTrace } from "../sim/trace.ts";
import type { Mutation } from "../sim/world.ts";
import { diskOf, register } from "../sim/world.ts";
import type { Asked } from "./asked.ts";
import type { GroupWatch } from "./groupWatch.ts";
import { createGroupWatch } from "./groupWatch.ts";

/** A text that somebody asked an engine to send to the group. */
export interface GroupText {
  readonly text: string;
  readonly from: ClientNode;
  /** Of the epoch in which its author was when the engine said that it is stored; `undefined`: it has not. */
  epoch: number | undefined;
  id: MessageId | undefined;
}

/** A commit that no member may take, which a malicious member's device has brought to the server past its engine. */
export interface BadCommit {
  readonly by: ClientNode;
  /** What it does is against the policy; else it is broken. */
  readonly isPolicy: boolean;
  /** The server has given it a place in the order. */
  taken: boolean;
}

export interface GroupWorld {
  readonly seed: number;
  readonly cast: Cast;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly watch: GroupWatch;
  readonly random: Random;
  readonly server: ServerNode;
  readonly clients: readonly ClientNode[];
  /** Somebody with a mailbox and no device that would go off the list by itself; where the cast has one more. */
  readonly spy: { readonly person: Person } | undefined;
  readonly conversation: ConversationId;
  /** The group is to go on: while no more devices that keep the rules are in it, nobody goes. 0: it may come to nothing. */
  readonly least: number;
  readonly texts: GroupText[];
  readonly asked: Asked[];
  readonly badCommits: BadCommit[];
  /** Groups into which somebody was put by no contact. */
  readonly strangers: { readonly conversation: ConversationId; readonly victim: ClientNode }[];
  readonly faults: Map<string, number>;
  /** Mailboxes that the server has put on the delivery list, of which no member had said so. */
  readonly strays: MailboxId[];
  /** The relay of the device that is cheated in this world, if one is. */
  readonly cheated: { readonly client: ClientNode; readonly relay: CheatingRelay } | undefined;
  /** Devices whose engines cannot be asked to keep the rules any more: malicious ones, and those that were cheated. */
  readonly excused: Set<ClientNode>;
  /** Devices that a member's commit has kept from the group for a while: what was said then is lost to them, and told. */
  readonly cutOff: Set<ClientNode>;
  sleep(byMs: number): void;
}

export interface GroupWorldOptions {
  readonly cast: Cast;
  readonly seed: number;
  readonly mutation: Mutation;
  readonly devices: number;
  /** The mutation's fault is on all devices; else on one, chosen by the seed. */
  readonly everywhere?: boolean;
  /** 0 … 1: how often a device's relay cheats. */
  readonly cheatedShare: number;
  /** See {@link GroupWorld.least}; default 0. */
  readonly least?: number;
  /** Devices may ask the server for as much as they like. */
  readonly generous?: true;
  readonly onLine?: (line: string) => void;
}

const PACKAGES_LEFT = 50;
const WITHOUT_END = { burst: 1e9, perHour: 1e9 };
const GENEROUS = {
  ...DEFAULT_RULE_SETTINGS,
  newGroups: WITHOUT_END,
  listQuestions: WITHOUT_END,
  claimsPerRequester: WITHOUT_END,
  claimsPerTarget: WITHOUT_END,
};

export function createGroupWorld(options: GroupWorldOptions): GroupWorld {
  const { cast, seed, mutation } = options;
  const random = createRandom(seed, "groups");
  const scheduler = createScheduler();
  const trace = createTrace(options.onLine);
  let sleptMs = 0;
  const wallMs = (): number => EPOCH_MS + sleptMs + scheduler.nowMs();
  const conversation = idOf<ConversationId>(createRandom(seed, "conversation").bytes(16));
  const watch = createGroupWatch(conversation);
  const links = createLinkWorld(scheduler, createRandom(seed, "links"), () => {});
  const server = createServerNode({
    scheduler,
    random: createRandom(seed, "server"),
    trace,
    watch,
    crypto: { ...nodeCrypto, sha256 },
    wallMs,
    nameOf: (session) => cast.people.find((person) => person.session === session)?.identity.userName ?? "",
    mutation: mutation.server ?? {},
    ...(options.generous && { settings: GENEROUS }),
  });
  const cheatedIndex = random.chance(options.cheatedShare)
    ? random.between(1, options.devices - 1)
    : undefined;
  const cheating = createCheatingRelay(createRandom(seed, "relay"));
  const mutantIndex = createRandom(seed, "mutant").between(0, options.devices - 1);
  const clients = cast.people.slice(0, options.devices).map((person: Person, index) => {
    const own = createRandom(seed, person.identity.userName);
    register(server, person, PACKAGES_LEFT, wallMs());
    const relay = index === cheatedIndex ? cheating : undefined;
    return createClientNode({
      index,
      cast,
      scheduler,
      random: own,
      trace,
      watch,
      link: createLink(scheduler, createRandom(seed, `link ${index}`), server, relay),
      links,
      canLink: false,
      disk: diskOf(person, PACKAGES_LEFT),
      wallMs,
      mutation:
        (index === mutantIndex || options.everywhere === true ? mutation.client?.(own) : undefined) ?? {},
    });
  });
  const spy = cast.people[options.devices];
  if (spy !== undefined) register(server, spy, PACKAGES_LEFT, wallMs());
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
    spy: spy && { person: spy },
    conversation,
    least: options.least ?? 0,
    texts: [],
    asked: [],
    badCommits: [],
    strangers: [],
    faults: new Map(),
    strays: [],
    cheated: cheatedClient && { client: cheatedClient, relay: cheating },
    cutOff: new Set(),
    excused: new Set(cheatedClient === undefined ? [] : [cheatedClient]),
    sleep(byMs) {
      sleptMs += byMs;
    },
  };
}
