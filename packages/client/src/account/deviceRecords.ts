/** The records of the table "device": who this device is, and what the account flows keep beside it. The engine reads the first alone. */
import type { DeviceId } from "@sotto/protocol";
import {
  arrayOf,
  bytesOf,
  bytesUpTo,
  codecOf,
  idBytes,
  idOf,
  nullable,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import type { Identity } from "../engine/records/identity.ts";
import { decodeIdentity, encodeIdentity } from "../engine/records/identity.ts";
import { TABLE } from "../engine/records/table.ts";
import type { LocalStore, StoreWrite } from "../ports/store.ts";
import { StoreError } from "../ports/store.ts";

const KEY = {
  identity: "identity",
  vault: "vault",
  provisional: "provisional",
  departed: "departed",
} as const;
const FORMAT = 1;

/** The wrap of the vault's data key, needed with every write of the vault, and what was last written. */
export interface VaultRecord {
  readonly wrapExport: Uint8Array;
  /** SHA-256 of the sections as last accepted by the server; null before the first write. */
  readonly writtenHash: Uint8Array | null;
}

/**
 * A device that the server may know already although this home does not call it its own yet. It is stored before the request that announces
 * it and replaced by the real records after the answer, so that a process that dies in between loses nothing: the next sign-in finds the
 * device in the account's list, takes it up and goes on.
 */
export interface Provisional {
  /** Complete but for the session's token, which is zeros. */
  readonly identity: Identity;
  /** The other records that make the device whole. */
  readonly records: readonly PutWrite[];
}

export type PutWrite = Extract<StoreWrite, { readonly put: string }>;

const vaultCodec = codecOf(tuple(uint(FORMAT), bytesUpTo(4096), nullable(bytesOf(32))));
const key = textUpTo(1024);
const blob = bytesUpTo(Number.MAX_SAFE_INTEGER);
const MAX_PROVISIONAL_RECORDS = 100_000;
/** Four values a record, and what is around them. */
const provisionalCodec = codecOf(
  tuple(uint(FORMAT), blob, arrayOf(tuple(key, key, blob), MAX_PROVISIONAL_RECORDS)),
  5 * MAX_PROVISIONAL_RECORDS,
);

/** The device that is signed in here. Throws {@link StoreError} `damaged`. */
export async function readIdentity(store: LocalStore): Promise<Identity | undefined> {
  return readRecord(store, KEY.identity, decodeIdentity);
}

export function identityWrite(identity: Identity): PutWrite {
  return { put: TABLE.device, key: KEY.identity, value: encodeIdentity(identity) };
}

export async function readVaultRecord(store: LocalStore): Promise<VaultRecord | undefined> {
  return readRecord(store, KEY.vault, (bytes) => {
    const fields = vaultCodec.decode(bytes);
    return fields && { wrapExport: fields[1], writtenHash: fields[2] };
  });
}

export function vaultRecordWrite({ wrapExport, writtenHash }: VaultRecord): PutWrite {
  return { put: TABLE.device, key: KEY.vault, value: vaultCodec.encode([FORMAT, wrapExport, writtenHash]) };
}

export async function readProvisional(store: LocalStore): Promise<Provisional | undefined> {
  return readRecord(store, KEY.provisional, (bytes) => {
    const fields = provisionalCodec.decode(bytes);
    const identity = fields && decodeIdentity(fields[1]);
    return (
      fields &&
      identity && { identity, records: fields[2].map(([put, name, value]) => ({ put, key: name, value })) }
    );
  });
}

export function provisionalWrite({ identity, records }: Provisional): PutWrite {
  const rows = records.map(({ put, key: name, value }) => [put, name, value] as const);
  return {
    put: TABLE.device,
    key: KEY.provisional,
    value: provisionalCodec.encode([FORMAT, encodeIdentity(identity), rows]),
  };
}

export const dropProvisional: StoreWrite = { drop: TABLE.device, key: KEY.provisional };

/** The device that logged out here: signing in again replaces it without asking, because it lives nowhere else. */
export async function readDeparted(store: LocalStore): Promise<DeviceId | undefined> {
  return readRecord(store, KEY.departed, (bytes) =>
    bytes.length === 16 ? idOf<DeviceId>(bytes) : undefined,
  );
}

export function departedWrite(device: DeviceId): PutWrite {
  return { put: TABLE.device, key: KEY.departed, value: idBytes(device) };
}

export const dropDeparted: StoreWrite = { drop: TABLE.device, key: KEY.departed };

async function readRecord<T>(
  store: LocalStore,
  name: string,
  decode: (bytes: Uint8Array) => T | undefined,
): Promise<T | undefined> {
  const bytes = await store.get(TABLE.device, name);
  if (bytes === undefined) return undefined;
  const record = decode(bytes);
  if (record === undefined) {
    throw new StoreError(
      "damaged",
      `The record "${name}" of this device is damaged. Nothing was changed; restore the folder from a copy.`,
    );
  }
  return record;
}
