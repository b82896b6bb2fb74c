/** Traffic in the forms in which a search must look at it: as it was sent, and as it was meant. */
import { concatBytes } from "@sotto/protocol";
import type { RecordedConnection } from "../support/recording.ts";
import { firstWebSocketFrame } from "./webSocketFrames.ts";

export interface TrafficView {
  readonly place: string;
  readonly bytes: Uint8Array;
}

const END_OF_HEAD = "\r\n\r\n";

/** Raw bytes of both directions, and the unmasked messages of sockets. */
export function trafficViews(connections: readonly RecordedConnection[]): readonly TrafficView[] {
  return connections.flatMap(({ number, toServer, toClient }) => {
    const raw = [
      { place: `connection ${number} to server`, bytes: toServer },
      { place: `connection ${number} to client`, bytes: toClient },
    ];
    if (!Buffer.from(toServer).toString("latin1").startsWith("GET /v1/socket")) return raw;
    return [
      ...raw,
      ...raw.map(({ place, bytes }) => ({ place: `${place}, unmasked`, bytes: socketMessages(bytes) })),
    ];
  });
}

function socketMessages(bytes: Uint8Array): Uint8Array {
  const payloads: Uint8Array[] = [];
  const head = Buffer.from(bytes).indexOf(END_OF_HEAD);
  let rest = bytes.subarray(head < 0 ? bytes.length : head + END_OF_HEAD.length);
  for (let frame = firstWebSocketFrame(rest); frame !== undefined; frame = firstWebSocketFrame(rest)) {
    payloads.push(frame.payload);
    rest = rest.subarray(frame.headerBytes + frame.payload.length);
  }
  return concatBytes(...payloads);
}
