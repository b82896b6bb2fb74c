/** What the list shows of each contact and each group. */
import type { Contact, Conversation, StoredMessage } from "sotto";
import { hrefOf } from "../app/route.ts";
import type { People } from "../device/people.ts";
import { nameOf } from "../device/people.ts";
import type { Place } from "../device/place.ts";
import { isEnded, keyOf, routeOf, titleOf } from "../device/place.ts";
import type { Offered } from "../files/lastLine.ts";
import { lineOf, offeredBy } from "../files/lastLine.ts";
import { isWaiting, shownState } from "../path/pathNow.ts";
import { shortWhen } from "../text/dates.ts";
import type { Text } from "../text/text.ts";
import type { ShownState } from "../ui/StateGlyph.tsx";

/**
 * One row for each contact that one has asked or accepted and for each group: by latest message, then those without any by name. Behind them the
 * conversations that have ended with their contact, and the groups that one is out of.
 */
export function rowsOf(view: {
  readonly contacts: readonly Contact[];
  readonly conversations: readonly Conversation[];
}): readonly Place[] {
  const byId = new Map(view.conversations.map((conversation) => [conversation.id, conversation]));
  const pairs = view.contacts
    .filter(({ state }) => state !== "incoming")
    .map((contact): Place => ({ contact, conversation: byId.get(contact.conversation) }));
  const groups = view.conversations
    .filter(({ kind }) => kind !== "pair")
    .map((conversation): Place => ({ contact: undefined, conversation }));
  return [...pairs, ...groups].toSorted(
    (a, b) => compareEnds(a, b) || latest(b) - latest(a) || compareNames(a, b),
  );
}

/** Those whose user name or display name has the query in it, names that begin with it first; all for an empty one. Keeps the order otherwise. */
export function matching(rows: readonly Place[], query: string): readonly Place[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return rows;
  const lower = (row: Place): string => titleOf(row).toLowerCase();
  const display = (row: Place): string => row.contact?.displayName.toLowerCase() ?? "";
  const found = rows.filter((row) => lower(row).includes(wanted) || display(row).includes(wanted));
  const later = (row: Place): number =>
    lower(row).startsWith(wanted) || display(row).startsWith(wanted) ? 0 : 1;
  return found.toSorted((a, b) => compareEnds(a, b) || later(a) - later(b));
}

/** What stands `steps` below (above, if negative) the row of that key; the nearest end if there is none. */
export function neighbour(rows: readonly Place[], key: string | undefined, steps: 1 | -1): Place | undefined {
  const index = rows.findIndex((row) => keyOf(row) === key);
  if (index === -1) return rows.at(steps === 1 ? 0 : -1);
  return rows[index + steps];
}

/** All that a row shows, in plain values, so that a row that shows the same is not drawn again. */
export interface RowLook {
  /** What the colour of its face follows from. */
  readonly account: string;
  readonly name: string;
  /** What the contact is called by their own choice; "": no other name. */
  readonly displayName: string;
  /** Number of their picture; 0: none. */
  readonly picture: number;
  readonly isGroup: boolean;
  readonly href: string;
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

/** Whose names are said, when it is, and in which words. */
export interface Reader {
  readonly people: People;
  readonly nowMs: number;
  readonly locale: string;
  readonly t: Text;
}

export function lookOf(row: Place, { people, nowMs, locale, t }: Reader): RowLook {
  const { contact, conversation } = row;
  const last = conversation?.lastMessage;
  const draft = conversation?.draft;
  const preview = previewOf(contact, draft, last !== undefined);
  return {
    account: keyOf(row),
    name: titleOf(row),
    displayName: contact?.displayName ?? "",
    picture: contact?.picture ?? 0,
    isGroup: contact === undefined,
    href: hrefOf(routeOf(row)),
    online: contact?.online === true,
    unread: conversation?.unread ?? 0,
    when: last && shortWhen(last.storedAtMs, nowMs, locale),
    preview,
    text:
      (preview === "draft" ? draft : last && lastLine(last, contact === undefined, { people, locale, t })) ??
      "",
    offered: preview === "message" && last !== undefined ? offeredBy(last) : "nothing",
    state:
      preview === "message" && last?.mine === true && last.event === null
        ? shownState(last.state, conversation !== undefined && isWaiting(conversation))
        : undefined,
  };
}

/** In a group with who has said it. */
function lastLine(
  message: StoredMessage,
  isInGroup: boolean,
  reader: Pick<Reader, "people" | "locale" | "t">,
): string {
  const { people, t } = reader;
  const text = lineOf(message, reader);
  if (!isInGroup || message.event !== null) return text;
  return message.mine
    ? t("groups.ownLine", { text })
    : t("groups.line", { name: nameOf(people, message.from, t), text });
}

function previewOf(
  contact: Contact | undefined,
  draft: string | undefined,
  hasMessage: boolean,
): PreviewKind {
  if (contact?.state === "outgoing" || contact?.state === "blocked") return contact.state;
  if (draft !== undefined && draft.trim() !== "") return "draft";
  return hasMessage ? "message" : "nothing";
}

function latest({ conversation }: Place): number {
  return conversation?.lastMessage?.storedAtMs ?? 0;
}

/** What has ended stands behind all others. */
function compareEnds(a: Place, b: Place): number {
  return Number(isEnded(a)) - Number(isEnded(b));
}

function compareNames(a: Place, b: Place): number {
  return titleOf(a) < titleOf(b) ? -1 : 1;
}
