/**
 * PrivateMessage (RFC 9420 §6.3): sealing and opening one content with a key that the caller took from the sender's ratchet. The content
 * is its encoded bytes here, whatever its type: they are what is signed, so nothing is encoded twice and nothing can be read in two ways.
 */
import { concatBytes } from "@sotto/protocol";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { ContentTypeName } from "ts-mls/contentType.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { groupContextEncoder } from "ts-mls/groupContext.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import type { SignedContent } from "./contentCodec.ts";
import { CONTENT_TYPES, decodeContent, encodeContent } from "./contentCodec.ts";
import { expandWithLabel, signContent } from "./labels.ts";
import type { MessageKey } from "./ratchet.ts";
import { TlsReader, encodeLength, encodeUint16, encodeUint32, encodeUint64, encodeVector } from "./tls.ts";
import type { Primitives } from "./tsMlsSuite.ts";

/** RFC 9420 §6.3.2: which key opens the content, and whose signature it bears. */
export interface SenderData {
  readonly leaf: number;
  readonly generation: number;
  /** Four bytes. */
  readonly reuseGuard: Uint8Array;
}

/** What is signed besides the group context. */
export interface FramedContent {
  readonly leaf: number;
  readonly contentType: ContentTypeName;
  readonly authenticatedData: Uint8Array;
  /** `application_data<V>`, Proposal or Commit, encoded. */
  readonly body: Uint8Array;
}

/** A content with its authentication, on its way into a PrivateMessage. */
export interface ContentToSeal extends FramedContent, SignedContent {}

/** RFC 9420 §6: version mls10, wire format mls_private_message. */
const HEAD = concatBytes(encodeUint16(1), encodeUint16(2));
const SENDER_TYPE_MEMBER = Uint8Array.of(1);
const REUSE_GUARD_BYTES = 4;
const SENDER_DATA_BYTES = 12;
const CONTENT_TYPE_NAMES = new Map<number, ContentTypeName>([
  [1, "application"],
  [2, "proposal"],
  [3, "commit"],
]);
const encodeContext = encode(groupContextEncoder);

/** The parts of FramedContentTBS that are the same for every message of an epoch. */
const framings = new WeakMap<GroupContext, { readonly head: Uint8Array; readonly tail: Uint8Array }>();

/** What SignWithLabel signs for a member's content in a PrivateMessage: FramedContentTBS (RFC 9420 §6.1). */
export function contentToSign(context: GroupContext, content: FramedContent): Uint8Array {
  const { head, tail } = framingOf(context);
  const { authenticatedData } = content;
  return signContent(
    "FramedContentTBS",
    head,
    SENDER_TYPE_MEMBER,
    encodeUint32(content.leaf),
    encodeLength(authenticatedData.length),
    authenticatedData,
    CONTENT_TYPES[content.contentType],
    content.body,
    tail,
  );
}

/** Encrypts a signed content and its sender data. Wipes the key. `paddingBytes` of zeros hide the content's size. */
export async function sealContent(
  primitives: Primitives,
  context: GroupContext,
  senderDataSecret: Uint8Array,
  { generation, key, nonce }: MessageKey,
  content: ContentToSeal,
  paddingBytes = 0,
): Promise<PrivateMessage> {
  const { groupId, epoch } = context;
  const { contentType, authenticatedData } = content;
  const reuseGuard = primitives.random(REUSE_GUARD_BYTES);
  const fields = { groupId, epoch, contentType, authenticatedData };
  const ciphertext = await primitives.seal(
    key,
    guardedNonce(nonce, reuseGuard),
    contentAad(fields),
    encodeContent(content, paddingBytes),
  );
  key.fill(0);
  nonce.fill(0);
  const senderData = concatBytes(encodeUint32(content.leaf), encodeUint32(generation), reuseGuard);
  const cover = senderDataCover(primitives, senderDataSecret, ciphertext);
  const encryptedSenderData = await primitives.seal(
    cover.key,
    cover.nonce,
    senderDataAad(fields),
    senderData,
  );
  return { ...fields, encryptedSenderData, ciphertext };
}

