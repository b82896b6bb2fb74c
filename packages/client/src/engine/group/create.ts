/** Opening a group (GRP-4). */
import type { Charter, ConversationId, GroupId } from "@sotto/protocol";
import {
  MAX_GROUP_DEVICES,
  encodeCharter,
  encodeClientFrame,
  encodeHandshakeBinding,
  idBytes,
  idOf,
  isGroupName,
} from "@sotto/protocol";
import { genesisHash, nextHandshakeHash } from "../chain.ts";
import type { ClaimedDevice } from "../claims.ts";
import { settleCreation } from "../contacts.ts";
import type { Command, CommandResult } from "../contract.ts";
import { enterGroup } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit, mls, mlsOrThrow, refusal } from "../core.ts";
import { encodeJoinerInfo } from "../joinerInfo.ts";
import { nextRequestId } from "../posts.ts";
import { Transaction } from "../transaction.ts";
import { claimContact } from "./claim.ts";
import { scheduleListCheck } from "./list.ts";
import { foundingLines, showLines, withLines } from "./lines.ts";
import { factsOf } from "./standing.ts";

/** Opens a group with contacts, stores it, and brings it to the server. */
export function* createGroup(
  core: Core,
  { name, members, id: chosen }: Extract<Command, { kind: "createGroup" }>,
): Step<CommandResult> {
  if (!isGroupName(name)) return refusal("badName");
  const id = chosen ?? idOf<ConversationId>(core.random(16));
  const before = core.state.conversations.get(id);
  // The same command once more: its answer was lost.
  if (before !== undefined)
    return before.facts === null ? refusal("notGroup") : { ok: true, conversation: id };
  const others = new Set(members);
  others.delete(core.state.identity.account);
  const devices: ClaimedDevice[] = [];
  for (const account of others) {
    const claim = yield* claimContact(core, account);
    if ("problem" in claim) return refusal(claim.problem, claim.userName);
    devices.push(...claim.devices);
  }
  if (devices.length >= MAX_GROUP_DEVICES) return refusal("groupFull");
  return yield* openGroup(core, id, name, devices);
}

function* openGroup(
  core: Core,
  id: ConversationId,
  name: string,
  devices: readonly ClaimedDevice[],
): Step<CommandResult> {
  const { identity } = core.state;
  const groupId = idOf<GroupId>(core.random(16));
  const genesis = genesisHash(core.sha256, id, groupId);
  const charter: Charter = { name, owner: identity.account, admins: [] };
  const created = yield* mlsOrThrow({
    op: "create",
    group: groupId,
    suite: identity.suite,
    appData: encodeCharter(charter),
  });
  const prepared = yield* mls({
    op: "commit",
    group: created.group,
    intent: {
      add: devices.map(({ keyPackage }) => keyPackage),
      remove: [],
      authenticatedData: encodeHandshakeBinding({
        conversation: idBytes(id),
        index: 1,
        previousHash: genesis,
      }),
      joinerInfo: encodeJoinerInfo({ conversation: id, kind: "group", index: 1, previousHash: genesis }),
    },
  });
  if (!prepared.ok) return refusal("noKeyPackage");
  const { group: advanced, delta, handshake, welcome, pending: next } = prepared.output;
  // Nobody else can commit before this one, so its epoch is entered at once.
  const adopted = yield* mlsOrThrow({ op: "adopt", group: advanced, pending: next });
  const handshakeHash = core.sha256(handshake);
  const transaction = new Transaction()
    .group(created.group, created.delta)
    .group(advanced, delta)
    .group(adopted.group, adopted.delta);
  const entry = {
    group: groupId,
    index: 1,
    hash: nextHandshakeHash(core.sha256, genesis, groupId, 1, handshakeHash),
    handshake: handshakeHash,
  };
  const facts = factsOf({ charter, members: adopted.group.members }, null);
  const entered = enterGroup(core, id, { peer: null, facts }, "active", entry);
  const lined = withLines(
    core,
    transaction,
    entered,
    foundingLines(identity.account, charter, facts.members),
  );
  const mailboxes = devices.map(({ member }) => member.credential.mailbox);
  const frame = encodeClientFrame({
    type: "createGroup",
    requestId: nextRequestId(core),
    group: groupId,
    conversation: id,
    kind: "group",
    predecessor: null,
    firstMessage: null,
    handshake,
    welcome,
    welcomeTo: mailboxes,
    added: mailboxes,
    removed: [],
    sealedGroupInfo: null,
    doorHash: null,
    door: null,
    storeCounter: core.state.position.storeCounter,
  });
  transaction
    .conversation(lined.conversation)
    .pending({ group: groupId, index: 1, reason: "create", handshake, next, frame, takenBy: null });
  yield* commit(core, transaction);
  emit(core, { type: "conversation", conversation: id, change: "created" });
  showLines(core, lined.records);
  scheduleListCheck(core, id);
  const problem = yield* settleCreation(core, groupId);
  return problem === undefined ? { ok: true, conversation: id } : refusal(problem);
}
