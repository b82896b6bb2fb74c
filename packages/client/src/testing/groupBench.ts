/** Several people with one device each, whose engines meet at a small relay: groups, with the order and the faults that a test chooses. */
import type { DeviceIdentity, MlsEngine } from "@sotto/crypto";
import { createMlsEngine, createNobleProvider } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type {
  AccountId,
  ClientFrame,
  ConversationId,
  GroupId,
  MailboxEntry,
  MailboxId,
  ServerFrame,
} from "@sotto/protocol";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import type { ClientEvent, Command, CommandResult } from "../engine/contract.ts";
import { encodeContact } from "../engine/records/contact.ts";
import type { ConversationRecord } from "../engine/records/conversation.ts";
import { encodeKeyPackage } from "../engine/records/keyPackage.ts";
import { TABLE } from "../engine/records/table.ts";
import type { ServerAnswer, ServerRequest } from "../ports/server.ts";
import type { BenchRoom } from "./benchRooms.ts";
import { createBenchRooms } from "./benchRooms.ts";
import type { BenchPerson, EngineBench } from "./engineBench.ts";
import { createBench, createPerson, SUITE } from "./engineBench.ts";

const provider = createNobleProvider(seededRandom("group bench"));
const NOW_MS = 1_800_000_000_000;
const KEY_PACKAGES = 5;
const LIFETIME_DAYS = 90;

/** An entry before it has its place in a mailbox. */
type Entry = MailboxEntry extends infer E ? (E extends MailboxEntry ? Omit<E, "sequence"> : never) : never;

interface RelayGroup {
  index: number;
  conversation: ConversationId;
  readonly kind: "pair" | "group" | "room";
  readonly list: Set<MailboxId>;
}

export interface BenchDevice {
  readonly person: BenchPerson;
  readonly account: AccountId;
  readonly mailbox: MailboxId;
  bench: EngineBench;
  /** Everything that ever came, in order. */
  readonly entries: MailboxEntry[];
  /** How many of them this run of the device has been given. */
  given: number;
  online: boolean;
  readonly packages: Uint8Array[];
}

export interface GroupBench {
  readonly devices: ReadonlyMap<string, BenchDevice>;
  readonly groups: ReadonlyMap<GroupId, RelayGroup>;
  readonly rooms: ReadonlyMap<GroupId, BenchRoom>;
  /** Judges a submitted frame before the relay does. */
  onFrame: ((name: string, frame: ClientFrame) => ServerFrame | undefined) | undefined;
  /** Answers a request instead of the relay. */
  onRequest: ((name: string, request: ServerRequest) => ServerAnswer | undefined) | undefined;
  of(name: string): BenchDevice;
  /** Gives a command and lets everything come to rest. */
  command(name: string, command: Command): Promise<CommandResult>;
  /** Gives a command; nobody is told of anything yet. */
  start(name: string, command: Command): Promise<CommandResult>;
  /** Delivers until nothing moves. */
  settle(): Promise<void>;
  /** Lets time pass, with all timers, in steps. */
  pass(ms: number): Promise<void>;
  goOffline(name: string): Promise<void>;
  goOnline(name: string): Promise<void>;
  /** The process dies and starts again from its disk. */
  restart(name: string): Promise<void>;
  deliver(name: string, entry: Entry): void;
  conversation(name: string, id: ConversationId): ConversationRecord;
  /** The changes that the device was shown of a conversation, since it last started. */
  changes(name: string, id: ConversationId): readonly string[];
  /** The epoch authenticator of each device's group. */
  epochs(names: readonly string[], id: ConversationId): readonly (string | undefined)[];
}

export interface GroupBenchOptions {
  /** Pairs of names that are no contacts of each other; all others are. */
  readonly strangers?: readonly (readonly [string, string])[];
  /** Real MLS instead of the stand-in. */
  readonly real?: boolean;
}

