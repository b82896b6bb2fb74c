/** A profile as the server keeps it (PRO-2): sealed under the profile key, bound to account and version, of one of a few sizes. */
import type { AccountId, Profile } from "@sotto/protocol";
import { LABELS, encodeProfile, idBytes, parseProfile } from "@sotto/protocol";
import { openLabelled, sealLabelled } from "./aead.ts";
import type { CryptoProvider } from "./provider/port.ts";

/** Which profile it is. */
export interface ProfilePlace {
  readonly account: AccountId;
  readonly version: number;
}

/** Throws `RangeError` for a profile that breaks its limits. */
export async function sealProfile(
  provider: CryptoProvider,
  place: ProfilePlace,
  key: Uint8Array,
  profile: Profile,
): Promise<Uint8Array> {
  const padded = encodeProfile(profile);
  const sealed = await sealLabelled(provider, key, LABELS.profile, contextOf(place), padded);
  padded.fill(0);
  return sealed;
}

/** The profile, or `undefined` for another key, account or version, or altered bytes. */
export async function openProfile(
  provider: CryptoProvider,
  place: ProfilePlace,
  key: Uint8Array,
  sealed: Uint8Array,
): Promise<Profile | undefined> {
  const padded = await openLabelled(provider, key, LABELS.profile, contextOf(place), sealed);
  return padded && parseProfile(padded);
}

function contextOf({ account, version }: ProfilePlace): readonly [Uint8Array, Uint8Array] {
  const versionBytes = new Uint8Array(8);
  new DataView(versionBytes.buffer).setBigUint64(0, BigInt(version));
  return [idBytes(account), versionBytes];
}
