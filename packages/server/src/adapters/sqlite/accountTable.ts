/** Accounts, vaults and profiles in SQLite. */
import type { DatabaseSync } from "node:sqlite";
import type { AccountRecord } from "../../ports/records.ts";
import type { VaultParts } from "../../ports/requests.ts";
import type { AccountTable } from "../../ports/store.ts";
import { blob, blobOrNull, int, text } from "./columns.ts";
import type { Row } from "./columns.ts";

export function sqliteAccounts(db: DatabaseSync): AccountTable {
  const byId = db.prepare("SELECT * FROM accounts WHERE account = ?");
  const byName = db.prepare("SELECT * FROM accounts WHERE user_name = ?");
  const insert = db.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)");
  const update = db.prepare(
    "UPDATE accounts SET registration_record = ?, device_list = ?, sealed_account_key = ? WHERE account = ?",
  );
  const remove = db.prepare("DELETE FROM accounts WHERE account = ?");
  const vaultOf = db.prepare("SELECT * FROM vaults WHERE account = ?");
  const insertVault = db.prepare("INSERT INTO vaults VALUES (?, ?, ?, ?, ?)");
  const updateVault = db.prepare(
    "UPDATE vaults SET version = ?, sealed = ?, wrap_export = ?, wrap_recovery = ? WHERE account = ?",
  );
  const profileOf = db.prepare("SELECT version, sealed FROM profiles WHERE account = ?");
  const putProfile = db.prepare(
    "INSERT INTO profiles VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, sealed = excluded.sealed",
  );
  return {
    accountById: (account) => accountOf(byId.get(account)),
    accountByName: (userName) => accountOf(byName.get(userName)),
    insertAccount(record, vault) {
      const { account, userName, registrationRecord, deviceList, sealedAccountKey, createdAtMs } = record;
      insert.run(account, userName, registrationRecord, deviceList, sealedAccountKey, createdAtMs);
      insertVault.run(account, vault.version, vault.sealed, vault.wrapExport, vault.wrapRecovery);
    },
    updateAccount({ account, registrationRecord, deviceList, sealedAccountKey }) {
      changed(update.run(registrationRecord, deviceList, sealedAccountKey, account), "account");
    },
    deleteAccount: (account) => void remove.run(account),
    vault(account) {
      const row = vaultOf.get(account);
      if (row === undefined) throw new Error("no such vault");
      return vaultParts(row);
    },
    putVault(account, { version, sealed, wrapExport, wrapRecovery }) {
      changed(updateVault.run(version, sealed, wrapExport, wrapRecovery, account), "vault");
    },
    profile(account) {
      const row = profileOf.get(account);
      return row && { version: int(row, "version"), sealed: blob(row, "sealed") };
    },
    putProfile: (account, { version, sealed }) => void putProfile.run(account, version, sealed),
  };
}

/** A write that must hit a row. */
export function changed({ changes }: { readonly changes: number | bigint }, what: string): void {
  if (Number(changes) === 0) throw new Error(`no such ${what}`);
}

function accountOf(row: Row | undefined): AccountRecord | undefined {
  return (
    row && {
      account: text(row, "account"),
      userName: text(row, "user_name"),
      registrationRecord: text(row, "registration_record"),
      deviceList: blob(row, "device_list"),
      sealedAccountKey: blob(row, "sealed_account_key"),
      createdAtMs: int(row, "created_at_ms"),
    }
  );
}

function vaultParts(row: Row): VaultParts {
  return {
    version: int(row, "version"),
    sealed: blob(row, "sealed"),
    wrapExport: blob(row, "wrap_export"),
    wrapRecovery: blobOrNull(row, "wrap_recovery"),
  };
}
