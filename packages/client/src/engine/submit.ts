/** Frames that are brought to the server by request, because they are large or must not be lost with a socket. */
import type { Refusal } from "@sotto/protocol";
import { decodeServerFrame } from "@sotto/protocol";
import type { Core, Step } from "./core.ts";
import { TryLater, isPassing, request } from "./core.ts";

/**
 * `undefined`: done. Otherwise why the server refused the frame. Throws {@link TryLater} when it could not judge it, and while this connection's
 * `ready` has not said that the device's store is the newest one: a rolled-back device sends nothing (RLY-20).
 */
export function* submitFrame(core: Core, frame: Uint8Array): Step<Refusal | undefined> {
  if (core.live.phase !== "online") throw new TryLater();
  const answer = yield* request({ kind: "frame", frame });
  if (answer.kind === "refused") return answer;
  const reply = answer.kind === "frame" ? decodeServerFrame(answer.frame) : undefined;
  if (reply?.type === "ok") return undefined;
  if (reply?.type !== "refused" || isPassing(reply.code)) throw new TryLater();
  return reply;
}
