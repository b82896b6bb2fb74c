/** A member device that does not keep to the rules: commits that nobody may enter, or that some cannot. */
import type { MlsEngine, MlsGroup } from "@sotto/crypto";
import { encodeClientFrame, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { contactState, conversationWith, ordered } from "./actions.ts";
import type { ClientNode } from "./clientNode.ts";
import { isStandIn } from "./plantedCommits.ts";
import type { World } from "./world.ts";

type Conversation = NonNullable<
  ReturnType<NonNullable<ClientNode["engine"]>["state"]["conversations"]["get"]>
>;

/** A device in a pair that works, its conversation and its group. */
function someMember(
  world: World,
): { client: ClientNode; other: ClientNode; conversation: Conversation; group: MlsGroup } | undefined {
  const members = ordered(world.clients).flatMap(([client, other]) => {
    const id = contactState(client, other) === "accepted" ? conversationWith(client, other) : undefined;
    const conversation = id && client.engine?.state.conversations.get(id);
    const group = conversation?.group && client.engine?.state.groups.get(conversation.group);
    return conversation?.state === "active" && group ? [{ client, other, conversation, group }] : [];
  });
  return members.length === 0 ? undefined : world.random.pick(members);
}

/** Past its own engine a device submits a commit that every member must refuse. */
export function injectInvalidCommit(world: World): boolean {
  const member = someMember(world);
  const mls = member?.client.mls;
  if (member === undefined || mls === undefined) return false;
  const { client, other, conversation, group } = member;
  world.suspect(client, other);
  const index = conversation.headIndex + 1;
  world.scheduler.after(0, async () => {
    const handshake = await makeInvalid(world, mls, group, conversation);
    const frame = encodeClientFrame({
      type: "handshake",
      requestId: 1,
      group: group.id,
      index,
      handshake,
      welcome: null,
      welcomeTo: [],
      added: [],
      removed: [],
      sealedGroupInfo: null,
      doorHash: null,
      door: null,
      storeCounter: 0,
    });
    world.server.submit(client.person.session, frame, () => {});
  });
  return true;
}

async function makeInvalid(
  world: World,
  mls: MlsEngine,
  group: MlsGroup,
  conversation: Conversation,
): Promise<Uint8Array> {
  const binding = {
    conversation: idBytes(conversation.id),
    index: conversation.headIndex + 1,
    previousHash: conversation.headHash,
  };
  const nowMs = 0;
  const kind = world.random.pick(["garbage", "foreign", "invalid"]);
  if (kind === "garbage") return world.random.bytes(200);
  if (kind === "invalid" && isStandIn(mls)) {
    const intent = {
      add: [],
      remove: [],
      authenticatedData: encodeHandshakeBinding(binding),
      joinerInfo: new Uint8Array(),
    };
    return (await mls.commitWithFault(group, intent, nowMs, { kind: "invalid" })).handshake;
  }
  // Made for another predecessor.
  const authenticatedData = encodeHandshakeBinding({ ...binding, previousHash: world.random.bytes(32) });
  return (
    await mls.commit(group, { add: [], remove: [], authenticatedData, joinerInfo: new Uint8Array() }, nowMs)
  ).handshake;
}

/** The device's next commit cannot be read by the other side, although nothing that both see is wrong with it. */
export function plantUnreadableCommit(world: World): boolean {
  const member = someMember(world);
  if (member === undefined || !isStandIn(member.client.mls)) return false;
  const { client, other, conversation, group } = member;
  const leaves = group.members
    .filter(({ credential }) => credential.account === other.person.identity.account)
    .map(({ leaf }) => leaf);
  world.excuse(client, other);
  client.plantCommit({ group: group.id, fault: { kind: "unreadable", leaves } });
  client.command({ kind: "renewKeys", conversation: conversation.id });
  return true;
}
