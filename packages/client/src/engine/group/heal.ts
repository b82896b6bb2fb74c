/** Devices of members that follow their account's list, or that the server does not reach any more (GRP-8). */
import type { Member } from "@sotto/crypto";
import type { AccountId, ConversationId, DeviceList } from "@sotto/protocol";
import type { ClaimedDevice } from "../claims.ts";
import { claimDevices } from "../claims.ts";
import type { Core, Step } from "../core.ts";
import { emit } from "../core.ts";
import { isOfAccount, listedDevice, lookupPeer } from "../peers.ts";
import type { Standing } from "./policy.ts";
import { devicesOf } from "./standing.ts";

interface Exchange {
  readonly add: readonly ClaimedDevice[];
  readonly remove: readonly number[];
}

/** What brings the account's devices in line with its list: revoked ones out, listed ones in. `undefined`: nothing, or the list is not theirs. */
export function* claimFollowing(
  core: Core,
  conversation: ConversationId,
  standing: Standing,
  account: AccountId,
): Step<Exchange | undefined> {
  const members = devicesOf(standing.members, account);
  const list = yield* listOf(account, members);
  if (list === "refused") emit(core, { type: "conversation", conversation, change: "keysRefused" });
  if (list === undefined || list === "refused") return undefined;
  const gone = members.filter((member) => listedDevice(list, member) === undefined);
  const present = new Set(members.map(({ credential }) => credential.device));
  const isMissing = list.devices.some(({ device, revokedIn }) => revokedIn === null && !present.has(device));
  const { devices, forged } = isMissing ? yield* claimDevices(list) : { devices: [], forged: false };
  if (forged) emit(core, { type: "conversation", conversation, change: "keysRefused" });
  const add = devices.filter(({ member }) => !present.has(member.credential.device));
  return gone.length + add.length === 0 ? undefined : { add, remove: gone.map(({ leaf }) => leaf) };
}

/** The device once more, with a key package that it still has. */
export function* claimDevice(core: Core, member: Member): Step<Exchange | undefined> {
  const list = yield* listOf(member.credential.account, [member]);
  if (list === undefined || list === "refused") return undefined;
  const { devices } = yield* claimDevices(list);
  const add = devices.filter(({ member: { credential } }) => credential.device === member.credential.device);
  return add.length === 0 ? undefined : { add, remove: [member.leaf] };
}

function* listOf(account: AccountId, members: readonly Member[]): Step<DeviceList | "refused" | undefined> {
  const found = yield* lookupPeer({ kind: "accountById", account });
  if (found.kind !== "found") return found.kind === "invalid" ? "refused" : undefined;
  const isTheirs = members.every(
    (member) => isOfAccount(found.list, member) && isKnownTo(found.list, member),
  );
  return isTheirs ? found.list : "refused";
}

/** A list of before the member's credential was signed does not name its device yet: shown by the server, it would put the device out. */
function isKnownTo({ version }: DeviceList, { credential }: Member): boolean {
  return credential.listVersion <= version;
}
