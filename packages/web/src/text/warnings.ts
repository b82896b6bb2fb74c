/** What has happened to a conversation that its people should know: it stays on screen until they have seen it. */
import type { ClientEvent } from "sotto";

type ConversationEvent = Extract<ClientEvent, { type: "conversation" }>;

export interface Warning {
  readonly conversation: ConversationEvent["conversation"];
  readonly change: keyof typeof SENTENCES;
  /** Whose conversation it was when it happened: it may be gone. */
  readonly name: string;
}

/** One sentence or two behind the name. */
const SENTENCES = {
  fork: "The server shows different histories of this conversation to its members. What does not follow from what came before was refused; ask them what they see.",
  refusedHandshake: "A change of keys or members was refused because no member made it, or not by the rules.",
  keysChanged:
    "The server shows other keys for this person. Nothing is sent until you have decided; ask them over another channel.",
  keysRefused: "Keys that are not theirs were shown in their name, and refused. Nothing has changed.",
  undecided: "This device cannot follow a change of keys. Nothing more is sent.",
  unreadable: "Something arrived that cannot be opened.",
  gap: "Messages are missing. They may still come.",
} as const;

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

export function sentenceOfWarning({ change }: Warning): string {
  return SENTENCES[change];
}

function isWarning(change: ConversationEvent["change"]): change is Warning["change"] {
  return Object.hasOwn(SENTENCES, change);
}
