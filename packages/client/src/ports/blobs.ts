/** Files at the relay, as a device uses them (BLB): parcels of one transfer under the name of a blob. The server sees how many and how large they are. */
import type { BlobId, GroupId, Refusal } from "@sotto/protocol";
import type { Unreachable } from "./server.ts";

/** The name of a transfer there: `blobIdOf` of `@sotto/crypto`. */
export type { BlobId };

/** What a server says of a blob. */
export interface BlobStatus {
  readonly leafCount: number;
  /** The leaves that it has (FIL-8). */
  readonly held: Uint8Array;
  readonly expiresAtMs: number;
}

export type BlobAnswer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | ({ readonly kind: "refused" } & Refusal)
  | { readonly kind: "unreachable"; readonly reason: Unreachable };

/** Calls never reject. */
export interface Blobs {
  /**
   * Makes the place for a file of that size, of which the server is told the padded one (FIL-2), or finds it made: the same again is answered the same. `tooLarge`: above the server's limit for one
   * file; `quotaExceeded`: the account has no room left; `unavailable`: the server has none.
   */
  create(blob: BlobId, group: GroupId, sizeBytes: number): Promise<BlobAnswer<BlobStatus>>;
  /** `notFound`: never made, expired, taken back, or every recipient has said {@link done}. */
  status(blob: BlobId): Promise<BlobAnswer<BlobStatus>>;
  /** A parcel of exactly `parcelBytes`; durable when answered. The same leaf again is answered and not written. */
  put(blob: BlobId, leaf: number, sealed: Uint8Array, path: Uint8Array): Promise<BlobAnswer<void>>;
  /** The parcel, at most `MAX_PARCEL_BYTES`. `notFound`: it is not there (yet), or the blob is gone. */
  get(blob: BlobId, leaf: number): Promise<BlobAnswer<Uint8Array>>;
  /** Of a recipient: it has all. Of the maker: it is not wanted any more. Also of one that is not there. */
  done(blob: BlobId): Promise<BlobAnswer<void>>;
}
