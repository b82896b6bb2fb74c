/** An own file that a message offers and nobody has asked for yet, without keys that anything could be opened with. */
import type { TransferRecord } from "sotto/simulation";

export function offeredFile(
  named: Pick<TransferRecord, "transfer" | "conversation" | "message" | "path" | "sizeBytes">,
): TransferRecord {
  return {
    ...named,
    mine: true,
    key: new Uint8Array(32),
    root: new Uint8Array(32),
    state: "offered",
    paused: false,
    reason: null,
    relay: "none",
    relayUntilMs: 0,
    peerBelow: 0,
    owed: null,
    receipt: "none",
    losses: 0,
  };
}
