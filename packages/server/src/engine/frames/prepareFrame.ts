/** Client frames as store requests, and results as reply frames; the same for the socket and for HTTP. */
import type { ClientFrame } from "@sotto/protocol";
import { decodeClientFrame, encodeServerFrame, setFrameRequestId } from "@sotto/protocol";
import type { PrepareFrame } from "../../ports/frameGateway.ts";
import type { PackedFrames } from "../../ports/packedFrames.ts";
import { FRAME_SIZE_BYTES, packFrames, repeatFrame } from "../../ports/packedFrames.ts";
import type { AnyResult, FrameRequest, FrameSender } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";

/** Frames that ask the store for something and are answered by ok or refused. */
export type RequestFrame = Extract<ClientFrame, { type: "post" | "handshake" | "createGroup" | "leave" }>;

export const prepareFrame: PrepareFrame = (session, bytes) => {
  const frame = decodeClientFrame(bytes);
  if (frame === undefined) return { code: "badFrame" };
  if (!isRequest(frame)) return { code: "unexpectedFrame" };
  return {
    request: requestOf(frame, { session, connection: null }),
    reply: (result) => replyFrame(frame, singleResult(result)),
  };
};

function isRequest(frame: ClientFrame): frame is RequestFrame {
  return frame.type !== "hello" && frame.type !== "ack" && frame.type !== "ping" && frame.type !== "presence";
}

/** The request of one frame. A post becomes a run of one. */
export function requestOf(frame: RequestFrame, sender: FrameSender): FrameRequest {
  switch (frame.type) {
    case "post":
      return { type: "posts", sender, group: frame.group, earlierRefused: false, posts: [frame] };
    case "handshake":
      return { type: "handshake", sender, group: frame.group, index: frame.index, parts: frame };
    case "createGroup": {
      const { group, conversation, kind, predecessor, firstMessage } = frame;
      return {
        type: "createGroup",
        sender,
        group,
        conversation,
        kind,
        predecessor,
        firstMessage,
        parts: frame,
      };
    }
    case "leave":
      return { type: "leave", sender, group: frame.group };
  }
}

/** The encoded answer to a frame. Refused posts carry the post's own refusal. */
export function replyFrame(
  { requestId }: Pick<ClientFrame, "requestId">,
  result: Result<unknown>,
): Uint8Array {
  if (!result.ok) return encodeServerFrame({ type: "refused", requestId, ...result.refusal });
  return encodeServerFrame({ type: "ok", requestId, number: indexOf(result.value) });
}

const OK: Uint8Array = encodeServerFrame({ type: "ok", requestId: 0, number: 0 });

/** The answers to several frames. */
export function packReplies(
  requestIds: readonly number[],
  results: readonly Result<unknown>[],
): PackedFrames {
  if (!results.every((result) => result.ok && indexOf(result.value) === 0))
    return packFrames(results.map((result, i) => replyFrame({ requestId: requestIds[i] ?? 0 }, result)));
  const packed = repeatFrame(OK, requestIds.length);
  for (const [i, requestId] of requestIds.entries())
    setFrameRequestId(packed, i * (FRAME_SIZE_BYTES + OK.length) + FRAME_SIZE_BYTES, requestId);
  return packed;
}

/** The result of a run of one post is that post's. */
function singleResult(result: AnyResult): Result<unknown> {
  if (!result.ok || !("results" in result.value)) return result;
  return result.value.results[0] ?? result;
}

function indexOf(value: unknown): number {
  return typeof value === "object" && value !== null && "index" in value && typeof value.index === "number"
    ? value.index
    : 0;
}
