/** Devices and their key packages in SQLite. */
import type { DatabaseSync } from "node:sqlite";
import type { DeviceId } from "@sotto/protocol";
import type { DeviceRecord } from "../../ports/records.ts";
import type { DeviceTable, KeyPackageTable } from "../../ports/store.ts";
import { changed } from "./accountTable.ts";
import { blob, int, text } from "./columns.ts";
import type { Row } from "./columns.ts";
import type { SqliteMailboxes } from "./mailboxTable.ts";
import type { RowCaches } from "./rowCache.ts";

/** `mailboxes` empties the mailbox of a device that is deleted. */
export function sqliteDevices(db: DatabaseSync, caches: RowCaches, mailboxes: SqliteMailboxes): DeviceTable {
  const byId = db.prepare("SELECT * FROM devices WHERE device = ?");
  const byMailbox = db.prepare("SELECT * FROM devices WHERE mailbox = ?");
  const ofAccount = db.prepare("SELECT * FROM devices WHERE account = ? ORDER BY id");
  const insert = db.prepare(
    "INSERT INTO devices (device, account, mailbox, leaf_key, connection, store_counter, acked) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const update = db.prepare(
    "UPDATE devices SET connection = ?, store_counter = ?, acked = ? WHERE device = ?",
  );
  const remove = db.prepare("DELETE FROM devices WHERE device = ?");
  const devices = caches.create<DeviceId, DeviceRecord>();
  const find = (device: DeviceId): DeviceRecord | undefined =>
    devices.get(device, () => deviceOf(byId.get(device)));
  return {
    device: find,
    deviceByMailbox: (mailbox) => deviceOf(byMailbox.get(mailbox)),
    devicesOf: (account) => ofAccount.all(account).map(deviceRecord),
    insertDevice({ device, account, mailbox, leafKey, connection, storeCounter, acked }) {
      insert.run(device, account, mailbox, leafKey, connection, storeCounter, acked);
      devices.forget(device);
      mailboxes.forgetMailbox(mailbox);
    },
    updateDevice({ device, connection, storeCounter, acked }) {
      changed(update.run(connection, storeCounter, acked, device), "device");
      const before = find(device);
      if (before !== undefined) devices.set(device, { ...before, connection, storeCounter, acked });
    },
    deleteDevice(device) {
      const record = find(device);
      if (record === undefined) throw new Error("no such device");
      mailboxes.deleteEntriesThrough(record.mailbox, Number.MAX_SAFE_INTEGER);
      remove.run(device);
      devices.forget(device);
      mailboxes.forgetMailbox(record.mailbox);
    },
  };
}

export function sqliteKeyPackages(db: DatabaseSync): KeyPackageTable {
  const insert = db.prepare("INSERT INTO key_packages (device, key_package) VALUES (?, ?)");
  const take = db.prepare(
    "DELETE FROM key_packages WHERE id = (SELECT min(id) FROM key_packages WHERE device = ?) RETURNING key_package",
  );
  const count = db.prepare("SELECT count(*) AS n FROM key_packages WHERE device = ?");
  const last = db.prepare("SELECT key_package FROM last_resorts WHERE device = ?");
  const putLast = db.prepare(
    "INSERT INTO last_resorts VALUES (?, ?) ON CONFLICT DO UPDATE SET key_package = excluded.key_package",
  );
  const packageOf = (row: Row | undefined): Uint8Array | undefined => row && blob(row, "key_package");
  return {
    insertKeyPackages(device, packages) {
      for (const keyPackage of packages) insert.run(device, keyPackage);
    },
    takeKeyPackage: (device) => packageOf(take.get(device)),
    countKeyPackages: (device) => int(count.get(device) ?? {}, "n"),
    lastResort: (device) => packageOf(last.get(device)),
    putLastResort: (device, keyPackage) => void putLast.run(device, keyPackage),
  };
}

function deviceOf(row: Row | undefined): DeviceRecord | undefined {
  return row && deviceRecord(row);
}

function deviceRecord(row: Row): DeviceRecord {
  return {
    device: text(row, "device"),
    account: text(row, "account"),
    mailbox: text(row, "mailbox"),
    leafKey: blob(row, "leaf_key"),
    connection: int(row, "connection"),
    storeCounter: int(row, "store_counter"),
    acked: int(row, "acked"),
  };
}
