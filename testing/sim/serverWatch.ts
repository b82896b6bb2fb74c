/** What the server may do at no step: say yes before the disk has, or push a mailbox out of order. */
import { decodeClientFrame, SERVER_FRAME } from "@sotto/protocol";
import type { Outcome, StoreRequest } from "@sotto/server/simulation";
import { keyOf } from "./sealedLedger.ts";
import type { Report } from "./violation.ts";

export interface ServerWatch {
  receives(connection: number, frame: Uint8Array): void;
  sends(connection: number, frame: Uint8Array): void;
  committed(requests: readonly StoreRequest[], outcomes: readonly Outcome[]): void;
  /** Its database is an earlier one now. */
  restored(): void;
}

const ENTRIES: readonly number[] = [
  SERVER_FRAME.message,
  SERVER_FRAME.handshake,
  SERVER_FRAME.welcome,
  SERVER_FRAME.departed,
];

export function createServerWatch(report: Report): ServerWatch {
  /** Posted ciphertext by connection and request id. */
  const asked = new Map<string, string>();
  const durable = new Set<string>();
  const pushed = new Map<number, number>();
  return {
    receives(connection, bytes) {
      const frame = decodeClientFrame(bytes);
      if (frame?.type === "post") asked.set(`${connection} ${frame.requestId}`, keyOf(frame.ciphertext));
    },
    sends(connection, bytes) {
      const { type, requestId, number } = headerOf(bytes);
      if (type === SERVER_FRAME.ok) {
        const post = asked.get(`${connection} ${requestId}`);
        if (post !== undefined && !durable.has(post)) report("ok-before-commit", `connection ${connection}`);
      } else if (ENTRIES.includes(type)) {
        if (number <= (pushed.get(connection) ?? 0))
          report("push-order", `connection ${connection}: ${number}`);
        pushed.set(connection, number);
      }
    },
    committed(requests, outcomes) {
      for (const [i, request] of requests.entries()) {
        const result = outcomes[i]?.result;
        if (request.type !== "posts" || result?.ok !== true || !("results" in result.value)) continue;
        for (const [j, { ok }] of result.value.results.entries()) {
          const post = request.posts[j];
          if (ok && post !== undefined) durable.add(keyOf(post.ciphertext));
        }
      }
    },
    restored: () => durable.clear(),
  };
}

function headerOf(bytes: Uint8Array): { type: number; requestId: number; number: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { type: view.getUint8(1), requestId: view.getUint32(4), number: Number(view.getBigUint64(24)) };
}
