/** Kills while messages are on their way, each followed by a restart. */
import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { decodeServerFrame, toHex } from "@sotto/protocol";
import { unpackFrames } from "@sotto/server/simulation";
import type { Random } from "../sim/random.ts";
import { lookInto } from "../support/database.ts";
import { withDeadline } from "../support/deadline.ts";
import type { World } from "../support/world.ts";
import type { Instant, Target } from "./killPlan.ts";
import type { PostTracker } from "./postTracker.ts";

export interface Kill {
  /** In words. */
  readonly target: string;
  readonly ofServer: boolean;
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

/** Posts that are answered before a kill at most. */
const MAX_ANSWERS = 100;
/** Longer than a commit takes, so that any point of it can be hit. */
const MAX_PAUSE_MS = 12;
/** How long a kill waits for traffic: clients come back within a few seconds. */
const TRAFFIC_MS = 10_000;
const DATABASE_FILE = "sotto.db";

/** Kills the target while messages are on their way, and starts it again. */
export async function killAndRestart(target: Target, options: KillOptions): Promise<Kill> {
  const { tracker, random } = options;
  // In the middle of traffic: after a restart clients need a while to come back.
  await withDeadline("answers", TRAFFIC_MS, tracker.answers(random.between(1, MAX_ANSWERS))).catch(() => {});
  if (target.kind === "server" && target.instant === "commit") await nextCommit(options);
  else await pause(random.next() * MAX_PAUSE_MS);
  if (target.kind === "server") return killServer(target.instant, options);
  const { person } = target;
  await person.kill();
  await person.restart();
  return { target: person.name, ofServer: false, unanswered: 0, storedUnanswered: 0 };
}

/** How many kills fell between store and acknowledgement of a post. */
export function betweenStoreAndAck(kills: readonly Kill[]): number {
  return kills.filter(({ storedUnanswered }) => storedUnanswered > 0).length;
}

/** Resolves when the server writes to its database's log and has not answered a post, or when there has been no traffic for long. */
async function nextCommit({ world, tracker }: KillOptions): Promise<void> {
  const written = Promise.withResolvers<void>();
  const watcher = watch(join(world.dataDir, `${DATABASE_FILE}-wal`), () => {
    if (tracker.hasUnanswered()) written.resolve();
  });
  await withDeadline("a commit", TRAFFIC_MS, written.promise).catch(() => {});
  watcher.close();
}

/** Kills the server at this instant, looks into its database, and starts it again. */
async function killServer(instant: Instant, { world, tracker }: KillOptions): Promise<Kill> {
  tracker.takeUnanswered();
  await world.killServer();
  const unanswered = tracker.takeUnanswered();
  const stored = storedMessages(join(world.dataDir, DATABASE_FILE));
  await world.startServer();
  return {
    target: `server at a ${instant === "commit" ? "commit" : "random instant"}`,
    ofServer: true,
    unanswered: unanswered.size,
    storedUnanswered: [...unanswered].filter((ciphertext) => stored.has(ciphertext)).length,
  };
}

/** Ciphertexts of the messages that wait in mailboxes, in hexadecimal. */
function storedMessages(file: string): ReadonlySet<string> {
  const rows = lookInto(file, (db) => db.prepare("SELECT frames FROM bodies").all());
  const frames = rows.flatMap((row) => unpackFrames(row["frames"] as Uint8Array));
  const messages = frames.flatMap((bytes) => {
    const frame = decodeServerFrame(bytes);
    return frame?.type === "message" ? [toHex(frame.ciphertext)] : [];
  });
  return new Set(messages);
}
