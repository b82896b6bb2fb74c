import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Content, ContentBody } from "./content.ts";
import { decodeContent, encodeContent, textSizeBytes } from "./content.ts";
import type { TransferId } from "./ids.ts";
import { idOf } from "./ids.ts";
import { MAX_FILE_BYTES, MAX_TEXT_BYTES } from "./limits.ts";

const bytes = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: size, maxLength: size });
const id = bytes(16).map((value) => idOf<never>(value));
const file = fc.record({
  transfer: id,
  path: fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1, maxLength: 3 }),
  sizeBytes: fc.integer({ min: 0, max: MAX_FILE_BYTES }),
  mediaType: fc.constantFrom("image/png", "text/plain"),
  modifiedAtMs: fc.option(fc.maxSafeNat()),
  key: bytes(32),
  root: bytes(32),
  picture: fc.option(
    fc.record({
      width: fc.integer({ min: 1, max: 65_535 }),
      height: fc.integer({ min: 1, max: 65_535 }),
      placeholder: fc.uint8Array({ maxLength: 25 }),
      thumbnail: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
});
const body: fc.Arbitrary<ContentBody> = fc.oneof(
  fc.record({
    kind: fc.constant("text" as const),
    text: fc.string({ unit: "grapheme" }),
    replyTo: fc.option(id, { nil: null }),
  }),
  fc.record({
    kind: fc.constant("receipt" as const),
    receipts: fc.array(fc.record({ stream: id, delivered: fc.maxSafeNat(), read: fc.maxSafeNat() }), {
      maxLength: 5,
    }),
    whole: fc.array(id, { maxLength: 5 }),
    asked: fc.array(id, { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant("skip" as const), counters: fc.array(fc.maxSafeNat(), { maxLength: 5 }) }),
  fc.record({
    kind: fc.constant("signal" as const),
    call: id,
    generation: fc.maxSafeNat(),
    expiresAtMs: fc.maxSafeNat(),
    parts: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constantFrom("offer" as const, "answer" as const), sdp: fc.string() }),
        fc.record({
          kind: fc.constant("candidate" as const),
          candidate: fc.string(),
          mid: fc.option(fc.string({ maxLength: 3 }), { nil: null }),
        }),
        fc.record({
          kind: fc.constant("end" as const),
          reason: fc.constantFrom(
            "closed" as const,
            "relayOnly" as const,
            "unsupported" as const,
            "refused" as const,
          ),
        }),
      ),
      { maxLength: 4 },
    ),
  }),
  fc.record({
    kind: fc.constant("invitation" as const),
    code: fc.constantFrom("0123456789ab", "hjkmnpqrstvw"),
    password: fc.string({ minLength: 1, maxLength: 40 }),
    linkSecret: fc.option(bytes(32), { nil: null }),
    k: fc.maxSafeNat(),
    version: fc.nat(),
  }),
  fc.record({
    kind: fc.constant("file" as const),
    text: fc.string({ unit: "grapheme", maxLength: 40 }),
    files: fc.uniqueArray(file, { minLength: 1, maxLength: 4, selector: ({ transfer }) => transfer }),
  }),
);
const content: fc.Arbitrary<Content> = fc
  .record({
    id,
    stream: id,
    counter: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    previousHash: bytes(32),
    sentAtMs: fc.maxSafeNat(),
    listVersion: fc.maxSafeNat(),
    logHead: fc.option(bytes(32), { nil: null }),
    epochAuthenticator: fc.option(bytes(64), { nil: null }),
    body,
  })
  .map((value) =>
    value.body.kind === "receipt" || value.body.kind === "signal" || value.body.kind === "invitation"
      ? { ...value, counter: 0 }
      : value,
  );

const text = (value: string): Content => ({
  id: idOf(new Uint8Array(16)),
  stream: idOf(new Uint8Array(16)),
  counter: 1,
  previousHash: new Uint8Array(32),
  sentAtMs: 0,
  listVersion: 1,
  logHead: null,
  epochAuthenticator: null,
  body: { kind: "text", text: value, replyTo: null },
});

describe("MSG-1: contents", () => {
  it("round-trip", () => {
    fc.assert(
      fc.property(content, (original) => {
        expect(decodeContent(encodeContent(original))).toEqual(original);
      }),
    );
  });

  it("a text may have 16 KiB of UTF-8 and not one byte more", () => {
    const largest = "é".repeat(MAX_TEXT_BYTES / 2);
    expect(textSizeBytes(largest)).toBe(MAX_TEXT_BYTES);
    expect(decodeContent(encodeContent(text(largest)))?.body).toMatchObject({ kind: "text" });
    expect(() => encodeContent(text(`${largest}a`))).toThrow(RangeError);
  });

  it("FIL-7: files are counted, and what does not fit is neither made nor taken", () => {
    const transfer = idOf<TransferId>(new Uint8Array(16).fill(1));
    const manifest = {
      transfer,
      path: ["a.txt"],
      sizeBytes: 1,
      mediaType: "text/plain",
      modifiedAtMs: null,
      key: new Uint8Array(32),
      root: new Uint8Array(32),
      picture: null,
    };
    const offer: Content = { ...text(""), body: { kind: "file", text: "", files: [manifest] } };
    expect(decodeContent(encodeContent(offer))).toEqual(offer);
    expect(decodeContent(encodeContent({ ...offer, counter: 0 }))).toBeUndefined();
    for (const files of [[], [manifest, manifest], [{ ...manifest, path: [".."] }]])
      expect(() => encodeContent({ ...offer, body: { kind: "file", text: "", files } })).toThrow(RangeError);
    const bytes = encodeContent(offer);
    const name = bytes.findLastIndex((_, i) => bytes[i] === 0x61 && bytes[i + 1] === 0x2e);
    expect(decodeContent(bytes.with(name, 0x2f))).toBeUndefined();
  });

  it("only receipts are uncounted", () => {
    const receipt: Content = {
      ...text(""),
      counter: 0,
      body: { kind: "receipt", receipts: [], whole: [], asked: [] },
    };
    expect(decodeContent(encodeContent(receipt))).toEqual(receipt);
    expect(decodeContent(encodeContent({ ...receipt, counter: 1 }))).toBeUndefined();
    expect(decodeContent(encodeContent({ ...text("a"), counter: 0 }))).toBeUndefined();
  });

  it("random bytes are never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => void decodeContent(input)),
      { numRuns: 5000 },
    );
  });
});
