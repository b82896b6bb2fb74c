/** What the user has chosen for the account, kept by the device and carried by the vault to the next one. */
import type { ConversationId } from "@sotto/protocol";
import { arrayOf, bool, bytesOf, codecOf, idBytes, idOf, tuple, uint } from "@sotto/protocol";
import type { PathMode } from "./contract.ts";
import type { ConversationRecord } from "./records/conversation.ts";

export interface Settings {
  /** Contacts do not see this account online, nor it them (RLY-22). */
  readonly presenceHidden: boolean;
  /** The way of conversations that are not in `paths` (DIR-1). */
  readonly defaultPath: PathMode;
  readonly paths: ReadonlyMap<ConversationId, PathMode>;
}

export const DEFAULT_SETTINGS: Settings = { presenceHidden: false, defaultPath: "auto", paths: new Map() };

/** Its key in the table "meta". */
export const SETTINGS_KEY = "settings";

const FORMAT = 2;
const PATH_MODES: readonly PathMode[] = ["auto", "direct", "turn", "relay"];
const MAX_PATHS = 10_000;
const path = uint(PATH_MODES.length - 1);
const settingsCodec = codecOf(tuple(uint(FORMAT), bool, path, arrayOf(tuple(bytesOf(16), path), MAX_PATHS)));

export function encodeSettings({ presenceHidden, defaultPath, paths }: Settings): Uint8Array {
  const byConversation = [...paths].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return settingsCodec.encode([
    FORMAT,
    presenceHidden,
    PATH_MODES.indexOf(defaultPath),
    byConversation.map(([id, mode]) => [idBytes(id), PATH_MODES.indexOf(mode)]),
  ]);
}

/** `undefined` for a damaged record. */
export function decodeSettings(bytes: Uint8Array): Settings | undefined {
  const fields = settingsCodec.decode(bytes);
  return (
    fields && {
      presenceHidden: fields[1],
      defaultPath: PATH_MODES[fields[2]] as PathMode,
      paths: new Map(fields[3].map(([id, mode]) => [idOf<ConversationId>(id), PATH_MODES[mode] as PathMode])),
    }
  );
}

/** The way of a conversation's messages: what was chosen for it; those of groups go by the relay. */
export function modeOf(settings: Settings, { id, peer }: Pick<ConversationRecord, "id" | "peer">): PathMode {
  return peer === null ? "relay" : pathOf(settings, id);
}

/** The way that was chosen for a pair. */
export function pathOf({ defaultPath, paths }: Settings, conversation: ConversationId): PathMode {
  return paths.get(conversation) ?? defaultPath;
}
