/** Member devices that do not keep to the rules: commits that nobody may take. */
import type { CommitIntent, MlsEngine, MlsGroup } from "@sotto/crypto";
import type { AccountId, Charter, ConversationId, MailboxId } from "@sotto/protocol";
import {
  decodeCharter,
  decodeServerFrame,
  encodeCharter,
  encodeClientFrame,
  encodeHandshakeBinding,
  idBytes,
} from "@sotto/protocol";
import { encodeJoinerInfo } from "sotto/simulation";
import type { ClientNode } from "../sim/clientNode.ts";
import { isStandIn } from "../sim/plantedCommits.ts";
import { insiders } from "./actions.ts";
import { namedRole, standingAt } from "./asked.ts";
import type { BadCommit, GroupWorld } from "./world.ts";

export interface Place {
  readonly mls: MlsEngine;
  readonly group: MlsGroup;
  readonly index: number;
  readonly previousHash: Uint8Array;
}

/** Past its engine a member's device brings a commit to the server that nobody may take; the device is not heard of again. */
export function plantBadCommit(world: GroupWorld): boolean {
  const inside = insiders(world).filter((client) => !world.excused.has(client));
  // Somebody has to be left.
  if (inside.length < 4 || world.excused.size > 1) return false;
  const by = world.random.pick(inside);
  if (!submitBadCommit(world, by, () => {})) return false;
  world.excused.add(by);
  by.crash();
  return true;
}

/** False: it cannot now. `onAnswer` is called when the server has answered. */
export function submitBadCommit(world: GroupWorld, by: ClientNode, onAnswer: () => void): boolean {
  const place = placeOf(world, by);
  const standing = standingAt(by, world);
  if (place === undefined || standing === undefined) return false;
  const { account } = by.person.identity;
  const isPolicy = namedRole(standing.charter, account) !== "owner" && world.random.chance(0.6);
  if (isPolicy && !standing.members.includes(standing.charter.owner)) return false;
  const made = isPolicy ? breakPolicy(world, place, account) : breakRules(world, place);
  const bad: BadCommit = { by, isPolicy, taken: false };
  world.badCommits.push(bad);
  world.scheduler.after(0, async () => {
    const frame = handshakeFrame(place, await made());
    const isUp = world.server.submit(by.person.session, frame, (answer) => {
      bad.taken = answer instanceof Uint8Array && decodeServerFrame(answer)?.type === "ok";
      onAnswer();
    });
    if (!isUp) onAnswer();
  });
  return true;
}

export function placeOf({ conversation }: GroupWorld, { engine, mls }: ClientNode): Place | undefined {
  const record = engine?.state.conversations.get(conversation);
  const group = record?.group == null ? undefined : engine?.state.groups.get(record.group);
  if (record === undefined || group === undefined || mls === undefined) return undefined;
  return { mls, group, index: record.headIndex + 1, previousHash: record.headHash };
}

function breakPolicy(
  { random, conversation }: GroupWorld,
  { mls, group, index, previousHash }: Place,
  own: AccountId,
): () => Promise<Uint8Array> {
  const charter = decodeCharter(group.appData as Uint8Array) as Charter;
  const intent = (change: Partial<CommitIntent>): CommitIntent => ({
    ...renewal(conversation, { index, previousHash }),
    ...change,
  });
  const owner = group.members.find(({ credential }) => credential.account === charter.owner);
  const isMember = namedRole(charter, own) === "member";
  const kind = random.pick(
    isMember ? (["seize", "evict", "rename"] as const) : (["seize", "evict"] as const),
  );
  const change = {
    seize: { appData: encodeCharter({ ...charter, owner: own, admins: [] }) },
    evict: { remove: [owner?.leaf ?? 0] },
    rename: { appData: encodeCharter({ ...charter, name: `${charter.name} of ${own.slice(0, 4)}` }) },
  }[kind];
  return async () => (await mls.commit(group, intent(change), 0)).handshake;
}

/** What a commit says that renews keys and does nothing else. */
export function renewal(
  conversation: ConversationId,
  { index, previousHash }: Pick<Place, "index" | "previousHash">,
): CommitIntent {
  return {
    add: [],
    remove: [],
    authenticatedData: encodeHandshakeBinding({ conversation: idBytes(conversation), index, previousHash }),
    joinerInfo: encodeJoinerInfo({ conversation, kind: "group", index, previousHash }),
  };
}

function breakRules(
  { random, conversation }: GroupWorld,
  { mls, group, index, previousHash }: Place,
): () => Promise<Uint8Array> {
  const binding = { conversation: idBytes(conversation), index, previousHash };
  const intent = (previous: Uint8Array): CommitIntent => ({
    add: [],
    remove: [],
    authenticatedData: encodeHandshakeBinding({ ...binding, previousHash: previous }),
    joinerInfo: new Uint8Array(),
  });
  const kind = random.pick(["garbage", "foreign", "invalid"] as const);
  return async () => {
    if (kind === "garbage") return random.bytes(200);
    if (kind === "invalid" && isStandIn(mls)) {
      const fault = { kind: "invalid" } as const;
      return (await mls.commitWithFault(group, intent(previousHash), 0, fault)).handshake;
    }
    const { handshake } = await mls.commit(group, intent(random.bytes(32)), 0);
    if (kind === "invalid") handshake[handshake.length - 1] = (handshake.at(-1) as number) ^ 1;
    return handshake;
  };
}

/** `removed`: mailboxes that the server takes off the delivery list. */
export function handshakeFrame(
  { group, index }: Place,
  handshake: Uint8Array,
  removed: readonly MailboxId[] = [],
): Uint8Array {
  return encodeClientFrame({
    type: "handshake",
    requestId: 1,
    group: group.id,
    index,
    handshake,
    welcome: null,
    welcomeTo: [],
    added: [],
    removed,
    sealedGroupInfo: null,
    doorHash: null,
    door: null,
    storeCounter: 0,
  });
}
