/** Colours of a PNG: the profile (iCCP) and the chromaticities (cHRM). */
import { unzlibSync } from "fflate";
import { ascii, be16, be32, join, u32, u8 } from "../bytes.ts";
import { replacementFor } from "../colourProfile.ts";
import { MAX_DEFLATED_PROFILE_BYTES } from "../limits.ts";
import { chunk } from "./chunk.ts";

const MAX_NAME_BYTES = 79;
const NAME = "icc";

/** A whole iCCP chunk to stand for one with these data, or undefined if it goes without. */
export function profileChunkFor(data: Uint8Array): Uint8Array | undefined {
  const nameEnd = data.subarray(0, MAX_NAME_BYTES + 1).indexOf(0);
  if (nameEnd < 0 || u8(data, nameEnd + 1) !== 0) return undefined;
  const profile = inflate(data.subarray(nameEnd + 2));
  const ours = profile === undefined ? undefined : replacementFor(profile);
  return ours === undefined ? undefined : chunk("iCCP", join([ascii(`${NAME}\0\0`), stored(ours)]));
}

/** At most 8 KiB of deflated bytes: they can become 8 MiB and no more. */
function inflate(deflated: Uint8Array): Uint8Array | undefined {
  if (deflated.length > MAX_DEFLATED_PROFILE_BYTES) return undefined;
  try {
    return unzlibSync(deflated);
  } catch {
    return undefined;
  }
}

/** A zlib stream (RFC 1950) of one block that is not compressed: the same bytes from every device. */
function stored(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const block = Uint8Array.of(1, length, length >>> 8, ~length, ~length >>> 8);
  return join([be16(0x7801), block, bytes, be32(adler32(bytes))]);
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** White, red, green and blue of sRGB, Display P3 and Adobe RGB, times 100,000. Others may be those of one display. */
const CHROMATICITIES: readonly (readonly number[])[] = [
  [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000],
  [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000],
  [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6000],
];

/** Whether the data of a cHRM chunk are exactly those of a space that many pictures have. */
export function isKnownChromaticity(data: Uint8Array): boolean {
  return CHROMATICITIES.some((values) => values.every((value, i) => u32(data, 4 * i) === value));
}
