/** deserialization: the length before a vector (RFC 9420 §2.1.2), by our own reader and writer and by the library's reader, which reads most structures. */
import { TlsReader, encodeLength } from "@sotto/crypto/internals";
import { determineLength } from "ts-mls/codec/variableLength.js";
import { expectEqual, expectSame, fromHex } from "./expect.ts";
import { kindOf } from "./kind.ts";

interface Vector {
  readonly vlbytes_header: string;
  readonly length: number;
}

export const deserialization = kindOf<Vector>("deserialization", ({ vlbytes_header, length }) => {
  const header = fromHex(vlbytes_header);
  expectEqual("written length", encodeLength(length), header);
  // The greatest is 1 GiB, of which no page is touched.
  const bytes = new Uint8Array(header.length + length);
  bytes.set(header);
  const reader = new TlsReader(bytes);
  expectSame("length", reader.vector().length, length);
  expectSame("end", reader.offset, bytes.length);
  const short = new TlsReader(bytes.subarray(0, -1));
  short.vector();
  expectSame("cut short", short.failed, true);
  const read = determineLength(header, 0);
  expectSame("length, by the library", read.length, length);
  expectSame("size of the length, by the library", read.lengthFieldSize, header.length);
});
