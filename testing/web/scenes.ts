/** Every page, dialog and state of the app, and how to get there. */
import type { Page } from "playwright-core";
import type { Failures, HomeScript } from "./stage/page/script.ts";
import type { WorldName } from "./stage/page/worlds.ts";

export interface Scene {
  /** Part of file names. */
  readonly name: string;
  readonly world?: WorldName;
  readonly home?: HomeScript;
  readonly failures?: Failures;
  readonly address?: string;
  /** Selector of what has to be there first; otherwise a heading. */
  readonly ready?: string;
  /** What the person does then; in any language. */
  readonly act?: (page: Page) => Promise<void>;
}

export const SCENES: readonly Scene[] = [
  { name: "register", home: { open: "storeMissing" } },
  { name: "list", ready: "nav a" },
  { name: "empty", world: "nobody", ready: "nav a" },
  { name: "conversation", address: "#/with/bob" },
];
