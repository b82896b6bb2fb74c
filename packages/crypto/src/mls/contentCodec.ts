/** PrivateMessageContent (RFC 9420 §6.3.1): content, its authentication, padding. */
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { bytesEqual, concatBytes } from "@sotto/protocol";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import type { Commit } from "ts-mls/commit.js";
import { commitEncoder, decodeCommit } from "ts-mls/commit.js";
import type { ContentTypeName } from "ts-mls/contentType.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import type { Proposal } from "ts-mls/proposal.js";
import { decodeProposal, proposalEncoder } from "ts-mls/proposal.js";
import { TlsReader, encodeVector } from "./tls.ts";
import { attempt, encodeBounded } from "./tsMlsCodec.ts";

const NO_BYTES = new Uint8Array();

/** RFC 9420 §6, encoded. */
export const CONTENT_TYPES: Readonly<Record<ContentTypeName, Uint8Array>> = {
  application: Uint8Array.of(1),
  proposal: Uint8Array.of(2),
  commit: Uint8Array.of(3),
};

/** What a PrivateMessage holds. */
export interface SignedContent {
  /** `application_data<V>`, Proposal or Commit, encoded. */
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  /** Of commits alone. */
  readonly confirmationTag: Uint8Array | undefined;
}

export const encodeCommit: (commit: Commit) => Uint8Array = encode(commitEncoder);
export const encodeProposal: (proposal: Proposal) => Uint8Array = encode(proposalEncoder);

export function encodeContent(
  { body, signature, confirmationTag }: SignedContent,
  paddingBytes: number,
): Uint8Array {
  const tag = confirmationTag === undefined ? NO_BYTES : encodeVector(confirmationTag);
  return concatBytes(body, encodeVector(signature), tag, new Uint8Array(paddingBytes));
}

/** The content of a plaintext, or `undefined` for other bytes: also for padding that is not zeros, and for a second encoding of one value. */
export function decodeContent(
  contentType: ContentTypeName,
  plaintext: Uint8Array,
): SignedContent | undefined {
  const bodyBytes = bodySize(contentType, plaintext);
  if (bodyBytes === undefined) return undefined;
  const reader = new TlsReader(plaintext, bodyBytes);
  const signature = reader.vector();
  const confirmationTag = contentType === "commit" ? reader.vector() : undefined;
  if (reader.failed || plaintext.subarray(reader.offset).some((byte) => byte !== 0)) return undefined;
  return { body: plaintext.subarray(0, bodyBytes), signature, confirmationTag };
}

/** The library's form of an opened content. */
export function authenticatedContentOf(
  { groupId, epoch, contentType, authenticatedData }: PrivateMessage,
  leafIndex: number,
  { body, signature, confirmationTag = NO_BYTES }: SignedContent,
): AuthenticatedContent {
  const sender = { senderType: "member", leafIndex } as const;
  const framing = { groupId, epoch, sender, authenticatedData };
  const wireformat = "mls_private_message";
  switch (contentType) {
    case "application":
      return {
        wireformat,
        content: { ...framing, contentType, applicationData: applicationDataOf(body) },
        auth: { contentType, signature },
      };
    case "proposal":
      return {
        wireformat,
        content: { ...framing, contentType, proposal: valueOf(body, decodeProposal) },
        auth: { contentType, signature },
      };
    case "commit":
      return {
        wireformat,
        content: { ...framing, contentType, commit: valueOf(body, decodeCommit) },
        auth: { contentType, signature, confirmationTag },
      };
  }
}

function valueOf<T>(body: Uint8Array, decode: Decoder<T>): T {
  return (decode(body, 0) as [T, number])[0];
}

/** The data in a content's body: a copy. */
export function applicationDataOf(body: Uint8Array): Uint8Array {
  return new TlsReader(body).vector().slice();
}

function bodySize(contentType: ContentTypeName, plaintext: Uint8Array): number | undefined {
  switch (contentType) {
    case "application": {
      const reader = new TlsReader(plaintext);
      reader.vector();
      return reader.failed ? undefined : reader.offset;
    }
    case "proposal":
      return canonicalSize(plaintext, decodeProposal, encodeProposal);
    case "commit":
      return canonicalSize(plaintext, decodeCommit, encodeCommit);
  }
}

/** The library's decoders take more than one encoding: its size, if it is the one that encoding gives back. */
function canonicalSize<T>(
  plaintext: Uint8Array,
  decode: Decoder<T>,
  encodeAgain: (value: T) => Uint8Array,
): number | undefined {
  return attempt(() => {
    const decoded = decode(plaintext, 0);
    if (decoded === undefined) return undefined;
    const encoded = encodeBounded(decoded[0], encodeAgain);
    return encoded && bytesEqual(encoded, plaintext.subarray(0, decoded[1])) ? decoded[1] : undefined;
  });
}
