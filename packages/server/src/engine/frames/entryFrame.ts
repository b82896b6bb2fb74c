/** Mailbox entries are stored as the frames that deliver them; only the sequence differs from mailbox to mailbox. */
import type { MailboxEntry } from "@sotto/protocol";
import { encodeServerFrame, joinFrame, MAX_INLINE_BYTES, splitFrame } from "@sotto/protocol";
import type { RuleCrypto } from "../../ports/crypto.ts";
import type { EntryBody } from "../../ports/records.ts";

type WithoutSequence<E> = E extends MailboxEntry ? Omit<E, "sequence"> : never;
type WithoutPayload<E> = E extends { readonly type: "handshake" }
  ? Omit<E, "handshake">
  : E extends { readonly type: "welcome" }
    ? Omit<E, "welcome">
    : never;
type Entry = WithoutSequence<MailboxEntry>;

/** The body of an entry that is carried whole. */
export function wholeBody(entry: Extract<Entry, { type: "message" | "departed" }>): EntryBody {
  return { frame: encodeServerFrame({ ...entry, sequence: 0 }), payload: null };
}

/** The body of a handshake or Welcome: above {@link MAX_INLINE_BYTES} the frame names the payload by hash and size (RLY-14). */
export function payloadBody(entry: WithoutPayload<Entry>, bytes: Uint8Array, crypto: RuleCrypto): EntryBody {
  const payload = bytes.length > MAX_INLINE_BYTES ? { hash: crypto.sha256(bytes), bytes } : null;
  const named = payload === null ? { inline: bytes } : { hash: payload.hash, sizeBytes: bytes.length };
  const frame =
    entry.type === "handshake"
      ? encodeServerFrame({ ...entry, sequence: 0, handshake: named })
      : encodeServerFrame({ ...entry, sequence: 0, welcome: named });
  return { frame, payload };
}

/** The stored frame as it goes to one mailbox. */
export function stampSequence(frame: Uint8Array, sequence: number): Uint8Array {
  const split = splitFrame(frame);
  if (split === undefined) throw new Error("a stored entry is no frame");
  return joinFrame({ ...split.header, number: sequence }, split.body);
}
