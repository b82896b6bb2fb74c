/**
 * Requests of one connection to one group, in order (RLY-4): one at a time, with all posts that have gathered behind it as one run. Only
 * so can a refusal stop the posts that were already on their way (RLY-7) without waiting for each answer.
 */
import type { GroupId } from "@sotto/protocol";
import type { AnyResult, PostsRequest } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import type { RequestFrame } from "../frames/prepareFrame.ts";
import { packReplies, requestOf } from "../frames/prepareFrame.ts";
import type { Effects, ReadyConnection } from "./connection.ts";
import { MAX_RUN } from "./hubLimits.ts";

export interface Lane {
  readonly queue: { readonly frame: RequestFrame; readonly sizeBytes: number }[];
  busy: boolean;
  /** The last answer to a post or handshake was a refusal. */
  refused: boolean;
}

type Queued = Lane["queue"][number];

/** Takes a frame of `sizeBytes` into its group's lane, where it stays until {@link advanceLanes}. */
export function enqueue(connection: ReadyConnection, frame: RequestFrame, sizeBytes: number): void {
  const lane = connection.lanes.get(frame.group) ?? { queue: [], busy: false, refused: false };
  connection.lanes.set(frame.group, lane);
  connection.unanswered.frames += 1;
  connection.unanswered.bytes += sizeBytes;
  lane.queue.push({ frame, sizeBytes });
  connection.waitingLanes.add(frame.group);
}

/** Sends on what was enqueued, each lane's posts as one run. */
export function advanceLanes(connection: ReadyConnection, effects: Effects): void {
  for (const group of connection.waitingLanes) {
    const lane = connection.lanes.get(group);
    if (lane !== undefined) advance(connection, group, lane, effects);
  }
  connection.waitingLanes.clear();
}

function advance(connection: ReadyConnection, group: GroupId, lane: Lane, effects: Effects): void {
  if (lane.busy) return;
  const [first] = lane.queue;
  if (first === undefined) {
    if (!lane.refused) connection.lanes.delete(group);
    return;
  }
  lane.busy = true;
  const taken = first.frame.type === "post" ? takePosts(lane) : lane.queue.splice(0, 1);
  const request =
    first.frame.type === "post"
      ? runOf(connection, group, taken, lane.refused)
      : requestOf(first.frame, connection.sender);
  const run = {
    type: first.frame.type,
    requestIds: taken.map(({ frame }) => frame.requestId),
    sizeBytes: taken.reduce((size, { sizeBytes }) => size + sizeBytes, 0),
  };
  effects.execute(connection, request, (result) => {
    lane.busy = false;
    answer(connection, lane, run, result, effects);
    advance(connection, group, lane, effects);
  });
}

/** What has to be known of frames to answer them: they themselves are let go of. */
interface Run {
  readonly type: RequestFrame["type"];
  readonly requestIds: readonly number[];
  readonly sizeBytes: number;
}

/** The posts at the head of the queue. */
function takePosts({ queue }: Lane): Queued[] {
  const other = queue.findIndex(({ frame }) => frame.type !== "post");
  return queue.splice(0, Math.min(other === -1 ? queue.length : other, MAX_RUN));
}

function runOf(
  { sender }: ReadyConnection,
  group: GroupId,
  run: readonly Queued[],
  earlierRefused: boolean,
): PostsRequest {
  const posts = run.flatMap(({ frame }) => (frame.type === "post" ? [frame] : []));
  return { type: "posts", sender, group, earlierRefused, posts };
}

function answer(
  connection: ReadyConnection,
  lane: Lane,
  { type, requestIds, sizeBytes }: Run,
  result: AnyResult,
  effects: Effects,
): void {
  connection.unanswered.frames -= requestIds.length;
  connection.unanswered.bytes -= sizeBytes;
  const results = resultsOf(result, requestIds.length);
  if (type === "post") lane.refused = results.at(-1)?.ok !== true;
  else if (!result.ok && type !== "leave") lane.refused = true;
  effects.emit({ type: "sendPacked", connection: connection.id, frames: packReplies(requestIds, results) });
}

/** One result for each of the frames; a refusal of the run is everybody's. */
function resultsOf(result: AnyResult, count: number): readonly Result<unknown>[] {
  if (result.ok && "results" in result.value) return result.value.results;
  return Array.from({ length: count }, () => result);
}
