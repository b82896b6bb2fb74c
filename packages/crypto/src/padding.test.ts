import * as fc from "fast-check";
import { encodeContent, idOf, MAX_CONTENT_BYTES, MAX_TEXT_BYTES } from "@sotto/protocol";
import type { MessageId, StreamId } from "@sotto/protocol";
import { expect, test } from "vitest";
import { paddedSizeBytes, padContent, SMALLEST_BUCKET_BYTES, unpadContent } from "./padding.ts";

const contents = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  // Contents that look like padding themselves.
  fc.array(fc.constantFrom(0, 0x80), { maxLength: 600 }).map((bytes) => Uint8Array.from(bytes)),
);

test("whatever was padded comes back", () => {
  const property = fc.property(contents, (content) => {
    expect(unpadContent(padContent(content))).toEqual(content);
  });
  fc.assert(property);
});

test("attack 26: sizes are constant within a bucket, at most 12 % above the content, and few", () => {
  const sizes = new Set<number>();
  for (let size = 0; size < MAX_CONTENT_BYTES; size++) {
    const padded = paddedSizeBytes(size);
    sizes.add(padded);
    expect(padded).toBeGreaterThan(size);
    expect(padded).toBeLessThanOrEqual(Math.max(SMALLEST_BUCKET_BYTES, 1.12 * (size + 1)));
  }
  expect(paddedSizeBytes(0)).toBe(SMALLEST_BUCKET_BYTES);
  expect(paddedSizeBytes(SMALLEST_BUCKET_BYTES - 1)).toBe(SMALLEST_BUCKET_BYTES);
  expect(paddedSizeBytes(SMALLEST_BUCKET_BYTES)).toBeGreaterThan(SMALLEST_BUCKET_BYTES);
  expect(sizes.size).toBeLessThan(128);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_CONTENT_BYTES);
});

test("attack 26: every text of up to 100 characters has one size", () => {
  const encoded = (text: string): Uint8Array =>
    encodeContent({
      id: idOf<MessageId>(new Uint8Array(16)),
      stream: idOf<StreamId>(new Uint8Array(16)),
      counter: 1,
      previousHash: new Uint8Array(32),
      sentAtMs: 1_800_000_000_000,
      listVersion: 1,
      logHead: null,
      epochAuthenticator: null,
      body: { kind: "text", text, replyTo: null },
    });
  const texts = ["", "yes", "no", "a".repeat(100)];
  expect(new Set(texts.map((text) => padContent(encoded(text)).length))).toEqual(
    new Set([SMALLEST_BUCKET_BYTES]),
  );
  expect(padContent(encoded("x".repeat(MAX_TEXT_BYTES))).length).toBeLessThanOrEqual(MAX_CONTENT_BYTES);
});

test("what no padding makes is refused", () => {
  const padded = padContent(new Uint8Array(10).fill(1));
  const bad = [
    new Uint8Array(),
    new Uint8Array(256),
    padded.subarray(0, 255),
    Uint8Array.of(...padded, 0),
    padded.with(10, 0x81),
    new Uint8Array(256).fill(1),
    // The right form in a larger bucket than its content needs.
    Uint8Array.of(...padded, ...new Uint8Array(32)),
  ];
  for (const bytes of bad) expect(unpadContent(bytes)).toBeUndefined();
});

test("too large a content is a bug of the caller", () => {
  expect(() => padContent(new Uint8Array(MAX_CONTENT_BYTES))).toThrow(RangeError);
  expect(padContent(new Uint8Array(MAX_CONTENT_BYTES - 1))).toHaveLength(MAX_CONTENT_BYTES);
});
