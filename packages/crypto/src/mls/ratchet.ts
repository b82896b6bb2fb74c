/**
 * A sender's hash ratchet (RFC 9420 §9.1). What is kept never leads back: of a generation that has been passed over its key and nonce
 * alone, of one that has been used nothing, and the ratchet's secret only forward (§9.2).
 */
import { deriveTreeSecret } from "./labels.ts";
import type { Primitives } from "./tsMlsSuite.ts";

/** Keys of one ratchet kept for messages that come out of order; also how far ahead of its ratchet a message may be. */
export const MAX_SKIPPED_KEYS = 1000;

/** RFC 9420 §6.3.2: a generation has four bytes. */
const MAX_GENERATION = 0xffff_ffff;
const NO_NONCE = new Uint8Array();

/** What encrypts the one message of a generation. */
export interface MessageKey {
  readonly generation: number;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** The key of a generation whose message has not come. */
export interface SkippedKey extends MessageKey {
  /** When it was passed over; null if the caller did not say: then it goes with its epoch. */
  readonly sinceMs: number | null;
}

export interface Ratchet {
  /** Of {@link generation}, the first that has not been reached. */
  readonly secret: Uint8Array;
  readonly generation: number;
  /** By generation, lowest first; at most {@link MAX_SKIPPED_KEYS}. */
  readonly skipped: readonly SkippedKey[];
  /** Keys below this generation may have been dropped unused. */
  readonly droppedBelow: number;
}

export interface RatchetStep {
  /** The caller's own copy, to wipe after use. */
  readonly key: MessageKey;
  /** Without the key. The ratchet before is unchanged, so that a step can be forgotten. */
  readonly ratchet: Ratchet;
}

/** A ratchet at generation 0. */
export function startRatchet(secret: Uint8Array): Ratchet {
  return { secret, generation: 0, skipped: [], droppedBelow: 0 };
}

/** The sender's step. */
export function nextStep(primitives: Primitives, ratchet: Ratchet): RatchetStep {
  const { secret, generation } = ratchet;
  if (generation > MAX_GENERATION) throw new RangeError("the ratchet is at its end");
  return {
    key: keyAt(primitives, secret, generation),
    ratchet: { ...ratchet, secret: secretAfter(primitives, secret, generation), generation: generation + 1 },
  };
}

/**
 * The receiver's step: back to a skipped key, or forward over at most {@link MAX_SKIPPED_KEYS} generations. *replayed*: the key has been
 * used; *tooOld*: it has been dropped, or is too far ahead. `keepsSecrets` is MLS defect 10, for its test.
 */
export function stepTo(
  primitives: Primitives,
  ratchet: Ratchet,
  generation: number,
  nowMs: number | null,
  keepsSecrets = false,
): RatchetStep | "replayed" | "tooOld" {
  if (generation < ratchet.generation) return stepBack(primitives, ratchet, generation);
  if (generation - ratchet.generation > MAX_SKIPPED_KEYS) return "tooOld";
  const passed: SkippedKey[] = [];
  let { secret } = ratchet;
  for (let at = ratchet.generation; at < generation; at++) {
    const after = secretAfter(primitives, secret, at);
    if (keepsSecrets) passed.push({ generation: at, key: secret.slice(), nonce: NO_NONCE, sinceMs: nowMs });
    else passed.push({ ...keyAt(primitives, secret, at), sinceMs: nowMs });
    if (secret !== ratchet.secret) secret.fill(0);
    secret = after;
  }
  const key = keyAt(primitives, secret, generation);
  const next = secretAfter(primitives, secret, generation);
  if (secret !== ratchet.secret) secret.fill(0);
  const advanced = { ...ratchet, secret: next, generation: generation + 1 };
  return { key, ratchet: passed.length === 0 ? advanced : withSkipped(advanced, passed) };
}

/** The ratchet without keys that were passed over before `beforeMs`; the same value if there are none. */
export function dropSkippedBefore(ratchet: Ratchet, beforeMs: number): Ratchet {
  const isOld = ({ sinceMs }: SkippedKey): boolean => sinceMs !== null && sinceMs < beforeMs;
  const last = ratchet.skipped.findLast(isOld);
  if (last === undefined) return ratchet;
  return {
    ...ratchet,
    skipped: ratchet.skipped.filter((skipped) => !isOld(skipped)),
    droppedBelow: Math.max(ratchet.droppedBelow, last.generation + 1),
  };
}

function stepBack(
  primitives: Primitives,
  ratchet: Ratchet,
  generation: number,
): RatchetStep | "replayed" | "tooOld" {
  const at = ratchet.skipped.findIndex((skipped) => skipped.generation === generation);
  const found = ratchet.skipped[at];
  if (found === undefined) return generation < ratchet.droppedBelow ? "tooOld" : "replayed";
  return {
    key:
      found.nonce.length === 0
        ? keyAt(primitives, found.key, generation)
        : { generation, key: found.key.slice(), nonce: found.nonce.slice() },
    ratchet: { ...ratchet, skipped: ratchet.skipped.toSpliced(at, 1) },
  };
}

/** The oldest go first. */
function withSkipped(ratchet: Ratchet, passed: readonly SkippedKey[]): Ratchet {
  const all = [...ratchet.skipped, ...passed];
  const excess = Math.max(0, all.length - MAX_SKIPPED_KEYS);
  const droppedBelow = excess === 0 ? ratchet.droppedBelow : (all[excess - 1] as SkippedKey).generation + 1;
  return { ...ratchet, skipped: all.slice(excess), droppedBelow };
}

function keyAt(primitives: Primitives, secret: Uint8Array, generation: number): MessageKey {
  const { keyBytes, nonceBytes } = primitives;
  return {
    generation,
    key: deriveTreeSecret(primitives, secret, "key", generation, keyBytes),
    nonce: deriveTreeSecret(primitives, secret, "nonce", generation, nonceBytes),
  };
}

function secretAfter(primitives: Primitives, secret: Uint8Array, generation: number): Uint8Array {
  return deriveTreeSecret(primitives, secret, "secret", generation, primitives.hashBytes);
}
