/** transcript-hashes: what a commit makes of the transcript, and its confirmation tag (RFC 9420 §8.2). */
import { decodeAuthenticatedContent, encodeAuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { verifyConfirmationTag } from "ts-mls/framedContent.js";
import { createConfirmedHash, createInterimHash } from "ts-mls/transcriptHash.js";
import { expectBytes, expectSame, fromHex, present } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Vector {
  readonly cipher_suite: number;
  readonly confirmation_key: string;
  readonly authenticated_content: string;
  readonly interim_transcript_hash_before: string;
  readonly confirmed_transcript_hash_after: string;
  readonly interim_transcript_hash_after: string;
}

export const transcriptHashes = kindOf<Vector>("transcript-hashes", async (vector) => {
  const { hash } = suiteOfVector(vector.cipher_suite).impl;
  const decoded = decodeAuthenticatedContent(fromHex(vector.authenticated_content), 0);
  const { wireformat, content, auth } = present("authenticated_content", decoded)[0];
  expectBytes(
    "authenticated_content",
    encodeAuthenticatedContent({ wireformat, content, auth }),
    vector.authenticated_content,
  );
  if (content.contentType !== "commit" || auth.contentType !== "commit") throw new Error("not a commit");

  const before = fromHex(vector.interim_transcript_hash_before);
  const confirmed = await createConfirmedHash(
    before,
    { wireformat, content, signature: auth.signature },
    hash,
  );
  expectBytes("confirmed", confirmed, vector.confirmed_transcript_hash_after);
  const interim = await createInterimHash(confirmed, auth.confirmationTag, hash);
  expectBytes("interim", interim, vector.interim_transcript_hash_after);
  const key = fromHex(vector.confirmation_key);
  const confirms = await verifyConfirmationTag(key, auth.confirmationTag, confirmed, hash);
  expectSame("confirmation tag", confirms, true);
});
