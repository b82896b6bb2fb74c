/** Chunks as they are written. */
import { ascii, be32, join } from "../bytes.ts";
import { crc32 } from "./crc32.ts";

/** Length, name, data and check value. */
export function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = join([ascii(name), data]);
  return join([be32(data.length), body, be32(crc32(body))]);
}
