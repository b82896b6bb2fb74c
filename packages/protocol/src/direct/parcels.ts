/** Parcels in chunks (FIL-11): cut by the sender, put together by the receiver, which knows beforehand how long each chunk has to be. */
import { chunkBytes, chunkCount, parcelBytes } from "../fileLayout.ts";
import { FILE_CHUNK_BYTES } from "../limits.ts";
import type { FileChunkFrame } from "./fileFrames.ts";

/** The bytes of chunk `chunk` of a parcel, as a view. */
export function chunkOf(parcel: Uint8Array, chunk: number): Uint8Array {
  const start = chunk * FILE_CHUNK_BYTES;
  return parcel.subarray(start, start + chunkBytes(parcel.length, chunk));
}

/** A leaf on its way in. */
export interface ParcelAssembly {
  /**
   * Takes the next chunk, whose bytes are copied; chunk 0 begins anew, for after a pause the sender does. "wrong": of another leaf, out of turn on a
   * channel that keeps order, of another length, or behind the whole.
   */
  take(frame: Pick<FileChunkFrame, "leaf" | "chunk" | "bytes">): "more" | "whole" | "wrong";
  /** Filled once `take` has said "whole"; not verified. */
  readonly parcel: Uint8Array;
}

/** For leaf `leaf` of a file of that size. */
export function assembleParcel(sizeBytes: number, leaf: number): ParcelAssembly {
  const parcel = new Uint8Array(parcelBytes(sizeBytes, leaf));
  const chunks = chunkCount(parcel.length);
  let next = 0;
  return {
    parcel,
    take(frame) {
      if (frame.chunk === 0 && next < chunks) next = 0;
      const fits =
        frame.leaf === leaf &&
        frame.chunk === next &&
        next < chunks &&
        frame.bytes.length === chunkBytes(parcel.length, next);
      if (!fits) return "wrong";
      parcel.set(frame.bytes, next * FILE_CHUNK_BYTES);
      return ++next === chunks ? "whole" : "more";
    },
  };
}
