/** The worlds that the pictures are taken of. Everybody in them is made up, and everything that they say. */
import { filesStopped, filesWithBob, picturesWithBob } from "./fileWorlds.ts";
import { GROUPS } from "./groupWorlds.ts";
import { withProfiles } from "./profileWorlds.ts";
import type { Person, World } from "./world.ts";
import { line, person } from "./world.ts";

const ONLINE = { state: "online" } as const;

/** A direct way, over the internet. */
const OPEN = { state: "open", via: "nat" } as const;
const DIRECT = { path: "direct" } as const;

const BOB = person("bob", {
  contact: { online: true },
  conversation: { link: OPEN },
  lines: [
    line(2, "21:04", "Did the tenors get the new score?"),
    line(2, "21:06", "They did. 第二乐章的开头要再轻一点，像在耳边说话。 Sotto voce, in other words.", {
      mine: true,
    }),
    line(0, "09:02", "Then I whisper. Tell carol to put the metronome away."),
    line(0, "09:03", "She says it keeps her company."),
    line(0, "09:12", "Rehearsal moves to seven, the hall is taken before.", { mine: true }),
    line(
      0,
      "09:13",
      "Can you bring the parts? https://sotto.example/a-long-address/that-has-to-break-somewhere/parts.pdf",
      { mine: true },
    ),
    line(0, "09:38", "Я принесу. And the تسجيل as well.", DIRECT),
    line(0, "09:41", "Seven it is", { mine: true, state: "delivered", ...DIRECT }),
  ],
});

const UNREAD = { state: "delivered" } as const;

const CAROL = person("carol", {
  contact: { online: true },
  conversation: { unread: 4, link: { state: "none", reason: "idle" } },
  lines: [
    line(1, "18:20", "Where did we leave the folder?", { mine: true }),
    line(1, "18:31", "In the old music room, I think."),
    line(0, "09:09", "明天七点，老教堂见。带上乐谱和一支铅笔，我们把第二乐章从头过一遍。", UNREAD),
    line(0, "09:10", "Кто принесёт хлеб? Я могу взять чёрный и белый.", UNREAD),
    line(0, "09:11", "And somebody has to tell dave.", UNREAD),
    line(0, "09:12", "🎻", UNREAD),
  ],
});

const DAVE = person("dave", {
  lines: [
    line(2, "11:02", "Is the metronome yours?"),
    line(2, "11:20", "About Saturday: I was thinking of the early train.", { mine: true, state: "sent" }),
    line(2, "11:21", "Or the one after that.", { mine: true, state: "failed" }),
  ],
});

const LONG_NAME = person("a.very-long_user.name.of.32.char", {
  lines: [line(30, "08:00", "Hello from far away")],
});

const ERIN = person("erin", {
  contact: { state: "incoming" },
  conversation: { state: "pending" },
  lines: [line(0, "08:15", "We met at the choir last week. I have the recording.")],
});

const FRANK = person("frank", {
  contact: { state: "incoming", pinned: false },
  conversation: { state: "pending" },
  lines: [line(0, "07:30", "New telephone, same frank.")],
});

const GRACE = person("grace", { contact: { state: "outgoing" }, conversation: { state: "pending" } });

const EVERYDAY = [BOB, CAROL, DAVE, LONG_NAME];

/** A history of several pages. */
const TALKATIVE = person("bob", {
  contact: { online: true },
  lines: Array.from({ length: 240 }, (_, i) =>
    line(
      3 - Math.floor(i / 80),
      `${String(8 + Math.floor((i % 80) / 8)).padStart(2, "0")}:${String((i % 8) * 7).padStart(2, "0")}`,
      `Line ${i + 1} of a long evening`,
      { mine: i % 3 === 0 },
    ),
  ),
});

function withBob(fields: Parameters<typeof person>[1]): World {
  return { people: [person("bob", { lines: [], ...fields }), CAROL, DAVE], connection: ONLINE };
}

function unseen(one: Person): Person {
  return {
    ...one,
    contact: { ...one.contact, online: false },
    conversation: { ...one.conversation, link: { state: "none", reason: "serverOffline" } },
  };
}

/** A conversation of some length in which something has happened. */
function bobWhere(fields: NonNullable<Parameters<typeof person>[1]>): World {
  return withBob({ lines: BOB.messages, ...fields });
}

/** More people than a list draws at once. */
const CROWD = Array.from({ length: 300 }, (_, i) =>
  person(`person.${String(i + 1).padStart(3, "0")}`, {
    contact: { online: i % 7 === 0 },
    lines: [line(1 + Math.floor(i / 24), `${String(23 - (i % 24)).padStart(2, "0")}:00`, `Line ${i + 1}`)],
  }),
);

const PROFILES = withProfiles({ people: EVERYDAY, groups: GROUPS, connection: ONLINE });

export const WORLDS = {
  everyday: { people: EVERYDAY, connection: ONLINE },
  nobody: { people: [], connection: ONLINE },
  requests: { people: [...EVERYDAY, ERIN, FRANK, GRACE], connection: ONLINE },
  justMet: withBob({ contact: { online: true } }),
  long: { people: [TALKATIVE, CAROL, DAVE], connection: ONLINE },
  outgoing: withBob({ contact: { state: "outgoing" }, conversation: { state: "pending" } }),
  incoming: withBob({ contact: { state: "incoming" }, conversation: { state: "pending" } }),
  blocked: bobWhere({ contact: { state: "blocked" } }),
  ended: bobWhere({ contact: { state: "removed" }, conversation: { state: "ended" } }),
  unready: bobWhere({ conversation: { state: "ended" } }),
  undecided: bobWhere({ conversation: { state: "undecided" } }),
  fork: bobWhere({ conversation: { state: "fork" } }),
  keysChanged: bobWhere({ contact: { pinned: false } }),
  groups: { people: EVERYDAY, groups: GROUPS, connection: ONLINE },
  profiles: PROFILES,
  crowd: { people: CROWD, connection: ONLINE },
  files: { people: [filesWithBob, CAROL, DAVE], connection: ONLINE },
  filesStopped: { people: [filesStopped, CAROL, DAVE], connection: ONLINE },
  pictures: { people: [picturesWithBob, CAROL, DAVE], connection: ONLINE },
  // Without the server nobody is known to be online.
  offline: { people: EVERYDAY.map(unseen), connection: { state: "offline", reason: "offline" } },
} as const satisfies Readonly<Record<string, World>>;

export type WorldName = keyof typeof WORLDS;
