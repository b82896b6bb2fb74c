/** The secrets in a home folder, read from outside: what nobody else may ever hold. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openRecord } from "@sotto/crypto";
import { decodeCbor } from "@sotto/protocol";
import { createNodeCryptoProvider } from "sotto/node";
import { TABLE, decodeIdentity, decodeKeyPackage } from "sotto/testing";
import { lookInto } from "./database.ts";
import type { Needle } from "./needles.ts";
import { bytesNeedle } from "./needles.ts";

export interface KeyMaterial {
  /** Nobody but the device may hold these: store key, private keys of leaf, device and key packages, vault key. */
  readonly secrets: readonly Needle[];
  /** The bearer token: the server receives it, but may not keep or log it. */
  readonly token: Needle;
  /** Public, and known to the server: a search that does not find it would find nothing. */
  readonly leafPublicKey: Needle;
}

const crypto = createNodeCryptoProvider();

/** Reads the home of a device that is not open, or a copy of one that is. `name` says whose, in reports. */
export async function keyMaterialOf(home: string, name: string): Promise<KeyMaterial> {
  const storeKey = new Uint8Array(readFileSync(join(home, "store.key")));
  const device = await openTable(home, storeKey, TABLE.device);
  const identity = decodeIdentity(device.get("identity") ?? new Uint8Array(0));
  if (identity === undefined) throw new Error(`the home of ${name} holds no device`);
  const keyPackages = await openTable(home, storeKey, TABLE.keyPackage);
  return {
    secrets: [
      bytesNeedle(`${name}'s store key`, storeKey),
      bytesNeedle(`${name}'s leaf private key`, identity.leafPrivateKey),
      bytesNeedle(`${name}'s device private key`, identity.hpkePrivateKey),
      bytesNeedle(`${name}'s vault key`, identity.vaultKey),
      ...[...keyPackages.values()]
        .flatMap(privateKeys)
        .map((key) => bytesNeedle(`a key package's private key of ${name}`, key)),
    ],
    token: bytesNeedle(`${name}'s session token`, identity.token),
    leafPublicKey: bytesNeedle(`${name}'s leaf public key`, identity.leafPublicKey),
  };
}

function privateKeys(record: Uint8Array): readonly Uint8Array[] {
  const privateBytes = decodeKeyPackage(record)?.privateBytes;
  const fields = privateBytes && decodeCbor(privateBytes);
  if (!Array.isArray(fields)) throw new Error("a key package without private keys");
  return fields.filter((field) => field instanceof Uint8Array);
}

/** The unsealed records of one table. */
async function openTable(
  home: string,
  storeKey: Uint8Array,
  table: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = lookInto(join(home, "store.db"), (db) =>
    db.prepare("SELECT key, value FROM record WHERE tbl = ?").all(table),
  );
  const records = new Map<string, Uint8Array>();
  for (const row of rows) {
    const key = row["key"] as string;
    const opened = await openRecord(crypto, storeKey, table, key, row["value"] as Uint8Array);
    if (opened === undefined) throw new Error(`record ${table}/${key} does not open`);
    records.set(key, opened);
  }
  return records;
}