export async function createGroupBench(
  names: readonly string[],
  { strangers = [], real = false }: GroupBenchOptions = {},
): Promise<GroupBench> {
  const devices = new Map<string, BenchDevice>();
  const groups = new Map<GroupId, RelayGroup>();
  const rooms = createBenchRooms();
  let nowMs = NOW_MS;
  const isStranger = (a: string, b: string): boolean =>
    strangers.some((pair) => pair.includes(a) && pair.includes(b));

  for (const name of names) devices.set(name, await createDevice(name, real));
  for (const [name, device] of devices) {
    for (const [other, { person }] of devices) {
      if (other === name || isStranger(name, other)) continue;
      const { account, userName, credential } = person.identity;
      const record = {
        account,
        userName,
        state: "accepted",
        accountKey: credential.accountKey,
        listVersion: 1,
        keysChanged: false,
      } as const;
      device.bench.disk.apply([{ put: TABLE.contact, key: account, value: encodeContact(record) }]);
    }
    start(name);
    await connect(device);
  }

  function start(name: string): void {
    const device = of(name);
    device.bench = createBench(device.person, device.bench.disk);
    device.bench.nowMs = nowMs;
    device.bench.onRequest = (request) => town.onRequest?.(name, request) ?? answer(device, request);
    device.bench.onFrame = (frame) => town.onFrame?.(name, frame) ?? take(device, frame);
  }

  async function connect(device: BenchDevice): Promise<void> {
    device.online = true;
    device.given = device.entries.findIndex(
      ({ sequence }) => sequence > device.bench.engine.state.position.cursor,
    );
    if (device.given === -1) device.given = device.entries.length;
    await device.bench.connect({ highSequence: device.entries.length });
  }

  function of(name: string): BenchDevice {
    const device = devices.get(name);
    if (device === undefined) throw new Error(`there is no ${name}`);
    return device;
  }

  function answer(asking: BenchDevice, request: ServerRequest): ServerAnswer {
    if (!asking.online) return { kind: "unreachable", reason: "offline" };
    if (request.kind === "accountById" || request.kind === "accountByName") {
      const found = [...devices.values()].find(({ person: { identity } }) =>
        request.kind === "accountById"
          ? identity.account === request.account
          : identity.userName === request.userName,
      );
      if (found === undefined) return { kind: "refused", code: "userUnknown" };
      return { kind: "account", account: found.account, deviceList: found.person.identity.deviceList };
    }
    if (request.kind === "claimKeyPackages") {
      const found = [...devices.values()].find(({ account }) => account === request.account);
      const keyPackage = found && found.packages.length > 1 ? found.packages.shift() : found?.packages[0];
      if (found === undefined || keyPackage === undefined) return { kind: "keyPackages", packages: [] };
      return { kind: "keyPackages", packages: [{ device: found.person.identity.device, keyPackage }] };
    }
    const ofRoom = rooms.answer(request, (group) =>
      groups.get(group)?.list.has(asking.mailbox) === true ? groups.get(group)?.index : undefined,
    );
    if (ofRoom !== undefined) return ofRoom;
    if (request.kind !== "mailboxes") return { kind: "stored" };
    const group = groups.get(request.group);
    if (group?.list.has(asking.mailbox) !== true) return { kind: "refused", code: "notMember" };
    return { kind: "mailboxes", index: group.index, mailboxes: [...group.list] };
  }

  /** The relay's judgement of a submitted frame. */
  function take(sender: BenchDevice, frame: ClientFrame): ServerFrame {
    const { requestId } = frame;
    const refused = (code: "staleEpoch" | "notMember" | "badRequest", index?: number): ServerFrame => ({
      type: "refused",
      requestId,
      code,
      ...(index !== undefined && { index }),
    });
    if (frame.type === "createGroup") {
      if (!groups.has(frame.group)) {
        const list = new Set([sender.mailbox]);
        const { conversation, kind } = frame;
        const group: RelayGroup = { index: 0, conversation, kind, list };
        groups.set(frame.group, group);
        takeHandshake(group, { ...frame, index: 1 }, kind);
      }
      return { type: "ok", requestId, number: 1 };
    }
    if (frame.type === "leave") {
      const group = groups.get(frame.group);
      if (group?.list.delete(sender.mailbox) === true)
        for (const mailbox of group.list)
          deliverTo(mailbox, { type: "departed", group: frame.group, mailbox: sender.mailbox });
      return { type: "ok", requestId, number: 0 };
    }
    if (frame.type !== "handshake") return refused("badRequest");
    const group = groups.get(frame.group);
    const isIn = group?.list.has(sender.mailbox) === true;
    if (group === undefined || (!isIn && !rooms.opens(frame.group, frame.door))) return refused("notMember");
    if (frame.index !== group.index + 1) return refused("staleEpoch", group.index);
    if (!isIn) group.list.add(sender.mailbox);
    takeHandshake(group, frame, group.kind);
    return { type: "ok", requestId, number: frame.index };
  }

  function takeHandshake(
    group: RelayGroup,
    frame: Omit<Extract<ClientFrame, { type: "handshake" }>, "type">,
    kind: "pair" | "group" | "room",
  ): void {
    group.index = frame.index;
    const before = [...group.list];
    for (const mailbox of frame.removed) group.list.delete(mailbox);
    for (const mailbox of frame.added) group.list.add(mailbox);
    const { group: id, index, handshake, welcome } = frame;
    rooms.note(id, index, frame);
    for (const mailbox of before)
      deliverTo(mailbox, { type: "handshake", group: id, index, handshake: { inline: handshake } });
    if (welcome === null) return;
    for (const mailbox of frame.welcomeTo) {
      deliverTo(mailbox, {
        type: "welcome",
        group: id,
        index,
        conversation: group.conversation,
        kind,
        predecessor: null,
        handshakeHash: provider.sha256(handshake),
        welcome: { inline: welcome },
      });
    }
  }

  function deliverTo(mailbox: MailboxId, entry: Entry): void {
    const device = [...devices.values()].find((one) => one.mailbox === mailbox);
    device?.entries.push({ ...entry, sequence: device.entries.length + 1 });
  }

  /** Posts that left by the sockets since the last time. */
  async function takePosts(device: BenchDevice): Promise<boolean> {
    const posts = device.bench.sent.splice(0).filter((frame) => frame.type === "post");
    for (const frame of posts) {
      const { requestId, group: id, index, ciphertext } = frame;
      const group = groups.get(id);
      if (group?.list.has(device.mailbox) !== true)
        await device.bench.push({ type: "refused", requestId, code: "notMember" });
      else if (index !== group.index)
        await device.bench.push({ type: "refused", requestId, code: "staleEpoch", index: group.index });
      else {
        for (const mailbox of group.list)
          if (mailbox !== device.mailbox)
            deliverTo(mailbox, { type: "message", group: id, index, ciphertext });
        await device.bench.push({ type: "ok", requestId, number: index });
      }
    }
    return posts.length > 0;
  }

  async function settle(): Promise<void> {
    for (let moved = true; moved;) {
      moved = false;
      for (const device of devices.values()) {
        if (!device.online) continue;
        moved = (await takePosts(device)) || moved;
        const entry = device.entries[device.given];
        if (entry === undefined) continue;
        device.given++;
        moved = true;
        await device.bench.push(entry);
      }
    }
  }

  const town: GroupBench = {
    devices,
    groups,
    rooms: rooms.rooms,
    onFrame: undefined,
    onRequest: undefined,
    of,
    async command(name, command) {
      const result = await of(name).bench.command(command);
      await settle();
      return result;
    },
    start: async (name, command) => of(name).bench.command(command),
    settle,
    async pass(ms) {
      for (const untilMs = nowMs + ms; nowMs < untilMs;) {
        const due = [...devices.values()].flatMap(({ bench }) => [...bench.timers.values()]);
        nowMs = Math.max(nowMs + 1, Math.min(untilMs, ...due.filter((atMs) => atMs > nowMs)));
        for (const { bench } of devices.values()) {
          bench.nowMs = nowMs;
          for (const [timer, atMs] of bench.timers) {
            // The relay answers no pings, and nobody waits for them.
            if (atMs > nowMs || timer === "heartbeat") continue;
            bench.timers.delete(timer);
            await bench.feed({ type: "timer", name: timer });
          }
        }
        await settle();
      }
    },
    async goOffline(name) {
      const device = of(name);
      device.online = false;
      await device.bench.feed({ type: "command", command: 0, request: { kind: "disconnect" } });
    },
    async goOnline(name) {
      await connect(of(name));
      await settle();
    },
    async restart(name) {
      const wasOnline = of(name).online;
      start(name);
      if (wasOnline) await connect(of(name));
    },
    deliver: (name, entry) => deliverTo(of(name).mailbox, entry),
    conversation(name, id) {
      const record = of(name).bench.engine.state.conversations.get(id);
      if (record === undefined) throw new Error(`${name} has no such conversation`);
      return record;
    },
    changes: (name, id) => of(name).bench.events.flatMap((event) => changeOf(event, id)),
    epochs: (all, id) => all.map((name) => epochOf(of(name), id)),
  };
  return town;
}

