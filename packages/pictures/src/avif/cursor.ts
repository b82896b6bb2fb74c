/** Reads numbers one after the other; past the end it gives zeros and says so. */
import { u16, u32, u8 } from "../bytes.ts";

export interface Cursor {
  /** An unsigned number of 0, 1, 2, 4 or 8 bytes. */
  take(sizeBytes: number): number;
  /** Whether more was taken than there is. */
  isPast(): boolean;
  position(): number;
}

export function cursorOver(bytes: Uint8Array, from: number): Cursor {
  let at = from;
  return {
    take(sizeBytes) {
      const start = at;
      at += sizeBytes;
      switch (sizeBytes) {
        case 0:
          return 0;
        case 1:
          return u8(bytes, start);
        case 2:
          return u16(bytes, start);
        case 4:
          return u32(bytes, start);
        default:
          return u32(bytes, start) * 2 ** 32 + u32(bytes, start + 4);
      }
    },
    isPast: () => at > bytes.length,
    position: () => at,
  };
}