/** Decrypts the sender data; `undefined` if it was made without the epoch's secret. What it claims is not verified yet. */
export async function openSenderData(
  primitives: Primitives,
  senderDataSecret: Uint8Array,
  message: PrivateMessage,
): Promise<SenderData | undefined> {
  const { key, nonce } = senderDataCover(primitives, senderDataSecret, message.ciphertext);
  const opened = await primitives.open(key, nonce, senderDataAad(message), message.encryptedSenderData);
  if (opened?.length !== SENDER_DATA_BYTES) return undefined;
  const reader = new TlsReader(opened);
  return { leaf: reader.uint32(), generation: reader.uint32(), reuseGuard: reader.bytes(REUSE_GUARD_BYTES) };
}

/** Decrypts and parses a content whose signature is **not verified**. Wipes the key. */
export async function openContent(
  primitives: Primitives,
  { key, nonce }: MessageKey,
  { reuseGuard }: SenderData,
  message: PrivateMessage,
): Promise<SignedContent | "forged" | "malformed"> {
  const plaintext = await primitives.open(
    key,
    guardedNonce(nonce, reuseGuard),
    contentAad(message),
    message.ciphertext,
  );
  key.fill(0);
  nonce.fill(0);
  if (plaintext === undefined) return "forged";
  return decodeContent(message.contentType, plaintext) ?? "malformed";
}

/** The MLSMessage. */
export function encodePrivateMessage(message: PrivateMessage): Uint8Array {
  return concatBytes(
    HEAD,
    contentAad(message),
    encodeLength(message.encryptedSenderData.length),
    message.encryptedSenderData,
    encodeLength(message.ciphertext.length),
    message.ciphertext,
  );
}

/** The PrivateMessage of exactly these bytes, or `undefined`. Its fields are views of them. */
export function decodePrivateMessage(bytes: Uint8Array): PrivateMessage | undefined {
  const reader = new TlsReader(bytes);
  const isPrivate = reader.uint16() === 1 && reader.uint16() === 2;
  const groupId = reader.vector();
  const epoch = reader.uint64();
  const type = reader.uint8();
  const contentType = CONTENT_TYPE_NAMES.get(type);
  const [authenticatedData, encryptedSenderData, ciphertext] = [
    reader.vector(),
    reader.vector(),
    reader.vector(),
  ];
  if (!isPrivate || contentType === undefined || reader.failed || reader.offset !== bytes.length)
    return undefined;
  return { groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext };
}

type Frame = Pick<PrivateMessage, "groupId" | "epoch" | "contentType">;

/** PrivateContentAAD (RFC 9420 §6.3.1): also how the message itself begins. */
function contentAad(message: Frame & Pick<PrivateMessage, "authenticatedData">): Uint8Array {
  const { authenticatedData } = message;
  return concatBytes(senderDataAad(message), encodeLength(authenticatedData.length), authenticatedData);
}

/** SenderDataAAD (RFC 9420 §6.3.2). */
function senderDataAad({ groupId, epoch, contentType }: Frame): Uint8Array {
  return concatBytes(encodeLength(groupId.length), groupId, encodeUint64(epoch), CONTENT_TYPES[contentType]);
}

/** Key and nonce of the sender data (RFC 9420 §6.3.2), from a sample of the ciphertext. */
export function senderDataCover(
  primitives: Primitives,
  senderDataSecret: Uint8Array,
  ciphertext: Uint8Array,
): Omit<MessageKey, "generation"> {
  const sample = ciphertext.subarray(0, primitives.hashBytes);
  const expand = (label: string, length: number): Uint8Array =>
    expandWithLabel(primitives, senderDataSecret, label, sample, length);
  return { key: expand("key", primitives.keyBytes), nonce: expand("nonce", primitives.nonceBytes) };
}

/** RFC 9420 §6.3.1: a state that was set back may use a key twice, but not with one nonce. */
function guardedNonce(nonce: Uint8Array, reuseGuard: Uint8Array): Uint8Array {
  const guarded = nonce.slice();
  for (let i = 0; i < reuseGuard.length; i++) guarded[i] = (nonce[i] as number) ^ (reuseGuard[i] as number);
  return guarded;
}

function framingOf(context: GroupContext): { readonly head: Uint8Array; readonly tail: Uint8Array } {
  const known = framings.get(context);
  if (known !== undefined) return known;
  const framing = {
    head: concatBytes(HEAD, encodeVector(context.groupId), encodeUint64(context.epoch)),
    tail: encodeContext(context),
  };
  framings.set(context, framing);
  return framing;
}
