/** Identifiers: 16 random bytes on the wire, 32 hexadecimal characters in memory, in storage keys and in the scripting interface. */
import { fromHex, toHex } from "./bytes.ts";
import { ID_BYTES } from "./limits.ts";

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Id<"account">;
export type DeviceId = Id<"device">;
export type MailboxId = Id<"mailbox">;
/** What users see. It outlives the MLS groups that carry it. */
export type ConversationId = Id<"conversation">;
/** The MLS group id. */
export type GroupId = Id<"group">;
/** 128 random bits per leaf incarnation; counters are counted within one. */
export type StreamId = Id<"stream">;
/** Chosen by the sender and scoped to it. */
export type MessageId = Id<"message">;
/** A file at the relay: what the server knows a transfer by (BLB-1). */
export type BlobId = Id<"blob">;
/** One attempt of two devices to find a direct way; chosen by the caller. */
export type CallId = Id<"call">;
/** One file on its way; chosen by its sender. */
export type TransferId = Id<"transfer">;
/** Random per database of a server; changes when one is restored from a backup. */
export type StoreId = Id<"store">;

type AnyId =
  | AccountId
  | DeviceId
  | MailboxId
  | ConversationId
  | GroupId
  | StreamId
  | MessageId
  | CallId
  | TransferId
  | BlobId
  | StoreId;

/** The id of 16 bytes. Throws `RangeError` for another length: decoders check it first. */
export function idOf<T extends AnyId>(bytes: Uint8Array): T {
  if (bytes.length !== ID_BYTES) throw new RangeError("an id has 16 bytes");
  return toHex(bytes) as T;
}

/** The 16 bytes of an id. */
export function idBytes(id: AnyId): Uint8Array {
  return fromHex(id) as Uint8Array;
}

/** Checks text from outside: 32 lower-case hexadecimal characters. */
export function parseId<T extends AnyId>(text: string): T | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? (text as T) : undefined;
}
