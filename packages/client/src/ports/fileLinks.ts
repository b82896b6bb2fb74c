/** The channel "files" of direct links, as the transfers of files see it. The messages beside it are the engine's. */
import type { ConversationId } from "@sotto/protocol";

export interface FileLinks {
  /** The number of the conversation's link, if it is open, of its present group, and packets go through. */
  of(conversation: ConversationId): number | undefined;
  /** Nothing if it has ended. */
  send(link: number, frame: Uint8Array): void;
  /** Bytes that wait on the channel; 0 if it has ended. */
  bufferedBytes(link: number): number;
  /** The other side has broken the rules of the channel (FIL-10): the link ends. */
  close(link: number): void;
}

/** Told by the runtime, in order. A link that has ended, or another in its place, is seen by `changed` and {@link FileLinks.of}. */
export interface FileLinkListener {
  frame(link: number, conversation: ConversationId, frame: Uint8Array): void;
  /** `LOW_WATER_BYTES` or less wait, after there were more. */
  drained(link: number): void;
  changed(conversation: ConversationId): void;
}
