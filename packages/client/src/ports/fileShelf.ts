/**
 * Where a device keeps the files that it sends and takes in: sealed as they travel (FIL-3), leaf by leaf, under their transfer's id. What they are,
 * and the keys that open them, is in the history; so a shelf needs no sealing of its own.
 */
import type { TransferId } from "@sotto/protocol";

export interface FileShelf {
  /** Makes the place, or opens it with what is there. One at a time for a transfer. Rejects with {@link FileShelfError}, as do all calls. */
  open(transfer: TransferId, sizeBytes: number): Promise<ShelvedFile>;
  /** Also of one that is not there. It must be closed. */
  remove(transfer: TransferId): Promise<void>;
  list(): Promise<readonly TransferId[]>;
}

/** One file on the shelf. */
export interface ShelvedFile {
  /** The leaves that are durable (FIL-8), as they are now; not to be changed by others. */
  readonly have: Uint8Array;
  /** Takes a sealed leaf of `leafBytes` + 16 bytes. It and its bit are durable when the promise resolves; a rejected one changed nothing. Any order, several at once. */
  write(leaf: number, sealed: Uint8Array): Promise<void>;
  /** A sealed leaf that is there: a copy, in `into` if it is given and as long as the leaf. */
  read(leaf: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** full: no room on the disk · missing: it is not there (any more) · failed: the disk or the system refuses. */
export type FileShelfProblem = "full" | "missing" | "failed";

export class FileShelfError extends Error {
  override readonly name = "FileShelfError";
  readonly problem: FileShelfProblem;

  constructor(problem: FileShelfProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
