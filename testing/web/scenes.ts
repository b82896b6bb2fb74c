/** Every page, dialog and state of the app, and how to get there. */
import type { Act } from "./acts.ts";
import { conversationScenes } from "./scenes/conversation.ts";
import { fileScenes } from "./scenes/files.ts";
import { groupScenes } from "./scenes/groups.ts";
import { listScenes } from "./scenes/list.ts";
import { roomScenes } from "./scenes/rooms.ts";
import { profileScenes } from "./scenes/profiles.ts";
import { settingsScenes } from "./scenes/settings.ts";
import { signInScenes } from "./scenes/signIn.ts";
import type { Failures, HomeScript } from "./stage/page/script.ts";
import type { WorldName } from "./stage/page/worlds.ts";

export interface Scene {
  /** Part of file names. */
  readonly name: string;
  readonly world?: WorldName;
  readonly home?: HomeScript;
  readonly failures?: Failures;
  /** A newer version of the app waits. */
  readonly updated?: boolean;
  readonly address?: string;
  /** Differs from another by a sentence: checked, and left out of docs/screens. */
  readonly variant?: true;
  /** What the person does when the page is there. */
  readonly act?: Act;
}

export const SCENES: readonly Scene[] = [
  ...signInScenes,
  ...listScenes,
  ...conversationScenes,
  ...fileScenes,
  ...groupScenes,
  ...roomScenes,
  ...profileScenes,
  ...settingsScenes,
];
