/** Where the parcels of files at the relay lie (BLB-8). What they belong to is in the store. */
import type { BlobPlace } from "./records.ts";

export interface BlobFiles {
  /** The leaves that are durable (FIL-8); none of a place where there is nothing. */
  held(place: BlobPlace, sizeBytes: number): Promise<Uint8Array>;
  /**
   * Takes the parcel of a leaf, as long as it has to be; it is durable when the promise resolves. One that is held is left as it is, whatever comes for it. Any order, several at
   * once, which then share what it takes to make them durable.
   */
  write(place: BlobPlace, sizeBytes: number, leaf: number, parcel: Uint8Array): Promise<void>;
  /**
   * Of a leaf whose parcel was being written when the process before this one ended: what lies there, read into `room` as long as it, is taken as if it had been written now, if
   * `isSame` says so. True if the leaf is held then.
   */
  keep(
    place: BlobPlace,
    sizeBytes: number,
    leaf: number,
    room: Uint8Array,
    isSame: (parcel: Uint8Array) => boolean,
  ): Promise<boolean>;
  /** The parcel of a leaf, `into` memory as long as it; false, with nothing changed, if it is not held. */
  read(place: BlobPlace, sizeBytes: number, leaf: number, into: Uint8Array): Promise<boolean>;
  /** Also of one that is not there. Who reads at the moment may read to the end. */
  remove(place: BlobPlace): Promise<void>;
  /** Every place where something lies. */
  list(): Promise<readonly BlobPlace[]>;
  /** Bytes that the disk has room for; known to within a few seconds. */
  freeBytes(): Promise<number>;
  /** Finishes what is being written. Later calls reject. */
  close(): Promise<void>;
}

/** The disk is full, fails, or has lost what it should have. What was to be written is not held. */
export class BlobFilesError extends Error {
  override readonly name = "BlobFilesError";
}
