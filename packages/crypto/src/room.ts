/**
 * What a room's join secret K (ROOM-12) opens: the door at the server, the sealed group info, and how K itself is sealed under the room's password.
 * K has 32 bytes and is an exporter secret of an epoch (RFC 9420 §8.5), so whoever is in the room can compute it, and nobody else.
 *
 * | bytes | form |
 * |---|---|
 * | sealed group info | nonce 12 ‖ AES-256-GCM over padded CBOR `[handshake index, chain hash, group info]`; additional data: label, group, index u64 |
 * | sealed join secret | nonce 12 ‖ AES-256-GCM over CBOR `[1, conversation, k, K]`; additional data: label, code, group |
 */
import type { ConversationId, GroupId, Label } from "@sotto/protocol";
import {
  bytesOf,
  bytesUpTo,
  codecOf,
  concatBytes,
  ID_BYTES,
  idBytes,
  idOf,
  LABELS,
  labelled,
  MAX_HTTP_FRAME_BYTES,
  tuple,
  uint,
  utf8,
} from "@sotto/protocol";
import { openLabelled, SEAL_KEY_BYTES, sealLabelled } from "./aead.ts";
import { padAny, unpadAny } from "./padding.ts";
import type { CryptoProvider } from "./provider/port.ts";

/** Of K and of the link secret. */
export const JOIN_SECRET_BYTES = 32;
/** Exporter label of K; its context is the group id. */
export const JOIN_SECRET_LABEL = "sotto join secret";

const FORMAT = 1;
const HASH_BYTES = 32;
const EXPORT_KEY_BYTES = 64;
const infoCodec = codecOf(tuple(uint(), bytesOf(HASH_BYTES), bytesUpTo(MAX_HTTP_FRAME_BYTES)));
const secretCodec = codecOf(tuple(uint(FORMAT), bytesOf(ID_BYTES), uint(), bytesOf(JOIN_SECRET_BYTES)));

/** Where a room stands: the handshake after which its group info holds, and the chain hash there (MLS-4). */
export interface RoomInfo {
  readonly index: number;
  readonly hash: Uint8Array;
  /** MLSMessage (MLS-18). */
  readonly groupInfo: Uint8Array;
}

/** The join secret, of the epoch that handshake `k` made. */
export interface JoinSecret {
  readonly conversation: ConversationId;
  readonly k: number;
  readonly secret: Uint8Array;
}

/** What a room's password is made of. */
export interface RoomKey {
  /** OPAQUE export key, 64 bytes. */
  readonly exportKey: Uint8Array;
  /** 32 bytes from the link's fragment; null: the link is not required. */
  readonly linkSecret: Uint8Array | null;
  readonly code: string;
  readonly group: GroupId;
}

/** What opens the door at the server, 32 bytes; it has its SHA-256. */
export function roomDoor(provider: CryptoProvider, group: GroupId, secret: Uint8Array): Uint8Array {
  return derive(provider, secret, LABELS.roomDoor, group);
}

/** Seals the group info for those who have K. */
export async function sealRoomInfo(
  provider: CryptoProvider,
  group: GroupId,
  secret: Uint8Array,
  { index, hash, groupInfo }: RoomInfo,
): Promise<Uint8Array> {
  const key = derive(provider, secret, LABELS.roomInfo, group);
  const plaintext = padAny(infoCodec.encode([index, hash, groupInfo]));
  const sealed = await sealLabelled(
    provider,
    key,
    LABELS.roomInfo,
    [idBytes(group), indexBytes(index)],
    plaintext,
  );
  key.fill(0);
  return sealed;
}

/** The group info that was sealed for that index; `undefined` for another K, group or index, or altered bytes. */
export async function openRoomInfo(
  provider: CryptoProvider,
  group: GroupId,
  secret: Uint8Array,
  index: number,
  sealed: Uint8Array,
): Promise<RoomInfo | undefined> {
  const key = derive(provider, secret, LABELS.roomInfo, group);
  const context = [idBytes(group), indexBytes(index)];
  const padded = await openLabelled(provider, key, LABELS.roomInfo, context, sealed);
  key.fill(0);
  const encoded = padded && unpadAny(padded);
  const fields = encoded && infoCodec.decode(encoded);
  // The index outside is the server's word, the one inside a member's.
  return fields?.[0] === index ? { index, hash: fields[1], groupInfo: fields[2] } : undefined;
}

/** Seals K under the room's password. */
export async function sealJoinSecret(
  provider: CryptoProvider,
  room: RoomKey,
  { conversation, k, secret }: JoinSecret,
): Promise<Uint8Array> {
  const key = passwordKey(provider, room);
  const plaintext = secretCodec.encode([FORMAT, idBytes(conversation), k, secret]);
  const sealed = await sealLabelled(provider, key, LABELS.roomPassword, contextOf(room), plaintext);
  key.fill(0);
  plaintext.fill(0);
  return sealed;
}

/** `undefined` for another password, link secret, code or group, or altered bytes. */
export async function openJoinSecret(
  provider: CryptoProvider,
  room: RoomKey,
  sealed: Uint8Array,
): Promise<JoinSecret | undefined> {
  const key = passwordKey(provider, room);
  const plaintext = await openLabelled(provider, key, LABELS.roomPassword, contextOf(room), sealed);
  key.fill(0);
  const fields = plaintext && secretCodec.decode(plaintext);
  plaintext?.fill(0);
  if (fields === undefined) return undefined;
  return { conversation: idOf(fields[1]), k: fields[2], secret: fields[3] };
}

/** K': needs what the password gives and, if the creator required the link, what the link gives. */
function passwordKey(provider: CryptoProvider, { exportKey, linkSecret, group }: RoomKey): Uint8Array {
  // Of a fixed size, so that no bytes of the one can be taken for the other's.
  if (exportKey.length !== EXPORT_KEY_BYTES) throw new RangeError("OPAQUE export key");
  const both = concatBytes(exportKey, linkSecret ?? new Uint8Array());
  const key = derive(provider, both, LABELS.roomPassword, group);
  both.fill(0);
  return key;
}

/** HKDF-SHA-512 without salt; info = label and group. The caller wipes it. */
function derive(provider: CryptoProvider, secret: Uint8Array, label: Label, group: GroupId): Uint8Array {
  const extracted = provider.hkdfExtract("SHA-512", new Uint8Array(), secret);
  const key = provider.hkdfExpand("SHA-512", extracted, labelled(label, idBytes(group)), SEAL_KEY_BYTES);
  extracted.fill(0);
  return key;
}

function contextOf({ code, group }: RoomKey): readonly Uint8Array[] {
  return [utf8(code), idBytes(group)];
}

function indexBytes(index: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(index));
  return bytes;
}
