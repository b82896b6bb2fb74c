/**
 * Alice and bob, who are contacts, carol, whom they do not know, and mallory, a device of whoever runs the server: real client engines over
 * the real MLS engine, and the real server engine, which cheats where a test says so.
 */
import type { ConversationId, DeviceId, GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { ClientEvent, Command, CommandResult, Engine, MemorySnapshot } from "sotto/simulation";
import { nodeCrypto } from "@sotto/server/simulation";
import type { ClientMutation, ClientNode } from "../sim/clientNode.ts";
import { createClientNode } from "../sim/clientNode.ts";
import { createLink } from "../sim/link.ts";
import { createLinkWorld } from "../sim/linkWorld.ts";
import type { Cast, Person } from "../sim/people.ts";
import { createCast, EPOCH_MS } from "../sim/people.ts";
import { createRandom } from "../sim/random.ts";
import { createScheduler } from "../sim/scheduler.ts";
import type { ServerNode } from "../sim/serverNode.ts";
import { createServerNode } from "../sim/serverNode.ts";
import { sha256, tierOf } from "../sim/tier.ts";
import { createTrace } from "../sim/trace.ts";
import { createWatch } from "../sim/watch.ts";
import { diskOf, register } from "../sim/world.ts";
import type { CheatedServer } from "./deceit.ts";
import { createCheatedServer } from "./deceit.ts";

const NAMES = ["alice", "bob", "carol", "mallory"] as const;
type Name = (typeof NAMES)[number];

export interface Resident {
  readonly person: Person;
  readonly engine: Engine;
  readonly client: ClientNode;
  /** The server as this device meets it. */
  readonly server: CheatedServer;
  readonly events: ClientEvent[];
  /** Texts of others that were shown, oldest first. */
  texts(): readonly string[];
  /** What the user was told of conversations, oldest first, since the last call. */
  told(): readonly string[];
  command(request: Command): Promise<CommandResult>;
}

export interface Town extends Readonly<Record<Name, Resident>> {
  readonly cast: Cast;
  readonly server: ServerNode;
  /** Of alice and bob. */
  readonly conversation: ConversationId;
  readonly group: GroupId;
  nowMs(): number;
  /** How often an end of a link between two devices has opened. */
  linksOpened(): number;
  newGroupId(): GroupId;
  newDeviceId(): DeviceId;
  /** Lets everything happen that is under way. */
  settle(): Promise<void>;
  /** Lets that much time go by. */
  pass(ms: number): Promise<void>;
  /** One writes to the other; both live on. */
  write(from: "alice" | "bob", text: string): Promise<CommandResult>;
}

const KEY_PACKAGES = 25;
/** Longer than any pause of an engine that is connected, but for the past epoch's. */
const SETTLE_MS = 60_000;

let cast: Promise<Cast> | undefined;

export interface TownOptions {
  /** Devices can make links. */
  readonly canLink?: boolean;
  /** Whose device does not keep to the rules, and how. */
  readonly cheats?: Partial<Readonly<Record<Name, ClientMutation>>>;
}

/** People are made once; every town is new. */
export async function openTown(seed = 1, { canLink = false, cheats = {} }: TownOptions = {}): Promise<Town> {
  cast ??= createCast(tierOf("real"));
  const people = await cast;
  const scheduler = createScheduler();
  const trace = createTrace();
  const watch = createWatch(() => undefined);
  const events = new Map<ClientNode, ClientEvent[]>();
  const wallMs = (): number => EPOCH_MS + scheduler.nowMs();
  const server = createServerNode({
    scheduler,
    random: createRandom(seed, "server"),
    trace,
    watch,
    crypto: { ...nodeCrypto, sha256 },
    wallMs,
    nameOf: () => "",
    mutation: {},
  });
  const links = createLinkWorld(scheduler, createRandom(seed, "links"), () => {});
  const pass = (ms: number): Promise<void> => scheduler.run(scheduler.nowMs() + ms);
  const settle = (): Promise<void> => pass(SETTLE_MS);

  function settleIn(name: Name): Resident {
    const index = NAMES.indexOf(name);
    const person = people.people[index] as Person;
    register(server, person, KEY_PACKAGES, wallMs());
    const cheated = createCheatedServer(server);
    const random = createRandom(seed, name);
    const disk: MemorySnapshot = diskOf(person, KEY_PACKAGES);
    const heard: ClientEvent[] = [];
    const client = createClientNode({
      index,
      cast: people,
      scheduler,
      random,
      trace,
      watch: {
        ...watch,
        effect(node, effect) {
          watch.effect(node, effect);
          if (effect.type === "emit") heard.push(effect.event);
        },
      },
      link: createLink(
        scheduler,
        createRandom(seed, `link ${name}`),
        cheated.node,
        cheated.relay,
        links.ways.iceServers,
      ),
      links,
      canLink,
      disk,
      wallMs,
      mutation: cheats[name] ?? {},
    });
    events.set(client, heard);
    client.start();
    client.command({ kind: "connect" });
    let toldUntil = 0;
    return {
      person,
      client,
      server: cheated,
      events: heard,
      get engine() {
        if (client.engine === undefined) throw new Error(`${name}'s engine has ended`);
        return client.engine;
      },
      texts: () =>
        heard.flatMap((event) =>
          event.type === "message" && !event.message.mine ? [event.message.text] : [],
        ),
      told() {
        const news = heard.slice(toldUntil);
        toldUntil = heard.length;
        return news.flatMap((event) => (event.type === "conversation" ? [event.change] : []));
      },
      async command(request) {
        let answer: CommandResult | undefined;
        client.command(request, (result) => (answer = result));
        await settle();
        if (answer === undefined) throw new Error(`${request.kind} was not answered`);
        return answer;
      },
    };
  }

  const residents = {
    alice: settleIn("alice"),
    bob: settleIn("bob"),
    carol: settleIn("carol"),
    mallory: settleIn("mallory"),
  };
  const { alice, bob } = residents;
  await settle();
  await alice.command({ kind: "addContact", userName: "bob", text: null });
  await bob.command({ kind: "acceptContact", account: alice.person.identity.account });
  const [conversation] = alice.engine.state.conversations.values();
  if (conversation?.group == null || conversation.state !== "active") throw new Error("no conversation");
  const town: Town = {
    ...residents,
    cast: people,
    server,
    conversation: conversation.id,
    group: conversation.group,
    nowMs: wallMs,
    linksOpened: links.opened,
    newDeviceId: () => idOf<DeviceId>(people.crypto.random(16)),
    newGroupId: () => idOf<GroupId>(people.crypto.random(16)),
    settle,
    pass,
    write: (from, text) =>
      residents[from].command({ kind: "sendText", conversation: conversation.id, text, replyTo: null }),
  };
  for (const resident of Object.values(residents)) resident.told();
  return town;
}
