/**
 * The key that seals a browser's store: made here, never extractable, kept by the browser as a CryptoKey. A script of the page can use it
 * while it runs there, but cannot carry it away, and a copy of the values alone opens nothing.
 */
import { LABELS, concatBytes, encodeCbor, labelled } from "@sotto/protocol";
import { StoreError } from "../../ports/store.ts";
import type { DeviceDatabase } from "./database.ts";
import { guarded } from "./database.ts";

const NONCE_BYTES = 12;
const OVERHEAD_BYTES = NONCE_BYTES + 16;

/** Seals values, bound to the table and key where they lie. The form is that of `sealRecord`: nonce, ciphertext, tag. */
export interface RecordSealer {
  seal(table: string, key: string, plaintext: Uint8Array): Promise<Uint8Array>;
  /** `undefined` when the record is not this one, was changed, or another key sealed it. */
  open(table: string, key: string, sealed: Uint8Array): Promise<Uint8Array | undefined>;
}

/** The database's sealer; makes the key of a new one. Rejects with {@link StoreError} `damaged` if records have lost their key. */
export async function openSealer(db: DeviceDatabase): Promise<RecordSealer> {
  const kept = await guarded(() => db.get("key", "store"));
  if (kept !== undefined) return sealerOf(kept);
  const counts = await guarded(() => Promise.all([db.count("record"), db.count("log")]));
  if (counts.some((count) => count > 0)) {
    throw new StoreError(
      "damaged",
      "The data in this browser has lost its key and cannot be opened. Sign in again.",
    );
  }
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  await guarded(() => db.put("key", key, "store"));
  return sealerOf(key);
}

function sealerOf(storeKey: CryptoKey): RecordSealer {
  return {
    async seal(table, key, plaintext) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const sealed = await crypto.subtle.encrypt(
        gcm(nonce, table, key),
        storeKey,
        plaintext as Uint8Array<ArrayBuffer>,
      );
      return concatBytes(nonce, new Uint8Array(sealed));
    },
    async open(table, key, sealed) {
      if (sealed.length < OVERHEAD_BYTES) return undefined;
      const bytes = sealed as Uint8Array<ArrayBuffer>;
      const parameters = gcm(bytes.subarray(0, NONCE_BYTES), table, key);
      try {
        return new Uint8Array(await crypto.subtle.decrypt(parameters, storeKey, bytes.subarray(NONCE_BYTES)));
      } catch {
        return undefined;
      }
    },
  };
}

function gcm(iv: Uint8Array<ArrayBuffer>, table: string, key: string): AesGcmParams {
  const place = labelled(LABELS.localRecord, encodeCbor([table, key])) as Uint8Array<ArrayBuffer>;
  return { name: "AES-GCM", iv, additionalData: place };
}
