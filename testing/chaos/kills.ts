/** Kills at random instants, spread over the run, each followed by a restart. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { decodeServerFrame, toHex } from "@sotto/protocol";
import type { Random } from "../sim/random.ts";
import { lookInto } from "../support/database.ts";
import { withDeadline } from "../support/deadline.ts";
import type { World } from "../support/world.ts";
import type { Person } from "./person.ts";
import type { PostTracker } from "./postTracker.ts";

export interface Kill {
  readonly target: string;
  /** Posts that the server had received and whose `ok` never left it. */
  readonly unanswered: number;
  /** Those of them that the database holds all the same: the kill fell between store and acknowledgement. */
  readonly storedUnanswered: number;
}

export interface KillOptions {
  readonly world: World;
  readonly tracker: PostTracker;
  readonly random: Random;
}

/** Everybody is killed; the server most, for its kills are the ones that can lose something for others. */
const SERVER_SHARE = 0.6;
/** Longer than a commit takes, so that any point of it can be hit. */
const MAX_PAUSE_MS = 12;
/** How long a kill waits for traffic; behind the last message there is none. */
const POST_MS = 5000;
const DATABASE_FILE = "sotto.db";

/** One kill to come. */
export interface PlannedKill {
  /** At which share of the run. */
  readonly point: number;
  /** A person, or null: the server. */
  readonly person: Person | null;
}

/** `count` kills, one in each of as many equal parts of the run's first nine tenths, in random order. */
export function planKills(count: number, people: readonly Person[], random: Random): readonly PlannedKill[] {
  const ofServer = Math.ceil(count * SERVER_SHARE);
  const targets = Array.from({ length: count }, (_, i) => (i < ofServer ? null : random.pick(people)));
  const order = targets
    .map((person) => ({ person, place: random.next() }))
    .toSorted((a, b) => a.place - b.place);
  return order.map(({ person }, i) => ({ person, point: (0.9 * (i + random.next())) / count }));
}

/** Kills the server or the person's client at a random instant while messages are on their way, and starts it again. */
export async function killAndRestart(person: Person | null, options: KillOptions): Promise<Kill> {
  // Where there is something to lose: after a restart clients need a while to come back.
  await withDeadline("a post", POST_MS, options.tracker.nextPost()).catch(() => {});
  await pause(options.random.next() * MAX_PAUSE_MS);
  if (person === null) return killServer(options);
  await person.kill();
  await person.restart();
  return { target: person.name, unanswered: 0, storedUnanswered: 0 };
}

/** Kills the server at this instant, looks into its database, and starts it again. */
async function killServer({ world, tracker }: KillOptions): Promise<Kill> {
  tracker.takeUnanswered();
  await world.killServer();
  const unanswered = tracker.takeUnanswered();
  const stored = storedMessages(join(world.dataDir, DATABASE_FILE));
  await world.startServer();
  return {
    target: "server",
    unanswered: unanswered.size,
    storedUnanswered: [...unanswered].filter((ciphertext) => stored.has(ciphertext)).length,
  };
}

/** Ciphertexts of the messages that wait in mailboxes, in hexadecimal. */
function storedMessages(file: string): ReadonlySet<string> {
  const rows = lookInto(file, (db) => db.prepare("SELECT frame FROM bodies").all());
  const messages = rows.flatMap((row) => {
    const frame = decodeServerFrame(row["frame"] as Uint8Array);
    return frame?.type === "message" ? [toHex(frame.ciphertext)] : [];
  });
  return new Set(messages);
}
