/** Lines of text for messages, contacts and whole events, as `chat` and `tail` print them. Everything from others is sanitised here. */
import type { AccountId, TransferId } from "@sotto/protocol";
import type { ClientEvent, Contact, Face, FileView, GroupEvent, Sotto, StoredMessage } from "sotto";
import { sanitizeLine, sanitizeText } from "../sanitize.ts";
import { fileText, shownFileName, stateWords } from "./fileWords.ts";
import { groupEventWords } from "./groupWords.ts";
import { chosenName, conversationName, shownName } from "./names.ts";
import type { Style } from "./style.ts";
import { defaultPathWords } from "./pathWords.ts";
import { changeWords, connectionWords, contactWords, isWarning, presenceWords } from "./words.ts";

const CONTINUATION = "      ";

/** The name of the group that the conversation is, "" of a pair. */
function groupName(sotto: Sotto, id: StoredMessage["conversation"]): string {
  const conversation = sotto.conversations.get(id);
  return conversation === undefined || conversation.kind === "pair" ? "" : sanitizeLine(conversation.name);
}

function isLine(message: StoredMessage): message is StoredMessage & { readonly event: GroupEvent } {
  return message.event !== null;
}

/**
 * `12:04 alice  text`, of one on the direct way `12:04 alice (direct)  text`; further lines are indented, so that no text can pass for another
 * message. Files have a line each, `photo.jpg  2.1 MB  image/jpeg`, with a number if they are given one. In a group its name stands before,
 * unless `where` is "". Local time of this device.
 */
export function messageLine(
  sotto: Sotto,
  message: StoredMessage,
  style: Style,
  numberOf?: (transfer: TransferId) => number,
  where = groupName(sotto, message.conversation),
): string {
  const place = where === "" ? "" : `${style.dim(`[${where}]`)} `;
  if (isLine(message))
    return `${style.dim(clock(message.storedAtMs))} ${place}${style.dim(groupEventWords(sotto, message))}`;
  const name = shownName(sotto, message.from);
  const files = message.files.map((file) => {
    const number = numberOf === undefined ? "" : `${style.bold(`[${numberOf(file.transfer)}]`)} `;
    return `${number}${fileText(file)}`;
  });
  const texts = message.text === "" && files.length > 0 ? [] : sanitizeText(message.text).split("\n");
  const text = [...texts, ...files].join(`\n${CONTINUATION}`);
  const failed = message.state === "failed" ? ` ${style.warning("(failed)")}` : "";
  const who = style.bold(message.mine ? style.own(name) : style.other(name));
  const way = message.path === "direct" ? style.dim(" (direct)") : "";
  return `${style.dim(clock(message.storedAtMs))} ${place}${who}${way}  ${text}${failed}`;
}

/** `bob  accepted, online`. */
export function contactLine(contact: Contact, style: Style): string {
  const state = {
    outgoing: "asked, no answer yet",
    incoming: "asks to be your contact",
    accepted: contact.online ? "online" : "offline",
    blocked: "blocked",
    removed: "removed",
    known: "no contact",
  }[contact.state];
  const changed = contact.pinned ? "" : style.warning(" - keys changed, compare safety numbers");
  const name = sanitizeLine(contact.userName);
  const chosen = chosenName(contact);
  const shown = contact.online ? style.bold(name) : name;
  return `${shown}${chosen === "" ? "" : ` ${chosen}`}  ${style.dim(state)}${changed}`;
}

/** Contacts in the order of `sotto users`: those online first, then by name; removed ones are left out. */
export function listedContacts(sotto: Sotto): readonly Contact[] {
  return sotto.contacts
    .list()
    .filter(({ state }) => state !== "removed")
    .toSorted((a, b) => Number(b.online) - Number(a.online) || (a.userName < b.userName ? -1 : 1));
}

function faceOf(sotto: Sotto, account: AccountId): Face {
  const members = sotto.conversations.list().flatMap(({ roster }) => roster);
  const found = [...sotto.contacts.list(), ...members].find((person) => person.account === account);
  return found ?? { displayName: "", picture: 0 };
}

/** One line for an event, or `undefined` for one that says nothing to people. */
export function eventLine(sotto: Sotto, event: ClientEvent, style: Style): string | undefined {
  switch (event.type) {
    case "message":
      return messageLine(sotto, event.message, style);
    case "state":
      return style.dim(`message to ${conversationName(sotto, event.conversation)}: ${event.state}`);
    case "contact":
      return style.dim(contactWords(sanitizeLine(event.userName), event.state));
    case "presence":
      return style.dim(`${shownName(sotto, event.account)} is ${event.online ? "online" : "offline"}.`);
    case "conversation": {
      const kind = sotto.conversations.get(event.conversation)?.kind;
      const words = changeWords(conversationName(sotto, event.conversation), event.change, kind);
      if (words === undefined) return undefined;
      return isWarning(event.change) ? style.warning(words) : style.dim(words);
    }
    case "connection":
      return event.state === "connecting" ? undefined : style.dim(connectionWords(event.state, event.reason));
    case "ownPresence":
      return style.dim(presenceWords(event.hidden));
    case "path": {
      const way = event.path === "direct" ? "goes directly" : "goes by the server";
      return style.dim(`message to ${conversationName(sotto, event.conversation)}: ${way}`);
    }
    case "defaultPath":
      return style.dim(defaultPathWords(event.path));
    case "file":
      return isNews(event.file)
        ? style.dim(`${shownFileName([event.file.name])}: ${stateWords(event.file)}`)
        : undefined;
    case "profile": {
      if (event.account === sotto.account) return undefined;
      const chosen = chosenName(faceOf(sotto, event.account));
      const name = shownName(sotto, event.account);
      return style.dim(chosen === "" ? `${name} has no display name.` : `${name} is called ${chosen}.`);
    }
    case "draft":
    case "profileKey":
    case "profileDue":
    case "vaultDue":
    case "resynced":
      return undefined;
  }
}

function isNews({ state, reason }: FileView): boolean {
  if (state === "waiting") return reason !== null;
  return state !== "offered" && state !== "preparing" && state !== "moving";
}

/** 60 digits in twelve groups of five, to be read aloud. */
export function safetyNumberLines(digits: string): string {
  const groups = digits.match(/\d{1,5}/g) ?? [];
  return [0, 4, 8].map((from) => groups.slice(from, from + 4).join(" ")).join("\n");
}

function clock(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
