import { codecOf, tuple, uint } from "@sotto/protocol";
import { FORMAT, text } from "./shapes.ts";

const draftCodec = codecOf(tuple(uint(FORMAT), text));

export function encodeDraft(draft: string): Uint8Array {
  return draftCodec.encode([FORMAT, draft]);
}

export function decodeDraft(bytes: Uint8Array): string | undefined {
  return draftCodec.decode(bytes)?.[1];
}
