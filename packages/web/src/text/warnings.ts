/** What has happened to a conversation that its people should know: it stays on screen until they have seen it. */
import type { ClientEvent } from "sotto";
import type { TextId } from "./catalogues/en/index.ts";

type ConversationEvent = Extract<ClientEvent, { type: "conversation" }>;

export interface Warning {
  readonly conversation: ConversationEvent["conversation"];
  readonly change: keyof typeof TEXTS;
  /** Whose conversation it was when it happened: it may be gone. */
  readonly name: string;
}

/** One sentence or two with the name in it. */
const TEXTS = {
  fork: "shell.warning.fork",
  refusedHandshake: "shell.warning.refusedHandshake",
  keysChanged: "shell.warning.keysChanged",
  keysRefused: "shell.warning.keysRefused",
  undecided: "shell.warning.undecided",
  unreadable: "shell.warning.unreadable",
  gap: "shell.warning.gap",
  wishFailed: "shell.warning.wishFailed",
  listCorrected: "shell.warning.listCorrected",
} as const satisfies Partial<Record<ConversationEvent["change"], TextId>>;

/** Changes that settle an earlier one. */
const SETTLES: Partial<Record<ConversationEvent["change"], Warning["change"]>> = {
  gapClosed: "gap",
  keysKept: "keysChanged",
};

/** The warnings after an event, each kind once per conversation; the same array when nothing changes. */
export function withChange(
  warnings: readonly Warning[],
  { conversation, change }: Pick<ConversationEvent, "conversation" | "change">,
  name: string,
): readonly Warning[] {
  const settled = SETTLES[change];
  if (settled !== undefined) return without(warnings, { conversation, change: settled });
  if (!isWarning(change)) return warnings;
  return [...without(warnings, { conversation, change }), { conversation, change, name }];
}

/** The warnings when one has been read. */
export function without(
  warnings: readonly Warning[],
  { conversation, change }: Pick<Warning, "conversation" | "change">,
): readonly Warning[] {
  const left = warnings.filter(
    (warning) => warning.conversation !== conversation || warning.change !== change,
  );
  return left.length === warnings.length ? warnings : left;
}

/** Rich text: takes the `name`, and an element for it. */
export function textOfWarning({ change }: Warning): (typeof TEXTS)[Warning["change"]] {
  return TEXTS[change];
}

/** stop: sending is paused, or somebody cheats · warn: something was refused, all else goes on · quiet: it may settle by itself. */
export function toneOfWarning({ change }: Warning): "stop" | "warn" | "quiet" {
  switch (change) {
    case "fork":
    case "keysChanged":
    case "undecided":
      return "stop";
    case "refusedHandshake":
    case "keysRefused":
    case "wishFailed":
    case "listCorrected":
      return "warn";
    case "unreadable":
    case "gap":
      return "quiet";
  }
}

function isWarning(change: ConversationEvent["change"]): change is Warning["change"] {
  return Object.hasOwn(TEXTS, change);
}