function changeOf(event: ClientEvent, id: ConversationId): readonly string[] {
  return event.type === "conversation" && event.conversation === id ? [event.change] : [];
}

function epochOf({ bench, person }: BenchDevice, id: ConversationId): string | undefined {
  const group = bench.engine.state.conversations.get(id)?.group;
  const loaded = group && bench.engine.state.groups.get(group);
  return loaded ? `${loaded.epoch} ${person.mls.epochAuthenticator(loaded).join(" ")}` : undefined;
}

async function createDevice(name: string, real: boolean): Promise<BenchDevice> {
  const made = await createPerson(name);
  const mls: MlsEngine = real ? createMlsEngine(provider) : made.mls;
  const person = { ...made, mls };
  const { identity } = person;
  const device: DeviceIdentity = {
    credential: identity.credential,
    leafPrivateKey: identity.leafPrivateKey,
    leafPublicKey: identity.leafPublicKey,
  };
  const bundles = await mls.keyPackages(device, SUITE, KEY_PACKAGES, NOW_MS, LIFETIME_DAYS);
  const disk = createMemoryDisk();
  for (const [i, { ref, ...stored }] of bundles.entries()) {
    const lastResort = i === bundles.length - 1;
    disk.apply([{ put: TABLE.keyPackage, key: ref, value: encodeKeyPackage({ ...stored, lastResort }) }]);
  }
  return {
    person,
    account: identity.account,
    mailbox: identity.mailbox,
    bench: createBench(person, disk),
    entries: [],
    given: 0,
    online: false,
    packages: bundles.map(({ publicBytes }) => publicBytes),
  };
}
