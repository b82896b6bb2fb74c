/**
 * The boundary of the machine that moves files: `handle(event) -> effects`, synchronous and pure. A runtime (runtime.ts) carries the effects out, and answers those that
 * say so with exactly one event. What `run` an answer belongs to is said by both: a file whose copy was removed begins another.
 */
import type { ConversationId, FileFrame, GroupId, Parcel, TransferId } from "@sotto/protocol";
import type { PathMode } from "../engine/contract.ts";
import type { BlobAnswer, BlobStatus } from "../ports/blobs.ts";
import type { FileWord } from "../ports/fileLinks.ts";
import type { FileShelfProblem } from "../ports/fileShelf.ts";
import type { TransferRecord } from "./record.ts";

/** How files of a conversation can go now. */
export interface Way {
  readonly group: GroupId;
  readonly mode: PathMode;
  /** The open link that carries files. */
  readonly link: number | undefined;
}

/** What the machine may look at; each call answers for this moment. */
export interface Surroundings {
  /** `undefined`: nothing goes in this conversation, it is not active or its contact not accepted. */
  wayOf(conversation: ConversationId): Way | undefined;
  /** Bytes that wait in the link's channel of files. */
  bufferedBytes(link: number): number;
  /** 0 … 1, for pauses. */
  random(): number;
}

export type TransferCommand = "fetch" | "pause" | "resume" | "cancel" | "remove";

/** What became of a leaf that was to be verified and written. */
export type TakeOutcome =
  | "written"
  | "invalid"
  | "full"
  | "failed"
  /** Of the relay: it does not have it, or not now. */
  | "absent"
  | "later";

/** missing: it is not on the shelf · refused: see the answer. */
export type PutOutcome = BlobAnswer<void> | { readonly kind: "missing" };

interface Answer {
  readonly transfer: TransferId;
  readonly run: number;
}

export type TransferEvent =
  /** A file of a message, or of the store at the start. One that is known changes nothing, but an own one whose message is stored now. */
  | { readonly type: "known"; readonly record: TransferRecord }
  /** Its message is not sent. */
  | { readonly type: "forget"; readonly transfer: TransferId }
  | { readonly type: "command"; readonly transfer: TransferId; readonly command: TransferCommand }
  | {
      readonly type: "frame";
      readonly link: number;
      readonly conversation: ConversationId;
      readonly frame: Uint8Array;
    }
  | { readonly type: "drained"; readonly link: number }
  | { readonly type: "changed"; readonly conversation: ConversationId }
  /** Of a file of this conversation: what the other side says inside MLS, or that what was said here has got away (FIL-19). */
  | {
      readonly type: "receipt";
      readonly conversation: ConversationId;
      readonly transfer: TransferId;
      readonly word: FileWord;
    }
  /** The server can be reached again. */
  | { readonly type: "online" }
  /** The time of the last `wake` has come. */
  | { readonly type: "wake" }
  | (Answer & { readonly type: "opened"; readonly have: Uint8Array | FileShelfProblem })
  | (Answer & {
      readonly type: "read";
      readonly leaf: number;
      readonly ticket: number;
      readonly parcel: Parcel | undefined;
    })
  /** `parcel` is the one that was to be taken; its bytes may be used again. */
  | (Answer & {
      readonly type: "taken";
      readonly leaf: number;
      readonly outcome: TakeOutcome;
      readonly parcel: Uint8Array;
    })
  | (Answer & { readonly type: "fetched"; readonly leaf: number; readonly outcome: TakeOutcome })
  | (Answer & { readonly type: "put"; readonly leaf: number; readonly outcome: PutOutcome })
  | (Answer & { readonly type: "place"; readonly answer: BlobAnswer<BlobStatus> })
  | (Answer & { readonly type: "settled"; readonly answer: BlobAnswer<void> });

interface Asked {
  readonly transfer: TransferId;
  readonly run: number;
}

export type TransferEffect =
  | { readonly type: "store"; readonly record: TransferRecord }
  /** Opens the copy, or makes its place. Answered by `opened`. */
  | (Asked & { readonly type: "open"; readonly sizeBytes: number })
  /** Removes the copy once nothing works on it; what is asked later waits. */
  | { readonly type: "remove"; readonly transfer: TransferId }
  /** The parcel of an own leaf. Answered by `read`. */
  | (Asked & { readonly type: "read"; readonly leaf: number; readonly ticket: number })
  /** All of it is sent: the bytes of the copy may be used again. */
  | { readonly type: "spent"; readonly sealed: Uint8Array }
  /** Verifies a parcel and writes its leaf. Answered by `taken`. */
  | (Asked & { readonly type: "take"; readonly leaf: number; readonly parcel: Uint8Array })
  /** The same of a parcel of the relay. Answered by `fetched`. */
  | (Asked & { readonly type: "fetch"; readonly leaf: number })
  /** An own leaf for the relay. Answered by `put`. */
  | (Asked & { readonly type: "put"; readonly leaf: number })
  /** Makes the place at the relay for the group, or with `null` asks for it. Answered by `place`. */
  | (Asked & { readonly type: "place"; readonly group: GroupId | null; readonly sizeBytes: number })
  /** The relay's copy is not needed any more. Answered by `settled`. */
  | (Asked & { readonly type: "settle" })
  | { readonly type: "send"; readonly link: number; readonly frame: FileFrame }
  | { readonly type: "closeLink"; readonly link: number }
  | { readonly type: "attend"; readonly conversation: ConversationId }
  /** A word for the other side inside MLS. `whole` is followed by an event `told` once it has got away; what is not, is lost with the process. */
  | {
      readonly type: "receipt";
      readonly conversation: ConversationId;
      readonly transfer: TransferId;
      readonly word: Exclude<FileWord, "told">;
    }
  /** Instead of the one before; `undefined`: none. */
  | { readonly type: "wake"; readonly atMs: number | undefined }
  /** Its view is another. */
  | { readonly type: "changed"; readonly transfer: TransferId };
