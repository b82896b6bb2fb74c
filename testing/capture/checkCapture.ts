/** Explains a whole capture: every byte of every connection, in both directions. */
import type { RecordedConnection } from "../support/recording.ts";
import type { Ledger } from "./fieldReader.ts";
import { attribute, createLedger } from "./fieldReader.ts";
import { clientFrame, serverFrame } from "./frameFields.ts";
import type { Requests } from "./httpMessages.ts";
import { readRequests, readResponses } from "./httpMessages.ts";
import { readWebSocket } from "./webSocketFrames.ts";

export interface CaptureCheck {
  readonly ledger: Ledger;
  readonly connections: number;
  /** Of all connections, both directions. */
  readonly totalBytes: number;
  readonly knownBytes: number;
  readonly unknownBytes: number;
}

/** Reads each connection by the documented tables. `knownBytes + unknownBytes` is at least the total; more if a failed part was read to its end. */
export function checkCapture(connections: readonly RecordedConnection[]): CaptureCheck {
  const ledger = createLedger();
  let totalBytes = 0;
  for (const { number, toServer, toClient } of connections) {
    totalBytes += toServer.length + toClient.length;
    const requests: Requests = { routes: [] };
    const place = `connection ${number}`;
    attribute(ledger, `${place} to server`, toServer, (reader) =>
      readRequests(reader, requests, (rest) => readWebSocket(rest, true, clientFrame)),
    );
    attribute(ledger, `${place} to client`, toClient, (reader) =>
      readResponses(reader, requests, (rest) => readWebSocket(rest, false, serverFrame)),
    );
  }
  const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);
  return {
    ledger,
    connections: connections.length,
    totalBytes,
    knownBytes: sum(ledger.fields.values()),
    unknownBytes: sum(ledger.unknown.map(({ sizeBytes }) => sizeBytes)),
  };
}

/** The table of fields, largest first, then what is unknown. */
export function captureTable({
  ledger,
  connections,
  totalBytes,
  knownBytes,
  unknownBytes,
}: CaptureCheck): string {
  const rows = [...ledger.fields].toSorted(([, a], [, b]) => b - a);
  const width = Math.max(...rows.map(([field]) => field.length));
  return [
    ...rows.map(([field, sizeBytes]) => `${field.padEnd(width)} ${String(sizeBytes).padStart(9)}`),
    ...ledger.unknown.map(
      ({ place, sizeBytes, reason }) => `UNKNOWN ${sizeBytes} bytes at ${place}: ${reason}`,
    ),
    `${rows.length} fields, ${connections} connections, ${totalBytes} bytes, explained ${knownBytes}`,
    `unknown bytes ${unknownBytes}`,
  ].join("\n");
}
