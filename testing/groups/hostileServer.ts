/** A server that does what no member has asked for. */
import type { MlsEngine } from "@sotto/crypto";
import type { ConversationId, GroupId } from "@sotto/protocol";
import { encodeCharter, encodeClientFrame, encodeHandshakeBinding, idBytes, idOf } from "@sotto/protocol";
import { createRuleLimits, DEFAULT_RULE_SETTINGS, executeBatch, prepareFrame } from "@sotto/server/engine";
import type { StoreTx } from "@sotto/server/simulation";
import { nodeCrypto } from "@sotto/server/simulation";
import { encodeJoinerInfo } from "sotto/simulation";
import { contactState, ordered } from "../sim/actions.ts";
import type { ClientNode } from "../sim/clientNode.ts";
import { EPOCH_MS } from "../sim/people.ts";
import type { Random } from "../sim/random.ts";
import { createRandom } from "../sim/random.ts";
import { sha256 } from "../sim/tier.ts";
import { insiders } from "./actions.ts";
import type { GroupWorld } from "./world.ts";

/**
 * Somebody who is no contact puts a device into a group of their own, and the server lets them: a Welcome that has to be left. The stranger's
 * engine knows nothing of the group.
 */
export function plantStrangersGroup(world: GroupWorld): boolean {
  const { random, server, scheduler } = world;
  const pairs = ordered(world.clients).filter(
    ([by, victim]) =>
      contactState(victim, by) !== "accepted" && victim.engine !== undefined && !world.excused.has(victim),
  );
  if (pairs.length === 0) return false;
  const [by, victim] = random.pick(pairs);
  const { mls } = by;
  const keyPackage = server.look((tx) => tx.takeKeyPackage(victim.person.identity.device));
  if (mls === undefined || keyPackage === undefined) return false;
  const conversation = idOf<ConversationId>(random.bytes(16));
  const group = idOf<GroupId>(random.bytes(16));
  world.strangers.push({ conversation, victim });
  scheduler.after(0, async () => {
    const { account, suite } = by.person.identity;
    const appData = encodeCharter({
      name: "strangers",
      owner: account,
      admins: [],
      keyId: null,
      room: false,
    });
    const created = await mls.create(group, ownDevice(by), suite, EPOCH_MS, appData);
    const binding = { index: 1, previousHash: new Uint8Array(32) };
    const made = await mls.commit(
      created.group,
      {
        add: [keyPackage],
        remove: [],
        authenticatedData: encodeHandshakeBinding({ conversation: idBytes(conversation), ...binding }),
        joinerInfo: encodeJoinerInfo({ conversation, kind: "group", ...binding }),
      },
      EPOCH_MS,
    );
    const mailbox = victim.person.identity.mailbox;
    const frame = encodeClientFrame({
      type: "createGroup",
      requestId: 1,
      group,
      conversation,
      kind: "group",
      predecessor: null,
      firstMessage: null,
      handshake: made.handshake,
      welcome: made.welcome,
      welcomeTo: [mailbox],
      added: [mailbox],
      removed: [],
      sealedGroupInfo: null,
      doorHash: null,
      door: null,
      storeCounter: 0,
    });
    takeWithoutPairs(world, by, frame);
    for (const socket of victim.link.sockets)
      socket.break({ clientLearns: true, serverLearns: true, toServer: 1, toClient: 1, lingerMs: 0 });
  });
  return true;
}

function ownDevice({ person }: ClientNode): Parameters<MlsEngine["create"]>[1] {
  const { credential, leafPrivateKey, leafPublicKey } = person.identity;
  return { credential, leafPrivateKey, leafPublicKey };
}

/** The server's rules, for which everybody knows everybody (RLY-23). */
function takeWithoutPairs({ server }: GroupWorld, { person }: ClientNode, frame: Uint8Array): void {
  const prepared = prepareFrame(person.session, frame);
  if ("code" in prepared) return;
  type Store = Parameters<typeof executeBatch>[0];
  const store: Store = { transaction: (work) => server.look((tx) => work(withOpenPairs(tx))), close() {} };
  executeBatch(store, [prepared.request], {
    nowMs: EPOCH_MS,
    crypto: { ...nodeCrypto, sha256 },
    settings: DEFAULT_RULE_SETTINGS,
    limits: createRuleLimits(DEFAULT_RULE_SETTINGS),
    report(error) {
      throw error;
    },
  });
}

function withOpenPairs(tx: StoreTx): StoreTx {
  return new Proxy(tx, {
    get(target, key) {
      if (key === "hasOpenPair") return () => true;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** In a few worlds the server puts a mailbox on the group's delivery list, or takes one off, of which no member has said so. */
export function planTampering(world: GroupWorld): void {
  const random = createRandom(world.seed, "tampering");
  if (!random.chance(TAMPERED_SHARE)) return;
  world.scheduler.after(random.between(2000, 40_000), () => {
    const tampered = random.chance(0.7) ? growDeliveryList(world, random) : shrinkDeliveryList(world, random);
    if (tampered !== undefined) world.faults.set(tampered, 1);
  });
}

const TAMPERED_SHARE = 0.12;
const GROWN = "delivery list grown";

function growDeliveryList(world: GroupWorld, random: Random): string | undefined {
  const group = groupId(world);
  if (group === undefined) return undefined;
  const listed = new Set(world.server.look((tx) => tx.recipients(group)).map(({ mailbox }) => mailbox));
  const outside = world.clients
    .map(({ person }) => person.identity.mailbox)
    .filter((box) => !listed.has(box));
  const spy = world.spy?.person.identity.mailbox;
  const stray =
    spy !== undefined && (outside.length === 0 || random.chance(0.5)) ? spy : random.pick(outside);
  world.strays.push(stray);
  world.server.look((tx) => tx.addMember(group, stray));
  return GROWN;
}

/** The member may miss anything from then on. */
function shrinkDeliveryList(world: GroupWorld, random: Random): string | undefined {
  const group = groupId(world);
  const inside = insiders(world).filter((client) => !world.excused.has(client));
  if (group === undefined || inside.length < 4) return undefined;
  const client = random.pick(inside);
  world.excused.add(client);
  world.server.look((tx) => tx.removeMember(group, client.person.identity.mailbox));
  return "delivery list shrunk";
}

function groupId(world: GroupWorld): GroupId | undefined {
  const [client] = insiders(world);
  return client?.engine?.state.conversations.get(world.conversation)?.group ?? undefined;
}
