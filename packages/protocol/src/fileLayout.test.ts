import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  auditPathLength,
  chunkBytes,
  chunkCount,
  fileLeafCount,
  fileStreamBytes,
  leafBytes,
  leafContentBytes,
  MAX_PARCEL_BYTES,
  parcelBytes,
} from "./fileLayout.ts";
import {
  FILE_CHUNK_BYTES,
  FILE_LEAF_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_LEAVES,
  MAX_FRAME_BYTES,
} from "./limits.ts";

const MIB = FILE_LEAF_BYTES;
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 3 * MIB }),
  fc.integer({ min: 0, max: MAX_FILE_BYTES }),
  fc.integer({ min: 0, max: 200 }).map((leaves) => leaves * MIB),
);
const indexes = (count: number): number[] =>
  [...new Set([0, count >> 1, count - 2, count - 1])].filter((i) => i >= 0);

describe("FIL-1: a file is cut by its size alone", () => {
  test.each([
    [0, 1, 0],
    [1, 1, 1],
    [MIB - 1, 1, MIB - 1],
    [MIB, 1, MIB],
    [MIB + 1, 2, 1],
    [5 * MIB, 5, MIB],
    [MAX_FILE_BYTES, MAX_FILE_LEAVES, MIB],
  ])("%i bytes are %i leaves, the last one with %i", (sizeBytes, leaves, last) => {
    expect(fileLeafCount(sizeBytes)).toBe(leaves);
    expect(leafContentBytes(sizeBytes, leaves - 1)).toBe(last);
    if (leaves > 1) expect(leafContentBytes(sizeBytes, 0)).toBe(MIB);
  });

  it("has no leaf but those", () => {
    for (const sizeBytes of [-1, 0.5, Number.NaN, MAX_FILE_BYTES + 1, 2 ** 60])
      expect(() => fileLeafCount(sizeBytes)).toThrow(RangeError);
    for (const index of [-1, 0.5, 2, Number.NaN]) expect(() => leafBytes(MIB + 1, index)).toThrow(RangeError);
  });

  it("content fills all leaves but the last", () => {
    fc.assert(
      fc.property(sizes, (sizeBytes) => {
        const count = fileLeafCount(sizeBytes);
        expect((count - 1) * MIB + leafContentBytes(sizeBytes, count - 1)).toBe(sizeBytes);
        for (const index of indexes(count).slice(0, -1)) expect(leafBytes(sizeBytes, index)).toBe(MIB);
      }),
    );
  });
});

describe("FIL-2: sizes say little (attack 26)", () => {
  it("all files of up to 4 KiB have one size", () => {
    for (const sizeBytes of [0, 1, 4095, 4096]) expect(fileStreamBytes(sizeBytes)).toBe(4096);
    expect(fileStreamBytes(4097)).toBe(4352);
  });

  it("at most 12 % more, never a leaf more, and few sizes", () => {
    fc.assert(
      fc.property(sizes, (sizeBytes) => {
        const stream = fileStreamBytes(sizeBytes);
        const count = fileLeafCount(sizeBytes);
        expect(stream).toBeGreaterThanOrEqual(sizeBytes);
        expect(stream).toBeLessThanOrEqual(count * MIB);
        if (sizeBytes > 4096) expect(stream / sizeBytes).toBeLessThan(1.12);
        if (sizeBytes >= 32 * MIB) expect(stream).toBe(count * MIB);
        // Rounding what is rounded changes nothing: there is one stream of each size.
        expect(fileStreamBytes(stream)).toBe(stream);
      }),
    );
    const seen = new Set(Array.from({ length: MIB / 64 }, (_, i) => fileStreamBytes(i * 64)));
    expect(seen.size).toBe(193);
  });
});

describe("FIL-6: parcels and their chunks", () => {
  it("a path has as many hashes as RFC 9162 §2.1.3.1 says", () => {
    const lengthOf = (count: number, index: number): number => {
      if (count === 1) return 0;
      let half = 1;
      while (half * 2 < count) half *= 2;
      return 1 + (index < half ? lengthOf(half, index) : lengthOf(count - half, index - half));
    };
    for (let count = 1; count <= 130; count++)
      for (let index = 0; index < count; index++)
        expect([count, index, auditPathLength(count, index)]).toEqual([count, index, lengthOf(count, index)]);
    expect(auditPathLength(MAX_FILE_LEAVES, 0)).toBe(16);
    expect(auditPathLength(MAX_FILE_LEAVES - 1, MAX_FILE_LEAVES - 2)).toBe(lengthOf(65_535, 65_534));
  });

  it("17 chunks are a full leaf, none of them small, and each fits a frame", () => {
    expect([MAX_PARCEL_BYTES, chunkCount(MAX_PARCEL_BYTES)]).toEqual([1_049_104, 17]);
    expect(chunkBytes(MAX_PARCEL_BYTES, 16)).toBe(FILE_CHUNK_BYTES);
    expect(parcelBytes(MAX_FILE_BYTES, 7)).toBe(MAX_PARCEL_BYTES);
    expect(chunkBytes(parcelBytes(MIB, 0), 16)).toBe(61_200);
    expect(FILE_CHUNK_BYTES + 100).toBeLessThan(MAX_FRAME_BYTES);
  });

  it("chunks fill the parcel", () => {
    fc.assert(
      fc.property(sizes, (sizeBytes) => {
        for (const index of indexes(fileLeafCount(sizeBytes))) {
          const parcel = parcelBytes(sizeBytes, index);
          const chunks = chunkCount(parcel);
          expect(chunks).toBeLessThanOrEqual(17);
          expect((chunks - 1) * FILE_CHUNK_BYTES + chunkBytes(parcel, chunks - 1)).toBe(parcel);
          expect(chunkBytes(parcel, chunks - 1)).toBeGreaterThan(0);
        }
      }),
    );
  });
});
