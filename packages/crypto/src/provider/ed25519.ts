/**
 * Which Ed25519 signatures hold: the same ones in every provider. RFC 8032 §5.1.7 leaves it open whether the equation is multiplied by the
 * cofactor, and says nothing of small-order keys; platforms differ in both. A member could then sign a commit that some devices take and
 * others refuse, and split its group. All therefore take what passes {@link isStrictEd25519} and the equation without the cofactor.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesEqual, concatBytes, fromHex } from "@sotto/protocol";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const { Point } = ed25519;

/** The y coordinates, little endian, of the eight points whose order divides 8; the sign bit is not looked at. */
const SMALL_ORDER_Y = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map((y) => fromHex(y) as Uint8Array);

/**
 * False for what no provider may take: key or R not reduced or of small order (then one signature holds for many messages), or wrong
 * sizes. The provider's own check of the equation, without the cofactor and with S below the group's order, comes after.
 */
export function isStrictEd25519(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    publicKey.length === KEY_BYTES &&
    signature.length === SIGNATURE_BYTES &&
    isStrictPoint(publicKey) &&
    isStrictPoint(signature.subarray(0, KEY_BYTES))
  );
}

/** The whole check without a platform: `encode(S·B - k·A) = R`. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isStrictEd25519(publicKey, signature)) return false;
  const r = signature.subarray(0, KEY_BYTES);
  const s = littleEndian(signature.subarray(KEY_BYTES));
  const { n } = Point.CURVE();
  if (s >= n) return false;
  try {
    const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % n;
    const a = Point.fromBytes(publicKey);
    return bytesEqual(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r);
  } catch {
    // The key is no point of the curve.
    return false;
  }
}

function isStrictPoint(bytes: Uint8Array): boolean {
  const y = bytes.slice();
  y[KEY_BYTES - 1] = (y[KEY_BYTES - 1] as number) & 0x7f;
  return isReduced(y) && !SMALL_ORDER_Y.some((small) => bytesEqual(small, y));
}

/** Below 2^255 - 19. */
function isReduced(y: Uint8Array): boolean {
  if ((y[0] as number) < 0xed || y[KEY_BYTES - 1] !== 0x7f) return true;
  return y.subarray(1, KEY_BYTES - 1).some((byte) => byte !== 0xff);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
