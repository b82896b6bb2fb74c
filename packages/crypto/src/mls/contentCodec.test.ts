import { concatBytes, utf8 } from "@sotto/protocol";
import { expect, test } from "vitest";
import {
  applicationDataOf,
  decodeContent,
  encodeCommit,
  encodeContent,
  encodeProposal,
} from "./contentCodec.ts";
import { encodeVector } from "./tls.ts";

const signature = new Uint8Array(64).fill(7);
const confirmationTag = new Uint8Array(32).fill(8);
const text = encodeVector(utf8("hello"));
const remove = encodeProposal({ proposalType: "remove", remove: { removed: 3 } });
const commit = encodeCommit({
  proposals: [
    { proposalOrRefType: "proposal", proposal: { proposalType: "remove", remove: { removed: 3 } } },
  ],
  path: undefined,
});

test.each([
  ["application", { body: text, signature, confirmationTag: undefined }],
  ["proposal", { body: remove, signature, confirmationTag: undefined }],
  ["commit", { body: commit, signature, confirmationTag }],
] as const)("%s: what is encoded is decoded, whatever its padding", (contentType, content) => {
  for (const padding of [0, 1, 255]) {
    const plaintext = encodeContent(content, padding);
    expect(decodeContent(contentType, plaintext)).toEqual(content);
    if (padding > 0) plaintext[plaintext.length - 1] = 1;
    if (padding > 0) expect(decodeContent(contentType, plaintext)).toBeUndefined();
  }
  const plaintext = encodeContent(content, 0);
  for (const size of plaintext.keys())
    expect(decodeContent(contentType, plaintext.subarray(0, size))).not.toEqual(content);
});

test("the data of a content is a copy", () => {
  const plaintext = encodeContent({ body: text, signature, confirmationTag: undefined }, 0);
  const data = applicationDataOf(plaintext.subarray(0, text.length));
  plaintext.fill(0);
  expect(data).toEqual(utf8("hello"));
});

test.each([
  // A length of two bytes where one is enough (RFC 9420 §2.1.2).
  ["application", concatBytes(Uint8Array.of(0x40, 5), utf8("hello"), encodeVector(signature))],
  [
    "commit",
    concatBytes(
      Uint8Array.of(0x40, commit.length - 2),
      commit.subarray(1),
      encodeVector(signature),
      encodeVector(confirmationTag),
    ),
  ],
] as const)("%s in a second encoding is none", (contentType, plaintext) => {
  expect(decodeContent(contentType, plaintext)).toBeUndefined();
});
