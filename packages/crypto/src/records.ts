/**
 * Records of a device's own store, sealed at rest: AES-256-GCM with a random 96-bit nonce, bound to the place where they lie, so that
 * whoever can write the disk cannot move a record elsewhere. An older record in the same place is not detected here (the store counter
 * is for that). Random nonces allow 2^32 seals per key; a device that wrote a thousand records a second would need 50 days for them.
 */
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { bytesUpTo, codecOf, concatBytes, LABELS, tuple, uint, utf8 } from "@sotto/protocol";
import { openLabelled, SEAL_KEY_BYTES, sealLabelled } from "./aead.ts";
import type { CryptoProvider } from "./provider/port.ts";

/** Seals the plaintext for one place: table and key of the record. */
export function sealRecord(
  provider: CryptoProvider,
  storeKey: Uint8Array,
  table: string,
  recordKey: string,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  return sealLabelled(provider, storeKey, LABELS.localRecord, [placeOf(table, recordKey)], plaintext);
}

/** The plaintext, or `undefined` if the bytes were altered, lay elsewhere, or belong to another key. */
export function openRecord(
  provider: CryptoProvider,
  storeKey: Uint8Array,
  table: string,
  recordKey: string,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  return openLabelled(provider, storeKey, LABELS.localRecord, [placeOf(table, recordKey)], sealed);
}

/** How a store key was derived: kept in the clear beside the store, because opening needs it. */
export interface StoreKeyParameters {
  readonly salt: Uint8Array;
  /** scrypt's N as a power of two. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 64 MiB and a third of a second in JavaScript (measured: 0.31 s): what opening a store may take on a phone. */
export const DEFAULT_STORE_KEY_COST: Omit<StoreKeyParameters, "salt"> = { logN: 16, r: 8, p: 1 };

const FORMAT = 1;
const SALT_BYTES = 16;
/** A tampered file must neither weaken the key nor exhaust memory: 2^14 … 2^20 (1 GiB at r = 8). */
const MIN_LOG_N = 14;
const MAX_LOG_N = 20;
const parametersCodec = codecOf(tuple(uint(255), bytesUpTo(64), uint(255), uint(255), uint(255)));

/** Parameters for a new store. */
export function createStoreKeyParameters(provider: CryptoProvider): StoreKeyParameters {
  return { salt: provider.random(SALT_BYTES), ...DEFAULT_STORE_KEY_COST };
}

/** The 32-byte key of a passphrase (UTF-8, NFC): scrypt, RFC 7914. Throws `RangeError` for parameters out of bounds. */
export async function deriveStoreKey(
  passphrase: string,
  parameters: StoreKeyParameters,
): Promise<Uint8Array> {
  const { salt, logN, r, p } = parameters;
  if (!isAcceptable(parameters)) throw new RangeError("scrypt parameters");
  const maxmem = 128 * 2 ** logN * r + 1024 * 1024;
  return scryptAsync(utf8(passphrase.normalize("NFC")), salt, {
    N: 2 ** logN,
    r,
    p,
    dkLen: SEAL_KEY_BYTES,
    maxmem,
  });
}

export function encodeStoreKeyParameters({ salt, logN, r, p }: StoreKeyParameters): Uint8Array {
  return parametersCodec.encode([FORMAT, salt, logN, r, p]);
}

/** `undefined` for anything else, or for parameters out of bounds. */
export function decodeStoreKeyParameters(bytes: Uint8Array): StoreKeyParameters | undefined {
  const fields = parametersCodec.decode(bytes);
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const parameters = { salt: fields[1], logN: fields[2], r: fields[3], p: fields[4] };
  return isAcceptable(parameters) ? parameters : undefined;
}

function isAcceptable({ salt, logN, r, p }: StoreKeyParameters): boolean {
  return salt.length >= SALT_BYTES && logN >= MIN_LOG_N && logN <= MAX_LOG_N && r === 8 && p >= 1 && p <= 4;
}

/** Heads of places by table; a store has a dozen tables. */
const heads = new Map<string, Uint8Array>();
const MAX_HEADS = 64;

/** Length-prefixed, so that `("ab", "c")` and `("a", "bc")` differ. */
function placeOf(table: string, recordKey: string): Uint8Array {
  return concatBytes(headOf(table), utf8(recordKey));
}

function headOf(table: string): Uint8Array {
  const known = heads.get(table);
  if (known !== undefined) return known;
  const name = utf8(table);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, name.length);
  const head = concatBytes(size, name);
  if (heads.size < MAX_HEADS) heads.set(table, head);
  return head;
}
