/** Derivation and signing under labels (RFC 9420 §5.1.2, §8). */
import { concatBytes, utf8 } from "@sotto/protocol";
import { encodeLength, encodeUint16, encodeUint32, encodeVector } from "./tls.ts";
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
  const info = concatBytes(encodeUint16(length), encodeLabel(label), encodeLength(context.length), context);
  return expand(secret, info, length);
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

/** SignContent, which SignWithLabel signs; its content is the parts together. */
export function signContent(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatBytes(encodeLabel(label), encodeLength(length), ...parts);
}

function encodeLabel(label: string): Uint8Array {
  const known = encodedLabels.get(label);
  if (known !== undefined) return known;
  const encoded = encodeVector(utf8(`MLS 1.0 ${label}`));
  encodedLabels.set(label, encoded);
  return encoded;
}
