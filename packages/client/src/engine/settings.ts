/** What the user has chosen for the account, kept by the device and carried by the vault to the next one. */
import { bool, codecOf, tuple, uint } from "@sotto/protocol";

export interface Settings {
  /** Contacts do not see this account online, nor it them (RLY-22). */
  readonly presenceHidden: boolean;
}

export const DEFAULT_SETTINGS: Settings = { presenceHidden: false };

/** Its key in the table "meta". */
export const SETTINGS_KEY = "settings";

const FORMAT = 1;
const settingsCodec = codecOf(tuple(uint(FORMAT), bool));

export function encodeSettings({ presenceHidden }: Settings): Uint8Array {
  return settingsCodec.encode([FORMAT, presenceHidden]);
}

/** `undefined` for a damaged record. */
export function decodeSettings(bytes: Uint8Array): Settings | undefined {
  const fields = settingsCodec.decode(bytes);
  return fields && { presenceHidden: fields[1] };
}
