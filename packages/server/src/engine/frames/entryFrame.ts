/** Mailbox entries are stored as the frames that deliver them; only the sequence differs from mailbox to mailbox. */
import type { GroupId, MailboxEntry } from "@sotto/protocol";
import { cborBytesHead, encodeServerFrame, MAX_INLINE_BYTES, setFrameNumber } from "@sotto/protocol";
import type { RuleCrypto } from "../../ports/crypto.ts";
import type { PackedFrames } from "../../ports/packedFrames.ts";
import { FRAME_SIZE_BYTES, frameSizeAt, packFrames } from "../../ports/packedFrames.ts";
import type { EntryBody } from "../../ports/records.ts";
import type { StoredEntry } from "../../ports/requests.ts";

type WithoutSequence<E> = E extends MailboxEntry ? Omit<E, "sequence"> : never;
type WithoutPayload<E> = E extends { readonly type: "handshake" }
  ? Omit<E, "handshake">
  : E extends { readonly type: "welcome" }
    ? Omit<E, "welcome">
    : never;
type Entry = WithoutSequence<MailboxEntry>;

/** Makes the entries of messages of one epoch. */
export interface MessagePacker {
  /** Bytes of the entry that delivers the ciphertext. */
  entryBytes(ciphertext: Uint8Array): number;
  /** The entries, as they would be encoded one by one. */
  pack(ciphertexts: readonly Uint8Array[]): PackedFrames;
}

export function messagePacker(group: GroupId, index: number): MessagePacker {
  const ciphertext = new Uint8Array();
  const empty = encodeServerFrame({ type: "message", sequence: 0, group, index, ciphertext });
  // All that is the same in every frame: what follows is the head of the ciphertext and the ciphertext.
  const prefix = empty.subarray(0, empty.length - cborBytesHead(0).length);
  const entryBytes: MessagePacker["entryBytes"] = ({ length }) =>
    prefix.length + cborBytesHead(length).length + length;
  return {
    entryBytes,
    pack(ciphertexts) {
      const size = ciphertexts.reduce((sum, item) => sum + FRAME_SIZE_BYTES + entryBytes(item), 0);
      const packed = new Uint8Array(size);
      const view = new DataView(packed.buffer);
      let offset = 0;
      for (const item of ciphertexts) {
        const head = cborBytesHead(item.length);
        view.setUint32(offset, prefix.length + head.length + item.length);
        packed.set(prefix, offset + FRAME_SIZE_BYTES);
        packed.set(head, offset + FRAME_SIZE_BYTES + prefix.length);
        packed.set(item, offset + FRAME_SIZE_BYTES + prefix.length + head.length);
        offset += FRAME_SIZE_BYTES + prefix.length + head.length + item.length;
      }
      return packed;
    },
  };
}

/** The body of an entry that is carried whole. */
export function wholeBody(entry: Extract<Entry, { type: "message" | "departed" | "missed" }>): EntryBody {
  return { frames: packFrames([encodeServerFrame({ ...entry, sequence: 0 })]), payload: null };
}

/** The body of a handshake or Welcome: above {@link MAX_INLINE_BYTES} the frame names the payload by hash and size (RLY-14). */
export function payloadBody(entry: WithoutPayload<Entry>, bytes: Uint8Array, crypto: RuleCrypto): EntryBody {
  const payload = bytes.length > MAX_INLINE_BYTES ? { hash: crypto.sha256(bytes), bytes } : null;
  const named = payload === null ? { inline: bytes } : { hash: payload.hash, sizeBytes: bytes.length };
  const frame =
    entry.type === "handshake"
      ? encodeServerFrame({ ...entry, sequence: 0, handshake: named })
      : encodeServerFrame({ ...entry, sequence: 0, welcome: named });
  return { frames: packFrames([frame]), payload };
}

/** Stored entries as they go to one mailbox, the first with that sequence: a copy. */
export function stampSequences(frames: PackedFrames, first: number): PackedFrames {
  const stamped = frames.slice();
  let sequence = first;
  for (let offset = 0; offset < stamped.length; offset += FRAME_SIZE_BYTES + frameSizeAt(stamped, offset))
    setFrameNumber(stamped, offset + FRAME_SIZE_BYTES, sequence++);
  return stamped;
}

/** Entries of a mailbox, each with its own sequence. */
export function packEntries(entries: readonly StoredEntry[]): PackedFrames {
  const packed = packFrames(entries.map(({ frame }) => frame));
  let offset = 0;
  for (const { sequence, frame } of entries) {
    setFrameNumber(packed, offset + FRAME_SIZE_BYTES, sequence);
    offset += FRAME_SIZE_BYTES + frame.length;
  }
  return packed;
}
