/** Plain data with bytes in it as JSON, for pages that are given text alone. */
import { fromHex, toHex } from "@sotto/protocol";

const BYTES = "bytes:";

export function packed(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? `${BYTES}${toHex(part)}` : part,
  );
}

/** What {@link packed} was given. */
export function unpacked(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) =>
    typeof part === "string" && part.startsWith(BYTES) ? fromHex(part.slice(BYTES.length)) : part,
  );
}
