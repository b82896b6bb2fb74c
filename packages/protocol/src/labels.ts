/** One context label for each use of a key or hash, so that bytes made for one purpose never verify for another. */
import { concatBytes, utf8 } from "./bytes.ts";

export const LABELS = {
  /** Account key over a device list. */
  deviceList: "sotto device list v1",
  /** Account key over a leaf's credential. */
  credential: "sotto credential v1",
  /** Device's leaf key over the hash of a session token. */
  sessionDevice: "sotto session device v1",
  /** Hash of an encoded device list. */
  deviceListHash: "sotto device list hash v1",
  /** Hash chain of a group's handshakes. */
  handshakeHash: "sotto handshake hash v1",
  /** Hash of a sender's previous content. */
  contentHash: "sotto content hash v1",
  /** Whose a stream is. */
  stream: "sotto stream v1",
  /** Conversation id of a pair. */
  pairConversation: "sotto pair conversation v1",
  /** Name of a conversation's pre-shared key. */
  conversationKey: "sotto conversation key v1",
  /** Account key sealed under the OPAQUE export key. */
  accountKeySeal: "sotto account key seal v1",
  /** Vault data key wrapped under the OPAQUE export key. */
  vaultWrapExport: "sotto vault wrap export v1",
  /** Vault data key wrapped under a recovery key. */
  vaultWrapRecovery: "sotto vault wrap recovery v1",
  /** Vault data key wrapped under a device key. */
  vaultWrapDevice: "sotto vault wrap device v1",
  /** Vault contents sealed under the vault data key. */
  vaultSeal: "sotto vault seal v1",
  /** A local record sealed at rest. */
  localRecord: "sotto local record v1",
  /** Device's leaf key over the digest of a history archive. */
  archive: "sotto archive v1",
  /** Key of a sealed history archive. */
  archiveKey: "sotto archive key v1",
  /** Key of a file's leaves, from the key in its manifest. */
  fileLeaves: "sotto file leaves v1",
  /** Profile sealed under the profile key. */
  profile: "sotto profile v1",
  /** Name at the relay of a transfer. */
  blob: "sotto blob v1",
  /** What the server asks of those who come into a room by themselves, from its join secret. */
  roomDoor: "sotto room door v1",
  /** Key, and additional data, of a room's sealed group info. */
  roomInfo: "sotto room info v1",
  /** Key, and additional data, of a join secret sealed under a room's password. */
  roomPassword: "sotto room password v1",
} as const;

export type Label = (typeof LABELS)[keyof typeof LABELS];

/** `label || 0x00 || parts`: the bytes that are signed or hashed. Labels hold no zero byte, so the frame is unambiguous. */
export function labelled(label: Label, ...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(HEADS.get(label) as Uint8Array, ...parts);
}

/** Every message is hashed, every record sealed under one of them. */
const HEADS: ReadonlyMap<Label, Uint8Array> = new Map(
  Object.values(LABELS).map((label) => [label, concatBytes(utf8(label), Uint8Array.of(0))]),
);
