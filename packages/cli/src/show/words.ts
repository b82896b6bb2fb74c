/** What events mean, in one quiet line each. */
import type {
  ConnectionProblem,
  ConnectionState,
  ContactState,
  Conversation,
  ConversationChange,
} from "sotto";

const PROBLEMS: Readonly<Record<ConnectionProblem, string>> = {
  offline: "the server cannot be reached",
  wrongAddress: "what answers there is not a Sotto server",
  untrusted: "the server's certificate is not trusted",
  versionTooOld: "this program and the server have no version in common",
  timeout: "the server does not answer",
  signedOut: "this device is signed out; sign in again with: sotto login",
  replaced: "the same account was opened elsewhere and took over",
  rolledBack: "this device's data is older than what the server has seen of it; sign in again",
  serverRestored: "the server was restored from a backup",
  badFrame: "the server sent something that this program does not understand",
  noDevice: "this device no longer belongs to the account",
  slowDown: "the server asks to slow down",
};

export function connectionWords(state: ConnectionState, reason: ConnectionProblem | undefined): string {
  const because = reason === undefined ? "" : `: ${PROBLEMS[reason]}`;
  switch (state) {
    case "online":
      return `Connected${because}.`;
    case "connecting":
      return "Connecting.";
    case "offline":
      return `Not connected${because}.`;
  }
}

export function presenceWords(hidden: boolean): string {
  return hidden
    ? "Your presence is hidden: contacts do not see you online, and you do not see them."
    : "Contacts see when you are online, and you see when they are.";
}

export function contactWords(name: string, state: ContactState): string {
  switch (state) {
    case "outgoing":
      return `Contact request to ${name}.`;
    case "incoming":
      return `${name} would like to talk with you.`;
    case "accepted":
      return `${name} is a contact now.`;
    case "blocked":
      return `${name} is blocked.`;
    case "removed":
      return `${name} is no longer a contact.`;
    case "known":
      return `${name} is no contact, but in a group with you.`;
  }
}

/** Changes that the user made or sees anyway. */
const QUIET = ["created", "read", "path", "members"] as const satisfies readonly ConversationChange[];
type Quiet = (typeof QUIET)[number];

const CHANGES: Readonly<Record<Exclude<ConversationChange, Quiet>, string>> = {
  ended: "has ended the conversation.",
  keysRenewed: "keys renewed.",
  gap: "messages are missing; they may still come.",
  gapClosed: "the missing messages have come.",
  unreadable: "something arrived that cannot be opened.",
  fork: "the server shows different histories of this conversation to its members. What does not follow from what came before is refused; ask what they see.",
  refusedHandshake: "a change of keys was refused because it is not valid.",
  undecided: "this device cannot follow a change of keys. Nothing more is sent until it is repaired.",
  keysChanged:
    "the server shows other keys for them. Nothing is sent until you accept them again, to go on with the keys you know, or remove them. Ask them first, over another channel.",
  keysKept: "sending goes on with the keys you know.",
  wishFailed: "a change that you asked for cannot be made any more.",
  listCorrected: "the server delivered to other devices than the members'. It is told the right ones.",
  needsKey: "somebody has put you into a group that opens with a key. Ask them for it, then enter it.",
  invitationChanged: "others come in with a new invitation now; the one before opens nothing any more.",
  keysRefused: "keys that are not theirs were shown in their name, and refused. Nothing has changed.",
};

const WARNINGS: readonly ConversationChange[] = [
  "listCorrected",
  "gap",
  "unreadable",
  "fork",
  "refusedHandshake",
  "undecided",
  "keysChanged",
  "keysRefused",
];

/** Something that its people should not miss. */
export function isWarning(change: ConversationChange): boolean {
  return WARNINGS.includes(change);
}

/** `undefined` for those that say nothing new. In a group every change renews keys, and has its line. */
export function changeWords(
  name: string,
  change: ConversationChange,
  kind: Conversation["kind"] = "pair",
): string | undefined {
  if (isQuiet(change) || (kind !== "pair" && change === "keysRenewed")) return undefined;
  return kind !== "pair" && change === "ended"
    ? `${name}: you are no longer in the group.`
    : `${name}: ${CHANGES[change]}`;
}

function isQuiet(change: ConversationChange): change is Quiet {
  return (QUIET as readonly ConversationChange[]).includes(change);
}
