/** Files at the relay in SQLite: what is known of them, not their bytes. */
import type { DatabaseSync } from "node:sqlite";
import type { BlobRecord } from "../../ports/records.ts";
import type { BlobTable } from "../../ports/store.ts";
import { int, text } from "./columns.ts";
import type { Row } from "./columns.ts";
import type { RowCaches } from "./rowCache.ts";

export function sqliteBlobs(db: DatabaseSync, caches: RowCaches): BlobTable {
  const byId = db.prepare("SELECT * FROM blobs WHERE blob = ?");
  const insert = db.prepare("INSERT INTO blobs VALUES (?, ?, ?, ?, ?, ?, ?)");
  const remove = db.prepare("DELETE FROM blobs WHERE blob = ?");
  const addReader = db.prepare("INSERT INTO blob_readers VALUES (?, ?)");
  const removeReader = db.prepare("DELETE FROM blob_readers WHERE blob = ? AND mailbox = ?");
  const removeFromGroup = db.prepare(
    "DELETE FROM blob_readers WHERE mailbox = ? AND blob IN (SELECT blob FROM blobs WHERE group_id = ?)",
  );
  const withoutReader = db.prepare(
    `SELECT * FROM blobs b WHERE group_id = ? AND NOT EXISTS (SELECT 1 FROM blob_readers r WHERE r.blob = b.blob)
     ORDER BY blob`,
  );
  const countReaders = db.prepare("SELECT count(*) AS n FROM blob_readers WHERE blob = ?");
  const ofGroup = db.prepare("SELECT * FROM blobs WHERE group_id = ? ORDER BY blob");
  const ofAccount = db.prepare("SELECT * FROM blobs WHERE account = ? ORDER BY blob");
  const expired = db.prepare("SELECT * FROM blobs WHERE expires_at_ms <= ? ORDER BY blob LIMIT ?");
  const byPlace = db.prepare("SELECT 1 FROM blobs WHERE place = ?");
  const usage = db.prepare(
    "SELECT count(*) AS n, coalesce(sum(size_bytes), 0) AS bytes FROM blobs WHERE account = ?",
  );
  const sum = db.prepare("SELECT coalesce(sum(size_bytes), 0) AS bytes FROM blobs");
  // Asked with every file that somebody sends: counted once, then kept.
  const totals = caches.create<"bytes", number>();
  const blobBytes = (): number => totals.get("bytes", () => int(sum.get() ?? {}, "bytes")) ?? 0;
  return {
    blob(blob) {
      const row = byId.get(blob);
      return row && blobOf(row);
    },
    insertBlob({ blob, group, account, maker, sizeBytes, place, expiresAtMs }, readers) {
      const before = blobBytes();
      insert.run(blob, group, account, maker, sizeBytes, place, expiresAtMs);
      for (const mailbox of readers) addReader.run(blob, mailbox);
      totals.set("bytes", before + sizeBytes);
    },
    deleteBlob(blob) {
      const before = blobBytes();
      const row = byId.get(blob);
      remove.run(blob);
      totals.set("bytes", before - (row === undefined ? 0 : int(row, "size_bytes")));
    },
    removeBlobReader(blob, mailbox) {
      removeReader.run(blob, mailbox);
      return int(countReaders.get(blob) ?? {}, "n");
    },
    removeGroupReader(group, mailbox) {
      const { changes } = removeFromGroup.run(mailbox, group);
      return Number(changes) === 0 ? [] : withoutReader.all(group).map(blobOf);
    },
    blobsOfGroup: (group) => ofGroup.all(group).map(blobOf),
    blobsOfAccount: (account) => ofAccount.all(account).map(blobOf),
    blobsExpiredAt: (timeMs, limit) => expired.all(timeMs, limit).map(blobOf),
    hasBlobPlace: (place) => byPlace.get(place) !== undefined,
    blobUsage(account) {
      const row = usage.get(account) ?? {};
      return { blobs: int(row, "n"), bytes: int(row, "bytes") };
    },
    blobBytes,
  };
}

function blobOf(row: Row): BlobRecord {
  return {
    blob: text(row, "blob"),
    group: text(row, "group_id"),
    account: text(row, "account"),
    maker: text(row, "maker"),
    sizeBytes: int(row, "size_bytes"),
    place: text(row, "place"),
    expiresAtMs: int(row, "expires_at_ms"),
  };
}
