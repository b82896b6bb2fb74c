/** Writes contacts and settings to the vault when they have changed, so that an account that moves to another device keeps them. */
import { bytesEqual, encodeCbor, toBase64Url } from "@sotto/protocol";
import type { VaultRecord } from "../account/deviceRecords.ts";
import { identityWrite, readVaultRecord, vaultRecordWrite } from "../account/deviceRecords.ts";
import type { VaultContents } from "../account/vaultContents.ts";
import { sectionsOf, vaultBody } from "../account/vaultContents.ts";
import type { Identity } from "../engine/records/identity.ts";
import type { ServerApi } from "../http/serverApi.ts";
import type { LocalStore } from "../ports/store.ts";
import type { Platform } from "./platform.ts";

export interface VaultSyncOptions {
  readonly platform: Pick<Platform, "crypto">;
  readonly api: () => ServerApi;
  readonly store: LocalStore;
  readonly identity: () => Identity;
  readonly onIdentity: (identity: Identity) => void;
  readonly contents: () => VaultContents;
}

export interface VaultSync {
  /** Contacts or settings have changed, or the connection is back. Requests while a write is under way count as one. */
  request(): void;
  /** Resolves when no write is under way. */
  settled(): Promise<void>;
}

/** A write that fails is made up for by the next request: what was last written is remembered by its hash. */
export function createVaultSync(options: VaultSyncOptions): VaultSync {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await writeIfChanged(options);
    } while (again);
  };
  return {
    request() {
      again = running !== undefined;
      running ??= run()
        // The store may be full or closing: nothing is lost, because nothing was remembered.
        .catch(() => {})
        .finally(() => {
          running = undefined;
        });
    },
    settled: async () => running,
  };
}

async function writeIfChanged(options: VaultSyncOptions): Promise<void> {
  const { store, identity, onIdentity, contents } = options;
  const { crypto } = options.platform;
  const api = options.api();
  const record = await readVaultRecord(store);
  if (record === undefined) return;
  const sections = sectionsOf(contents());
  const hash = crypto.sha256(encodeCbor([...sections].flat()));
  if (record.writtenHash !== null && bytesEqual(record.writtenHash, hash)) return;

  const { account, vaultKey, vaultVersion, token } = identity();
  const write = async (version: number): Promise<boolean> => {
    const body = await vaultBody(
      crypto,
      { account, version, vaultKey, wrapExport: record.wrapExport },
      sections,
    );
    const answer = await api.call("putVault", { token: toBase64Url(token), body });
    if (answer.kind !== "ok") return false;
    await remember(version, { ...record, writtenHash: hash });
    return true;
  };
  const remember = async (version: number, written: VaultRecord): Promise<void> => {
    const next = { ...identity(), vaultVersion: version };
    await store.commit([identityWrite(next), vaultRecordWrite(written)]);
    onIdentity(next);
  };
  if (await write(vaultVersion + 1)) return;
  // An earlier write may have arrived without its answer: then the server is ahead by exactly what this device wrote.
  const stored = await api.call("getVault", { token: toBase64Url(token) });
  if (stored.kind === "ok" && stored.value.version > vaultVersion) await write(stored.value.version + 1);
}
