/** Traffic in the forms in which a search must look at it: as it was sent, and as it was meant. */
import { concatBytes } from "@sotto/protocol";
import type { RecordedConnection } from "../support/recording.ts";
import { createSocketStream } from "./socketStream.ts";

export interface TrafficView {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** Raw bytes of both directions, and the unmasked messages of sockets. */
export function trafficViews(connections: readonly RecordedConnection[]): readonly TrafficView[] {
  return connections.flatMap(({ number, toServer, toClient }) => {
    const raw = [
      { place: `connection ${number} to server`, bytes: toServer },
      { place: `connection ${number} to client`, bytes: toClient },
    ];
    const unmasked = raw.map(({ place, bytes }) => ({
      place: `${place}, unmasked`,
      bytes: concatBytes(...createSocketStream()(bytes)),
    }));
    return [...raw, ...unmasked.filter(({ bytes }) => bytes.length > 0)];
  });
}
