/**
 * A contact's devices have changed (CON-8): the pair's group follows the account's signed list. Revoked devices are removed, listed ones added in
 * one commit; what the old ones had not confirmed goes out again, in a new stream, to those who are there now.
 */
import type { AccountId, DeviceList } from "@sotto/protocol";
import { bytesEqual, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import type { Claim } from "./claims.ts";
import { claimDevices } from "./claims.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, mls } from "./core.ts";
import { loadGroup } from "./groups.ts";
import { handshakeFrame } from "./handshakeFrame.ts";
import { enqueueSubmit } from "./commits.ts";
import { encodeJoinerInfo } from "./joinerInfo.ts";
import { listedDevice, lookupPeer } from "./peers.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { Transaction } from "./transaction.ts";

const NOTHING: Claim = { devices: [], forged: false };

/** Brings the contact's conversation in line with its device list. */
export function enqueueRepair(core: Core, account: AccountId): void {
  core.enqueue({ key: `repair/${account}`, run: () => repairPair(core, account) });
}

function* repairPair(core: Core, account: AccountId): Step<void> {
  const contact = core.state.contacts.get(account);
  const conversation = [...core.state.conversations.values()].find(({ peer }) => peer === account);
  if (contact?.state !== "accepted" || conversation?.state !== "active") return;
  const found = yield* lookupPeer({ kind: "accountById", account });
  if (found.kind === "invalid") return showRefused(core, conversation);
  if (found.kind !== "found") return;
  const checked = yield* noteList(core, contact, conversation, found.list);
  if (checked) yield* commitDevices(core, conversation, found.list);
}

/** Keys shown in the contact's name are not theirs: nothing changes but that the user knows. */
function showRefused(core: Core, { id }: ConversationRecord): void {
  emit(core, { type: "conversation", conversation: id, change: "keysRefused" });
}

/** Remembers the list's version. False: its key is not the pinned one, or it is older than what has been seen; both are shown. */
function* noteList(
  core: Core,
  contact: ContactRecord,
  conversation: ConversationRecord,
  list: DeviceList,
): Step<boolean> {
  if (!bytesEqual(list.accountKey, contact.accountKey)) {
    yield* commit(core, new Transaction().contact({ ...contact, keysChanged: true }));
    emit(core, { type: "conversation", conversation: conversation.id, change: "keysChanged" });
    return false;
  }
  if (list.version > contact.listVersion) {
    yield* commit(core, new Transaction().contact({ ...contact, listVersion: list.version }));
  }
  if (list.version < contact.listVersion) showRefused(core, conversation);
  return list.version >= contact.listVersion;
}

function* commitDevices(core: Core, conversation: ConversationRecord, list: DeviceList): Step<void> {
  const { group: groupId } = conversation;
  if (groupId === null || core.state.pending.has(groupId)) return;
  const group = yield* loadGroup(core, groupId);
  const members = group.members.filter(({ credential }) => credential.account === list.account);
  const present = new Set(members.map(({ credential }) => credential.device));
  const gone = members.filter((member) => listedDevice(list, member) === undefined);
  const missing = list.devices.filter(({ device, revokedIn }) => revokedIn === null && !present.has(device));
  if (gone.length === 0 && missing.length === 0) return;
  const claimed = missing.length === 0 ? NOTHING : yield* claimDevices(list);
  if (claimed.forged) showRefused(core, conversation);
  const added = claimed.devices.filter(({ member }) => !present.has(member.credential.device));
  if (gone.length === 0 && added.length === 0) return;
  const index = conversation.headIndex + 1;
  const binding = { index, previousHash: conversation.headHash };
  const prepared = yield* mls({
    op: "commit",
    group,
    intent: {
      add: added.map(({ keyPackage }) => keyPackage),
      remove: gone.map(({ leaf }) => leaf),
      authenticatedData: encodeHandshakeBinding({ conversation: idBytes(conversation.id), ...binding }),
      joinerInfo: encodeJoinerInfo({ conversation: conversation.id, kind: "pair", ...binding }),
    },
  });
  if (!prepared.ok) return;
  const { handshake, welcome, pending: next, group: advanced, delta } = prepared.output;
  const frame = handshakeFrame(core, groupId, index, {
    handshake,
    welcome,
    added: added.map(({ member }) => member.credential.mailbox),
    removed: gone.map(({ credential }) => credential.mailbox),
  });
  const pending = { group: groupId, index, reason: "repair", handshake, next, frame, takenBy: null } as const;
  yield* commit(core, new Transaction().group(advanced, delta).pending(pending));
  enqueueSubmit(core, groupId);
}
