import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { concatBytes, toHex } from "../bytes.ts";
import { chunkBytes, chunkCount, fileLeafCount, leafBytes, parcelBytes } from "../fileLayout.ts";
import { idOf } from "../ids.ts";
import type { TransferId } from "../ids.ts";
import { FILE_CHUNK_BYTES, FILE_LEAF_BYTES, MAX_FRAME_BYTES } from "../limits.ts";
import type { FileFrame } from "./fileFrames.ts";
import { decodeFileFrame, encodeFileFrame } from "./fileFrames.ts";
import { assembleParcel, chunkOf } from "./parcels.ts";

const ID = Uint8Array.from({ length: 16 }, (_, i) => i);
const transfer = idOf<TransferId>(ID);
const someTransfer = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => idOf<TransferId>(id));
const frame: fc.Arbitrary<FileFrame> = fc.oneof(
  fc.record({
    type: fc.constant("request" as const),
    transfer: someTransfer,
    first: fc.integer({ min: 0, max: 65_536 - 64 }),
    count: fc.integer({ min: 1, max: 64 }),
    held: fc.integer({ min: 0, max: 65_536 }),
  }),
  fc.record({
    type: fc.constant("chunk" as const),
    transfer: someTransfer,
    leaf: fc.integer({ min: 0, max: 65_535 }),
    chunk: fc.integer({ min: 0, max: 16 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({ type: fc.constantFrom("pause" as const, "resume" as const), transfer: someTransfer }),
  fc.record({
    type: fc.constant("end" as const),
    transfer: someTransfer,
    reason: fc.constantFrom("done", "cancelled", "unknown", "changed", "failed", "invalid"),
  }),
);

describe("FIL-10: frames on the channel of files", () => {
  it("round-trip", () => {
    fc.assert(
      fc.property(frame, (original) => {
        expect(decodeFileFrame(encodeFileFrame(original))).toEqual(original);
      }),
    );
  });

  const head = toHex(ID);
  test.each<[string, FileFrame]>([
    [`01${head}000001020000010203`, { type: "request", transfer, first: 258, held: 258, count: 3 }],
    [
      `02${head}0000ffff10aabb`,
      { type: "chunk", transfer, leaf: 65_535, chunk: 16, bytes: Uint8Array.of(0xaa, 0xbb) },
    ],
    [`03${head}`, { type: "pause", transfer }],
    [`04${head}`, { type: "resume", transfer }],
    [`05${head}03`, { type: "end", transfer, reason: "changed" }],
  ])("are the bytes %s", (hex, value) => {
    expect(toHex(encodeFileFrame(value))).toBe(hex);
  });

  const bytesOf = (...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array =>
    concatBytes(...parts.map((part) => Uint8Array.from(part)));
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["a head alone", ID],
    ["type 0", bytesOf([0], ID)],
    ["type 6", bytesOf([6], ID)],
    ["a pause with more", bytesOf([3], ID, [0])],
    ["a resume with more", bytesOf([4], ID, [0])],
    ["an end without reason", bytesOf([5], ID)],
    ["an end of an unknown reason", bytesOf([5], ID, [6])],
    ["a request for nothing", bytesOf([1], ID, [0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["a request for 65 leaves", bytesOf([1], ID, [0, 0, 0, 0, 0, 0, 0, 0, 65])],
    ["a request beyond the last leaf", bytesOf([1], ID, [0, 0, 0xff, 0xff, 0, 0, 0, 0, 2])],
    ["a request with a first leaf of 32 bits", bytesOf([1], ID, [255, 255, 255, 255, 0, 0, 0, 0, 1])],
    ["more held than there can be", bytesOf([1], ID, [0, 0, 0, 0, 0, 1, 0, 1, 1])],
    ["a short request", bytesOf([1], ID, [0, 0, 0, 0, 0, 0, 0, 0])],
    ["a long request", bytesOf([1], ID, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0])],
    ["an empty chunk", bytesOf([2], ID, [0, 0, 0, 0, 0])],
    ["chunk 17", bytesOf([2], ID, [0, 0, 0, 0, 17, 1])],
    ["a chunk of leaf 65,536", bytesOf([2], ID, [0, 1, 0, 0, 0, 1])],
    ["a chunk that is too long", bytesOf([2], ID, [0, 0, 0, 0, 0], new Uint8Array(FILE_CHUNK_BYTES + 1))],
  ])("%s is none", (_name, bytes) => {
    expect(decodeFileFrame(bytes)).toBeUndefined();
  });

  it("what would be none is not made, and no number is cut to fit", () => {
    const request = { type: "request" as const, transfer, first: 0, count: 1, held: 0 };
    const chunk = { type: "chunk" as const, transfer, leaf: 0, chunk: 0, bytes: Uint8Array.of(1) };
    for (const wrong of [
      { ...request, count: 257 },
      { ...request, count: 0 },
      { ...request, first: 2 ** 32 },
      { ...request, first: -1 },
      { ...request, held: 0.5 },
      { ...chunk, leaf: 2 ** 32 + 1 },
      { ...chunk, chunk: 256 },
      { ...chunk, bytes: new Uint8Array(FILE_CHUNK_BYTES + 1) },
      { type: "end" as const, transfer, reason: "bored" as "done" },
    ])
      expect(() => encodeFileFrame(wrong)).toThrow(RangeError);
  });

  it("the largest fits what a channel takes, and reading it copies nothing", () => {
    const bytes = new Uint8Array(FILE_CHUNK_BYTES).fill(7);
    const encoded = encodeFileFrame({ type: "chunk", transfer, leaf: 65_535, chunk: 16, bytes });
    expect(encoded.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    const decoded = decodeFileFrame(encoded);
    expect(decoded?.type === "chunk" && decoded.bytes.buffer === encoded.buffer).toBe(true);
  });

  it("never throws, for views into a larger memory either", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 5 }), (bytes, type) => {
        const shifted = concatBytes(Uint8Array.of(9, 9, type), bytes).subarray(2);
        expect(decodeFileFrame(shifted)).toEqual(decodeFileFrame(shifted.slice()));
      }),
    );
  });
});

describe("FIL-11: parcels in chunks", () => {
  const sizeBytes = 2 * FILE_LEAF_BYTES + 100_000;
  const parcelOf = (leaf: number): Uint8Array =>
    new Uint8Array(parcelBytes(sizeBytes, leaf)).map((_, i) => i * 31 + leaf);
  const chunksOf = (leaf: number) => {
    const parcel = parcelOf(leaf);
    const at = leafBytes(sizeBytes, leaf) + 16;
    const parts = { sealed: parcel.subarray(0, at), path: parcel.subarray(at) };
    return Array.from({ length: chunkCount(parcel.length) }, (_, chunk) => ({
      leaf,
      chunk,
      bytes: chunkOf(parts, chunk),
    }));
  };

  it("come together again", () => {
    for (let leaf = 0; leaf < fileLeafCount(sizeBytes); leaf++) {
      const assembly = assembleParcel(sizeBytes, leaf);
      const chunks = chunksOf(leaf);
      const said = chunks.map((chunk) => assembly.take(chunk));
      expect(said).toEqual([...chunks.slice(1).map(() => "more"), "whole"]);
      expect(toHex(assembly.parcel)).toBe(toHex(parcelOf(leaf)));
    }
  });

  it("are the same wherever the path begins", () => {
    const whole = new Uint8Array(2 * FILE_CHUNK_BYTES + 100).map((_, i) => i * 7);
    for (const at of [
      0,
      1,
      FILE_CHUNK_BYTES - 1,
      FILE_CHUNK_BYTES,
      2 * FILE_CHUNK_BYTES,
      whole.length - 32,
    ]) {
      const parts = { sealed: whole.subarray(0, at), path: whole.subarray(at) };
      for (const chunk of [0, 1, 2]) {
        const start = chunk * FILE_CHUNK_BYTES;
        const end = start + chunkBytes(whole.length, chunk);
        expect(toHex(chunkOf(parts, chunk))).toBe(toHex(whole.subarray(start, end)));
      }
    }
  });

  it("chunk 0 begins the leaf anew, as after a pause", () => {
    const assembly = assembleParcel(sizeBytes, 0);
    const chunks = chunksOf(0);
    for (const { leaf, chunk, bytes } of chunks.slice(0, 5))
      expect(assembly.take({ leaf, chunk, bytes: new Uint8Array(bytes.length) })).toBe("more");
    expect(chunks.map((chunk) => assembly.take(chunk)).at(-1)).toBe("whole");
    expect(toHex(assembly.parcel)).toBe(toHex(parcelOf(0)));
  });

  it("out of turn, twice, of another leaf, shorter, longer or one too many is wrong", () => {
    const [first, second] = chunksOf(0) as [
      ReturnType<typeof chunksOf>[number],
      ReturnType<typeof chunksOf>[number],
    ];
    const startWith = (...chunks: Parameters<ReturnType<typeof assembleParcel>["take"]>[0][]) => {
      const assembly = assembleParcel(sizeBytes, 0);
      return chunks.map((chunk) => assembly.take(chunk)).at(-1);
    };
    expect(startWith(second)).toBe("wrong");
    expect(startWith(first, second, second)).toBe("wrong");
    expect(startWith(...chunksOf(0), first)).toBe("wrong");
    expect(startWith({ ...first, leaf: 1 })).toBe("wrong");
    expect(startWith({ ...first, bytes: first.bytes.subarray(1) })).toBe("wrong");
    expect(startWith({ ...first, bytes: new Uint8Array(FILE_CHUNK_BYTES + 1) })).toBe("wrong");
    expect(startWith(...chunksOf(0), { leaf: 0, chunk: 17, bytes: new Uint8Array(1) })).toBe("wrong");
    expect(startWith(...chunksOf(0), { leaf: 0, chunk: 17, bytes: new Uint8Array() })).toBe("wrong");
  });
});
