import { bool, codecOf, tuple, uint } from "@sotto/protocol";
import { FORMAT, text } from "./shapes.ts";

/** A profile as this device has it, without its picture. */
export interface ProfileRecord {
  /** At the server; 0: not yet. */
  readonly version: number;
  readonly name: string;
  readonly bio: string;
  /** Another picture has another number, a later one a higher; 0: none. */
  readonly picture: number;
  /** The own one has still to be brought to the server. */
  readonly pending: boolean;
}

const profileCodec = codecOf(tuple(uint(FORMAT), uint(), text, text, uint(), bool));

export function encodeProfileRecord({ version, name, bio, picture, pending }: ProfileRecord): Uint8Array {
  return profileCodec.encode([FORMAT, version, name, bio, picture, pending]);
}

export function decodeProfileRecord(bytes: Uint8Array): ProfileRecord | undefined {
  const f = profileCodec.decode(bytes);
  return f && { version: f[1], name: f[2], bio: f[3], picture: f[4], pending: f[5] };
}
