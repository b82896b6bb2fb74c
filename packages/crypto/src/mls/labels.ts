/** Derivation and signing under labels (RFC 9420 §5.1.2, §8). */
import { concatBytes, utf8 } from "@sotto/protocol";
import { encodeUint16, encodeUint32, encodeVector } from "./tls.ts";
import type { Primitives } from "./tsMlsSuite.ts";

type Kdf = Pick<Primitives, "hashBytes" | "expand">;

const NO_CONTEXT = new Uint8Array();

/** Labels are few and used for every message. */
const encodedLabels = new Map<string, Uint8Array>();

/** ExpandWithLabel. */
export function expandWithLabel(
  { expand }: Kdf,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return expand(secret, concatBytes(encodeUint16(length), encodeLabel(label), encodeVector(context)), length);
}

/** DeriveSecret: as long as a hash. */
export function deriveSecret(kdf: Kdf, secret: Uint8Array, label: string): Uint8Array {
  return expandWithLabel(kdf, secret, label, NO_CONTEXT, kdf.hashBytes);
}

/** DeriveTreeSecret (RFC 9420 §9.1). */
export function deriveTreeSecret(
  kdf: Kdf,
  secret: Uint8Array,
  label: string,
  generation: number,
  length: number,
): Uint8Array {
  return expandWithLabel(kdf, secret, label, encodeUint32(generation), length);
}

/** SignContent: what SignWithLabel and VerifyWithLabel sign. */
export function signContent(label: string, content: Uint8Array): Uint8Array {
  return concatBytes(encodeLabel(label), encodeVector(content));
}

function encodeLabel(label: string): Uint8Array {
  const known = encodedLabels.get(label);
  if (known !== undefined) return known;
  const encoded = encodeVector(utf8(`MLS 1.0 ${label}`));
  encodedLabels.set(label, encoded);
  return encoded;
}
