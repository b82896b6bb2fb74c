/** What the list shows of each contact. */
import type { Contact, Conversation } from "sotto";
import type { Offered } from "../files/lastLine.ts";
import { lineOf, offeredBy } from "../files/lastLine.ts";
import { isWaiting, shownState } from "../path/pathNow.ts";
import { shortWhen } from "../text/dates.ts";
import type { Text } from "../text/text.ts";
import type { ShownState } from "../ui/StateGlyph.tsx";

export interface Row {
  readonly contact: Contact;
  readonly conversation: Conversation | undefined;
}

/**
 * One row for each contact that one has asked or accepted: by latest message, then those without any by name. Behind them the conversations that
 * have ended with their contact.
 */
export function rowsOf(view: {
  readonly contacts: readonly Contact[];
  readonly conversations: readonly Conversation[];
}): readonly Row[] {
  const byId = new Map(view.conversations.map((conversation) => [conversation.id, conversation]));
  return view.contacts
    .filter(({ state }) => state !== "incoming")
    .map((contact) => ({ contact, conversation: byId.get(contact.conversation) }))
    .toSorted((a, b) => compareEnds(a, b) || latest(b) - latest(a) || compareNames(a, b));
}

/** Its people are no contacts any more. */
export function isEnded({ contact }: Row): boolean {
  return contact.state === "removed";
}

/** Those whose name has the query in it, names that begin with it first; all for an empty one. Keeps the order otherwise. */
export function matching(rows: readonly Row[], query: string): readonly Row[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return rows;
  const found = rows.filter(({ contact }) => contact.userName.includes(wanted));
  const later = ({ contact }: Row): number => (contact.userName.startsWith(wanted) ? 0 : 1);
  return found.toSorted((a, b) => compareEnds(a, b) || later(a) - later(b));
}

/** The contact whose conversation stands `steps` below (above, if negative) the one of that name; the nearest end if there is none. */
export function neighbour(
  rows: readonly Row[],
  userName: string | undefined,
  steps: 1 | -1,
): Row | undefined {
  const index = rows.findIndex(({ contact }) => contact.userName === userName);
  if (index === -1) return rows.at(steps === 1 ? 0 : -1);
  return rows[index + steps];
}

/** All that a row shows, in plain values, so that a row that shows the same is not drawn again. */
export interface RowLook {
  readonly account: string;
  readonly userName: string;
  readonly online: boolean;
  readonly unread: number;
  readonly when: string | undefined;
  readonly preview: PreviewKind;
  /** Of the draft or the last message. */
  readonly text: string;
  /** By the last message. */
  readonly offered: Offered;
  /** Of the last message if it is an own one. */
  readonly state: ShownState | undefined;
}

/** What outranks what: why one cannot write, what one has begun to write, the last message. */
type PreviewKind = "outgoing" | "blocked" | "draft" | "message" | "nothing";

export function lookOf({ contact, conversation }: Row, nowMs: number, locale: string, t: Text): RowLook {
  const last = conversation?.lastMessage;
  const draft = conversation?.draft;
  const preview = previewOf(contact, draft, last !== undefined);
  return {
    account: contact.account,
    userName: contact.userName,
    online: contact.online,
    unread: conversation?.unread ?? 0,
    when: last && shortWhen(last.storedAtMs, nowMs, locale),
    preview,
    text: (preview === "draft" ? draft : last && lineOf(last, t)) ?? "",
    offered: preview === "message" && last !== undefined ? offeredBy(last) : "nothing",
    state:
      preview === "message" && last?.mine === true
        ? shownState(last.state, conversation !== undefined && isWaiting(conversation))
        : undefined,
  };
}

function previewOf({ state }: Contact, draft: string | undefined, hasMessage: boolean): PreviewKind {
  if (state === "outgoing" || state === "blocked") return state;
  if (draft !== undefined && draft.trim() !== "") return "draft";
  return hasMessage ? "message" : "nothing";
}

function latest({ conversation }: Row): number {
  return conversation?.lastMessage?.storedAtMs ?? 0;
}

/** What has ended stands behind all others. */
function compareEnds(a: Row, b: Row): number {
  return Number(isEnded(a)) - Number(isEnded(b));
}

function compareNames(a: Row, b: Row): number {
  return a.contact.userName < b.contact.userName ? -1 : 1;
}
