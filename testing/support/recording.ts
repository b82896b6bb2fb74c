/** Keeps everything that passed through a proxy, by connection and direction. */
import { concatBytes } from "@sotto/protocol";
import type { Direction, Tap } from "./tcpProxy.ts";

export interface RecordedConnection {
  /** From 1, in the order in which clients connected. */
  readonly number: number;
  readonly toServer: Uint8Array;
  readonly toClient: Uint8Array;
}

export interface Recording extends Tap {
  connections(): readonly RecordedConnection[];
  sizeBytes(): number;
}

/** An empty recording, to be given to a proxy as its tap. */
export function createRecording(): Recording {
  const chunks = new Map<number, Record<Direction, Uint8Array[]>>();
  let sizeBytes = 0;
  return {
    opened: (connection) => void chunks.set(connection, { toServer: [], toClient: [] }),
    data(connection, direction, bytes) {
      sizeBytes += bytes.length;
      chunks.get(connection)?.[direction].push(bytes.slice());
    },
    connections: () =>
      [...chunks].map(([number, { toServer, toClient }]) => ({
        number,
        toServer: concatBytes(...toServer),
        toClient: concatBytes(...toClient),
      })),
    sizeBytes: () => sizeBytes,
  };
}
