/** Mailboxes in SQLite: append-only entries that point to bodies stored once. */
import type { DatabaseSync } from "node:sqlite";
import type { StoredEntry } from "../../ports/requests.ts";
import type { MailboxTable } from "../../ports/store.ts";
import { blob, int } from "./columns.ts";
import type { Row } from "./columns.ts";

export function sqliteMailboxes(db: DatabaseSync): MailboxTable {
  const insertBody = db.prepare("INSERT INTO bodies (frame, hash, payload) VALUES (?, ?, ?)");
  const fill = db.prepare(
    "UPDATE devices SET entries = entries + 1, bytes = bytes + ? WHERE mailbox = ? RETURNING id",
  );
  const insertEntry = db.prepare(
    "INSERT INTO entries (mailbox, body, bytes, stored_at_ms) VALUES (?, ?, ?, ?)",
  );
  const read = db.prepare(
    `SELECT e.sequence, b.frame FROM entries e JOIN bodies b ON b.id = e.body
     WHERE e.mailbox = (SELECT id FROM devices WHERE mailbox = ?) AND e.sequence > ? ORDER BY e.sequence`,
  );
  const removeThrough = db.prepare(
    "DELETE FROM entries WHERE mailbox = (SELECT id FROM devices WHERE mailbox = ?) AND sequence <= ? RETURNING mailbox, body, bytes",
  );
  // Sequences rise with time, so the oldest are found from the front without an index on the time.
  const removeOldest = db.prepare(
    `DELETE FROM entries WHERE stored_at_ms < ? AND sequence IN (SELECT sequence FROM entries ORDER BY sequence LIMIT ?)
     RETURNING mailbox, body, bytes`,
  );
  const drain = db.prepare("UPDATE devices SET entries = entries - 1, bytes = bytes - ? WHERE id = ?");
  const forgetBody = db.prepare(
    "DELETE FROM bodies WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entries WHERE body = bodies.id)",
  );
  const usage = db.prepare("SELECT entries, bytes FROM devices WHERE mailbox = ?");
  const high = db.prepare(
    "SELECT coalesce(max(sequence), 0) AS high FROM entries WHERE mailbox = (SELECT id FROM devices WHERE mailbox = ?)",
  );
  const payload = db.prepare(
    `SELECT b.payload FROM bodies b JOIN entries e ON e.body = b.id
     WHERE b.hash = ? AND e.mailbox = (SELECT id FROM devices WHERE mailbox = ?) LIMIT 1`,
  );

  /** Takes deleted entries off their mailboxes' usage and deletes the bodies that were theirs alone; their number. */
  function settle(deleted: readonly Row[]): number {
    for (const row of deleted) drain.run(int(row, "bytes"), int(row, "mailbox"));
    for (const body of new Set(deleted.map((row) => int(row, "body")))) forgetBody.run(body);
    return deleted.length;
  }

  return {
    deliver({ frame, payload: large }, to, nowMs) {
      const bytes = frame.length + (large?.bytes.length ?? 0);
      const { lastInsertRowid: body } = insertBody.run(frame, large?.hash ?? null, large?.bytes ?? null);
      return to.map((mailbox) => {
        const row = fill.get(bytes, mailbox);
        if (row === undefined) throw new Error("no such mailbox");
        return Number(insertEntry.run(int(row, "id"), body, bytes, nowMs).lastInsertRowid);
      });
    },
    readEntries(mailbox, after, maxEntries, maxBytes) {
      const entries: StoredEntry[] = [];
      let bytes = 0;
      for (const row of read.iterate(mailbox, after)) {
        const frame = blob(row, "frame");
        bytes += frame.length;
        if (entries.length >= maxEntries || (entries.length > 0 && bytes > maxBytes))
          return { entries, more: true };
        entries.push({ sequence: int(row, "sequence"), frame });
      }
      return { entries, more: false };
    },
    deleteEntriesThrough: (mailbox, sequence) => void settle(removeThrough.all(mailbox, sequence)),
    deleteEntriesBefore: (timeMs, limit) => settle(removeOldest.all(timeMs, limit)),
    usage(mailbox) {
      const row = usage.get(mailbox);
      if (row === undefined) throw new Error("no such mailbox");
      return { entries: int(row, "entries"), bytes: int(row, "bytes") };
    },
    highSequence: (mailbox) => int(high.get(mailbox) ?? {}, "high"),
    payload(mailbox, hash) {
      const row = payload.get(hash, mailbox);
      return row && blob(row, "payload");
    },
  };
}
