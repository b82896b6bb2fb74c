/** Parcels in chunks (FIL-11): cut by the sender, put together by the receiver, which knows beforehand how long each chunk has to be. */
import { concatBytes } from "../bytes.ts";
import { chunkBytes, chunkCount, parcelBytes } from "../fileLayout.ts";
import { FILE_CHUNK_BYTES } from "../limits.ts";
import type { FileChunkFrame } from "./fileFrames.ts";

/** What travels of a leaf, one after the other: in two parts, because putting a megabyte together costs as much as hashing it. */
export interface Parcel {
  readonly sealed: Uint8Array;
  /** The audit path. */
  readonly path: Uint8Array;
}

/** The bytes of chunk `chunk` of a parcel, as a view unless the path is in it. */
export function chunkOf({ sealed, path }: Parcel, chunk: number): Uint8Array {
  const start = chunk * FILE_CHUNK_BYTES;
  const end = start + chunkBytes(sealed.length + path.length, chunk);
  const head = sealed.subarray(start, end);
  if (end <= sealed.length) return head;
  return concatBytes(head, path.subarray(Math.max(0, start - sealed.length), end - sealed.length));
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

/** For leaf `leaf` of a file of that size, in `parcel`, which has as many bytes as that parcel. */
export function assembleParcel(
  sizeBytes: number,
  leaf: number,
  parcel: Uint8Array = new Uint8Array(parcelBytes(sizeBytes, leaf)),
): ParcelAssembly {
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
