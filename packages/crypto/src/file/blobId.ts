/** Under which name the parcels of a transfer lie at the relay (BLB-1). */
import type { BlobId, TransferId } from "@sotto/protocol";
import { ID_BYTES, idBytes, idOf, LABELS, labelled } from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";

/** The first 16 bytes of SHA-256("sotto blob v1" ‖ 0 ‖ transfer id): all who have the manifest find it, and the server learns no transfer id from it. */
export function blobIdOf(provider: Pick<CryptoProvider, "sha256">, transfer: TransferId): BlobId {
  return idOf(provider.sha256(labelled(LABELS.blob, idBytes(transfer))).slice(0, ID_BYTES));
}
