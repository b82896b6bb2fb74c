import { codecOf, nullable, tuple, uint } from "@sotto/protocol";
import { FORMAT, text } from "./shapes.ts";

/** What is known of a conversation from an archive alone. */
export interface ImportRecord {
  /** User name of the other account when the archive was made, if it had one; the contact's is newer. */
  readonly peerName: string | null;
}

const importCodec = codecOf(tuple(uint(FORMAT), nullable(text)));

export function encodeImport({ peerName }: ImportRecord): Uint8Array {
  return importCodec.encode([FORMAT, peerName]);
}

export function decodeImport(bytes: Uint8Array): ImportRecord | undefined {
  const fields = importCodec.decode(bytes);
  return fields && { peerName: fields[1] };
}
