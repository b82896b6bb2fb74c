/** What a device keeps of profile keys (PRO-3): the own one, those of others, and who has been told the own one. */
import type { AccountId, GroupId } from "@sotto/protocol";
import { MAX_GROUP_DEVICES, arrayOf, bool, codecOf, idBytes, idOf, tuple, uint } from "@sotto/protocol";
import { FORMAT, hash, id } from "./shapes.ts";

/** What opens a profile at the server. */
export interface ProfileKey {
  /** Of the newest profile that is known to be there. */
  readonly version: number;
  readonly key: Uint8Array;
}

export interface OwnProfileKey extends ProfileKey {
  /** Version of the first profile under this key. */
  readonly since: number;
  /** Another device had the key and is gone: it is to be replaced. */
  readonly stale: boolean;
}

/** The own key in one conversation. */
export interface ToldProfile {
  readonly group: GroupId;
  /** As {@link ConversationRecord.baseIndex}: another one means that somebody has come in since. */
  readonly baseIndex: number;
  /** What the server took; 0: nothing yet. */
  readonly version: number;
  /** {@link OwnProfileKey.since} of the key. */
  readonly since: number;
  /** The own counter at that time. */
  readonly counter: number;
  /** To whom the key was sent, whether or not it is known to have arrived. */
  readonly accounts: readonly AccountId[];
}

/** Key of the own one in the table "meta". */
export const OWN_PROFILE_KEY = "profile";

const keyCodec = codecOf(tuple(uint(FORMAT), uint(), hash));
const ownCodec = codecOf(tuple(uint(FORMAT), uint(), hash, uint(), bool));
/** Members of several epochs. */
const MAX_TOLD = 64 * MAX_GROUP_DEVICES;
const toldCodec = codecOf(tuple(uint(FORMAT), id, uint(), uint(), uint(), uint(), arrayOf(id, MAX_TOLD)));

export function encodeProfileKey({ version, key }: ProfileKey): Uint8Array {
  return keyCodec.encode([FORMAT, version, key]);
}

export function decodeProfileKey(bytes: Uint8Array): ProfileKey | undefined {
  const f = keyCodec.decode(bytes);
  return f && { version: f[1], key: f[2] };
}

export function encodeOwnProfileKey({ version, key, since, stale }: OwnProfileKey): Uint8Array {
  return ownCodec.encode([FORMAT, version, key, since, stale]);
}

export function decodeOwnProfileKey(bytes: Uint8Array): OwnProfileKey | undefined {
  const f = ownCodec.decode(bytes);
  return f && { version: f[1], key: f[2], since: f[3], stale: f[4] };
}

export function encodeToldProfile(told: ToldProfile): Uint8Array {
  const { group, baseIndex, version, since, counter, accounts } = told;
  const kept = accounts.slice(-MAX_TOLD).map(idBytes);
  return toldCodec.encode([FORMAT, idBytes(group), baseIndex, version, since, counter, kept]);
}

export function decodeToldProfile(bytes: Uint8Array): ToldProfile | undefined {
  const f = toldCodec.decode(bytes);
  return (
    f && {
      group: idOf(f[1]),
      baseIndex: f[2],
      version: f[3],
      since: f[4],
      counter: f[5],
      accounts: f[6].map((account) => idOf(account)),
    }
  );
}
