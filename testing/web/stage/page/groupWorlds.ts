/** The groups of the worlds, and what was said in them. Everybody in them is made up. */
import type { GroupEvent, StoredMessage } from "sotto";
import type { Line, Talk } from "./world.ts";
import { OWN, accountOf, groupTalk, line, member } from "./world.ts";

const UNREAD = { state: "delivered" } as const;

function by(userName: string, fields: Partial<StoredMessage> = {}): Partial<StoredMessage> {
  return { from: accountOf(userName), ...fields };
}

function happened(daysAgo: number, time: string, userName: string, event: GroupEvent): Line {
  return line(daysAgo, time, "", { ...by(userName), event, mine: userName === OWN.userName });
}

const PEOPLE = [
  member("alice", { role: "owner" }),
  member("bob", { role: "admin", online: true }),
  member("carol", { online: true }),
  member("dave"),
  member("heidi", { isContact: false }),
];

const SAID: readonly Line[] = [
  happened(2, "18:00", "alice", { kind: "created", name: "Choir" }),
  happened(2, "18:00", "alice", {
    kind: "added",
    accounts: [accountOf("bob"), accountOf("carol"), accountOf("dave")],
  }),
  line(2, "18:04", "Here we can talk about Saturday without forgetting anybody.", { mine: true }),
  line(2, "18:10", "Good. Which train do we take?", by("dave")),
  happened(2, "18:11", "alice", { kind: "role", account: accountOf("bob"), role: "admin" }),
  happened(2, "18:12", "bob", { kind: "renamed", name: "Harbour choir" }),
  happened(0, "08:55", "bob", { kind: "added", accounts: [accountOf("heidi")] }),
  line(0, "09:02", "Welcome, heidi.", by("bob")),
  line(0, "09:03", "The tenors meet ten minutes earlier.", by("bob")),
  line(0, "09:20", "Is the chapel heated?", by("carol")),
  line(0, "09:22", "Barely. Blankets on every second chair.", { mine: true, state: "read" }),
  happened(0, "09:24", "dave", { kind: "refused" }),
];

const NEW: readonly Line[] = [
  line(0, "09:40", "明天七点，老教堂见。带上谱子。", by("heidi", UNREAD)),
  line(0, "09:41", "Я принесу чай.", by("carol", UNREAD)),
];

export const CHOIR = groupTalk("Harbour choir", PEOPLE, [...SAID, ...NEW], { unread: 2 });

/** Somebody else's, in which one is a mere member. */
export const READERS = groupTalk(
  "Readers of long and quiet novels by the old harbour",
  [
    member("carol", { role: "owner", online: true }),
    member("bob", { role: "admin", online: true }),
    member("alice"),
  ],
  [
    happened(1, "20:00", "carol", { kind: "added", accounts: [OWN.account] }),
    line(1, "20:03", "I shall be slow.", { mine: true, state: "delivered" }),
  ],
);

export const LEFT: Talk = groupTalk(
  "Kitchen table",
  [],
  [
    line(5, "12:00", "Who brings the bread?", by("bob")),
    happened(4, "09:00", "bob", { kind: "removed", accounts: [OWN.account] }),
  ],
  { state: "ended" },
);

/** One came in with a password, and others after. */
export const STAGE: Talk = groupTalk(
  "Open stage, Thursdays",
  [
    member("alice", { role: "owner" }),
    member("bob", { online: true }),
    member("ivan", { isContact: false }),
    member("judy", { isContact: false }),
  ],
  [
    happened(3, "19:00", "alice", { kind: "created", name: "Open stage, Thursdays" }),
    happened(3, "19:20", "bob", { kind: "entered", account: accountOf("bob") }),
    line(3, "19:21", "The door works. Quieter than the real one.", by("bob")),
    happened(0, "08:10", "ivan", { kind: "entered", account: accountOf("ivan") }),
    line(0, "08:12", "Is there a piano?", by("ivan")),
    line(0, "08:30", "There is, and it was tuned in spring.", { mine: true, state: "delivered" }),
    happened(0, "09:15", "judy", { kind: "entered", account: accountOf("judy") }),
  ],
  { kind: "room" },
);

export const GROUPS = [CHOIR, STAGE, READERS, LEFT];
