/**
 * The key that seals a home's records: random in a file that only its owner can read, or derived from a passphrase whose parameters lie in
 * a file. A home has one of the two files, chosen when it is made.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { CryptoProvider } from "@sotto/crypto";
import {
  createStoreKeyParameters,
  decodeStoreKeyParameters,
  deriveStoreKey,
  encodeStoreKeyParameters,
} from "@sotto/crypto";
import { StoreError } from "../../ports/store.ts";

/** 256 random bits. */
const KEY_FILE = "store.key";
const PARAMETERS_FILE = "store.kdf";
const KEY_BYTES = 32;

export const STORE_KEY_FILES: readonly string[] = [KEY_FILE, PARAMETERS_FILE];

/**
 * The key of the home in `dir`; a new one if `isNew`. The caller holds the lock. Rejects with `wrongKey` when the home was made the other way or
 * its file is gone: without it nothing opens.
 */
export async function storeKeyOf(
  dir: string,
  crypto: CryptoProvider,
  passphrase: string | undefined,
  isNew: boolean,
): Promise<Uint8Array> {
  return passphrase === undefined
    ? keyOfFile(dir, crypto, isNew)
    : keyOfPassphrase(dir, crypto, passphrase, isNew);
}

function keyOfFile(dir: string, crypto: CryptoProvider, isNew: boolean): Uint8Array {
  const path = join(dir, KEY_FILE);
  if (!isNew && existsSync(join(dir, PARAMETERS_FILE)))
    throw wrongKey(`${dir} was made with a passphrase. Give it to open the account.`);
  if (existsSync(path)) {
    const key = readFileSync(path);
    if (key.length === KEY_BYTES) return new Uint8Array(key);
    throw wrongKey(`${path} is damaged. Restore it from a copy; nothing else opens this account here.`);
  }
  if (!isNew)
    throw wrongKey(`${path} is missing. Restore it from a copy; nothing else opens this account here.`);
  const key = crypto.random(KEY_BYTES);
  writeDurably(path, key);
  return key;
}

async function keyOfPassphrase(
  dir: string,
  crypto: CryptoProvider,
  passphrase: string,
  isNew: boolean,
): Promise<Uint8Array> {
  const path = join(dir, PARAMETERS_FILE);
  if (existsSync(path)) {
    const parameters = decodeStoreKeyParameters(new Uint8Array(readFileSync(path)));
    if (parameters === undefined)
      throw wrongKey(`${path} is damaged. Restore it from a copy; nothing else opens this account here.`);
    return deriveStoreKey(passphrase, parameters);
  }
  if (!isNew)
    throw wrongKey(`${dir} opens with its key file, not with a passphrase. Leave the passphrase out.`);
  const parameters = createStoreKeyParameters(crypto);
  writeDurably(path, encodeStoreKeyParameters(parameters));
  return deriveStoreKey(passphrase, parameters);
}

/** Whole or not at all, and on the disk before anything is sealed with it. */
function writeDurably(path: string, bytes: Uint8Array): void {
  const draft = `${path}.new`;
  const file = openSync(draft, "w", 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function wrongKey(message: string): StoreError {
  return new StoreError("wrongKey", message);
}
