/** The channel "files" of direct links, as the transfers of files see it, and what receipts say of files. The messages beside it are the engine's. */
import type { ConversationId, TransferId } from "@sotto/protocol";

/** whole: the sender of the word has the file, verified to its root · asked: it wants to hear whether the other side has · told: `whole` of this device has got away. */
export type FileWord = "whole" | "asked" | "told";

export interface FileLinks {
  /**
   * The number of the conversation's link, if it is open, of its present group, packets go through, and contact and keys are in order. That packets
   * stop for a while may be seen at one end alone; nothing that was sent is lost by it.
   */
  of(conversation: ConversationId): number | undefined;
  /** Nothing if it has ended. The bytes are copied before it returns. */
  send(link: number, frame: Uint8Array): void;
  /** Bytes that wait on the channel; 0 if it has ended. */
  bufferedBytes(link: number): number;
  /** The other side has broken the rules of the channel (FIL-10): the link ends, and the next call waits as after any that failed. */
  close(link: number): void;
}

/** Told by the runtime, in order, while the engine works: calls of {@link FileLinks} are taken, and it must not throw. A link that has ended, or another in its place, is seen by `changed` and {@link FileLinks.of}. */
export interface FileLinkListener {
  frame(link: number, conversation: ConversationId, frame: Uint8Array): void;
  /** `LOW_WATER_BYTES` or less wait, after there were more. */
  drained(link: number): void;
  changed(conversation: ConversationId): void;
  /** A word of the other account inside MLS, of a device of its; or `told`. */
  receipt(conversation: ConversationId, transfer: TransferId, word: FileWord): void;
}
