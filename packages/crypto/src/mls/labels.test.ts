import { concatBytes, utf8 } from "@sotto/protocol";
import {
  deriveSecret as libraryDeriveSecret,
  deriveTreeSecret as libraryDeriveTreeSecret,
  expandWithLabel as libraryExpandWithLabel,
} from "ts-mls/crypto/kdf.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { varLenDataEncoder } from "ts-mls/codec/variableLength.js";
import { signWithLabel } from "ts-mls/crypto/signature.js";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { deriveSecret, deriveTreeSecret, expandWithLabel, signContent } from "./labels.ts";
import { TlsReader, encodeUint16, encodeUint32, encodeUint64, encodeVector } from "./tls.ts";
import { createSuites } from "./tsMlsSuite.ts";

const random = seededRandom("labels");
const suites = createSuites(createNobleProvider(random));

test.each([1, 83] as const)("suite %d: secrets and signed contents are the library's", async (id) => {
  const { primitives, impl } = suites(id);
  const secret = random(impl.kdf.size);
  for (const size of [0, 1, 63, 64, 300]) {
    const context = random(size);
    expect(expandWithLabel(primitives, secret, "key", context, 16)).toEqual(
      await libraryExpandWithLabel(secret, "key", context, 16, impl.kdf),
    );
    const key = random(32);
    expect(await primitives.sign(key, signContent("FramedContentTBS", context))).toEqual(
      await signWithLabel(key, "FramedContentTBS", context, impl.signature),
    );
  }
  expect(deriveSecret(primitives, secret, "path")).toEqual(
    await libraryDeriveSecret(secret, "path", impl.kdf),
  );
  for (const generation of [0, 1, 0x1_0000, 0xffff_ffff])
    expect(deriveTreeSecret(primitives, secret, "nonce", generation, 12)).toEqual(
      await libraryDeriveTreeSecret(secret, "nonce", generation, 12, impl.kdf),
    );
});

test("vectors of every length are the library's, and are read back", () => {
  for (const size of [0, 1, 63, 64, 16_383, 16_384, 70_000]) {
    const bytes = random(size);
    const encoded = encodeVector(bytes);
    expect(encoded).toEqual(encode(varLenDataEncoder)(bytes));
    const reader = new TlsReader(concatBytes(encoded, Uint8Array.of(7)));
    expect(reader.vector()).toEqual(bytes);
    expect([reader.uint8(), reader.failed, reader.offset]).toEqual([7, false, encoded.length + 1]);
    expect(new TlsReader(encoded.subarray(0, -1)).vector()).toHaveLength(0);
  }
});

test("numbers", () => {
  const bytes = concatBytes(
    encodeUint16(0xfffe),
    encodeUint32(0xffff_fffd),
    encodeUint64(0xffff_ffff_ffff_fffcn),
  );
  const reader = new TlsReader(concatBytes(utf8("x"), bytes), 1);
  expect([reader.uint16(), reader.uint32(), reader.uint64()]).toEqual([
    0xfffe,
    0xffff_fffd,
    0xffff_ffff_ffff_fffcn,
  ]);
  expect(reader.failed).toBe(false);
  expect([reader.uint8(), reader.failed]).toEqual([0, true]);
});

test.each([
  ["two bytes for 63", [0x40, 63, ...new Uint8Array(63)]],
  ["four bytes for 16,383", [0x80, 0, 0x3f, 0xff, ...new Uint8Array(16_383)]],
  ["eight bytes", [0xc0, 0, 0, 0, 0, 0, 0, 0]],
  ["a length cut short", [0x40]],
  ["nothing", []],
])("refused as a length: %s", (_name, bytes) => {
  const reader = new TlsReader(Uint8Array.from(bytes));
  expect(reader.vector()).toHaveLength(0);
  expect(reader.failed).toBe(true);
  expect([reader.uint32(), reader.uint64(), reader.bytes(0).length]).toEqual([0, 0n, 0]);
});
