/** Mailboxes in SQLite: what is delivered together is one row per mailbox, which points to a body stored once. */
import type { DatabaseSync } from "node:sqlite";
import type { MailboxId } from "@sotto/protocol";
import { unpackFrames } from "../../ports/packedFrames.ts";
import type { Usage } from "../../ports/records.ts";
import { usageOfBody } from "../../ports/records.ts";
import type { StoredEntry } from "../../ports/requests.ts";
import type { MailboxTable } from "../../ports/store.ts";
import { blob, int } from "./columns.ts";
import type { Row } from "./columns.ts";
import type { RowCaches } from "./rowCache.ts";

/** What is known of a mailbox without looking into it. */
interface Mailbox extends Usage {
  /** The row of its device. */
  readonly id: number;
  /** Highest sequence that waits, or 0. */
  readonly high: number;
}

export interface SqliteMailboxes extends MailboxTable {
  /** The device of the mailbox was made or deleted. */
  forgetMailbox(mailbox: MailboxId): void;
}

export function sqliteMailboxes(db: DatabaseSync, caches: RowCaches): SqliteMailboxes {
  const byName = db.prepare(
    `SELECT d.id, coalesce(sum(r.last - r.first + 1), 0) AS entries, coalesce(sum(r.bytes), 0) AS bytes, coalesce(max(r.last), 0) AS high
     FROM devices d LEFT JOIN runs r ON r.mailbox = d.id WHERE d.mailbox = ? GROUP BY d.id`,
  );
  const lastGivenOut = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'runs'");
  const insertBody = db.prepare("INSERT INTO bodies (frames, hash, payload, mailboxes) VALUES (?, ?, ?, ?)");
  const insertRun = db.prepare(
    "INSERT INTO runs (last, first, mailbox, body, bytes, stored_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const read = db.prepare(
    `SELECT r.first, r.last, b.frames FROM runs r JOIN bodies b ON b.id = r.body
     WHERE r.mailbox = ? AND r.last > ? ORDER BY r.last`,
  );
  const removeThrough = db.prepare(
    "DELETE FROM runs WHERE mailbox = ? AND last <= ? RETURNING first, last, body, bytes",
  );
  const oldestOf = db.prepare(
    `SELECT r.first, r.last, b.frames FROM runs r JOIN bodies b ON b.id = r.body
     WHERE r.mailbox = ? ORDER BY r.last LIMIT 1`,
  );
  const cutFront = db.prepare("UPDATE runs SET first = ?, bytes = bytes - ? WHERE last = ?");
  // Sequences rise with time, so the oldest are found from the front without an index on the time.
  const removeOldest = db.prepare(
    `DELETE FROM runs WHERE stored_at_ms < ? AND last IN (SELECT last FROM runs ORDER BY last LIMIT ?)
     RETURNING first, last, body`,
  );
  const forgetLast = db.prepare("DELETE FROM bodies WHERE id = ? AND mailboxes = 1");
  const forgetOne = db.prepare("UPDATE bodies SET mailboxes = mailboxes - 1 WHERE id = ?");
  const payload = db.prepare(
    `SELECT b.payload FROM bodies b JOIN runs r ON r.body = b.id
     WHERE b.hash = ? AND r.mailbox = (SELECT id FROM devices WHERE mailbox = ?) LIMIT 1`,
  );

  const mailboxes = caches.create<MailboxId, Mailbox>();
  const counters = caches.create<"last", number>();
  const find = (name: MailboxId): Mailbox | undefined =>
    mailboxes.get(name, () => {
      const row = byName.get(name);
      return row && mailboxOf(row);
    });
  function existing(name: MailboxId): Mailbox {
    const mailbox = find(name);
    if (mailbox === undefined) throw new Error("no such mailbox");
    return mailbox;
  }

  /** One mailbox less waits for the body. */
  function release(body: number): void {
    if (Number(forgetLast.run(body).changes) === 0) forgetOne.run(body);
  }

  /** Takes entries that are gone off the mailbox's usage. */
  function shrink(name: MailboxId, gone: Usage): void {
    const mailbox = existing(name);
    const entries = mailbox.entries - gone.entries;
    mailboxes.set(name, {
      ...mailbox,
      entries,
      bytes: mailbox.bytes - gone.bytes,
      high: entries === 0 ? 0 : mailbox.high,
    });
  }

  /** Takes what is acknowledged off the run that goes on behind it. */
  function cutThrough(name: MailboxId, { id }: Mailbox, sequence: number): void {
    const row = oldestOf.get(id);
    if (row === undefined || int(row, "first") > sequence) return;
    const gone = entriesOf(row).filter((entry) => entry.sequence <= sequence);
    const bytes = gone.reduce((sum, { frame }) => sum + frame.length, 0);
    cutFront.run(sequence + 1, bytes, int(row, "last"));
    shrink(name, { entries: gone.length, bytes });
  }

  return {
    deliver(body, to, nowMs) {
      const { frames, payload: large } = body;
      const added = usageOfBody(body);
      const inserted = insertBody.run(frames, large?.hash ?? null, large?.bytes ?? null, to.length);
      return to.map((name) => {
        const mailbox = existing(name);
        const before = counters.get("last", () => int(lastGivenOut.get() ?? { seq: 0 }, "seq")) ?? 0;
        const [first, last] = [before + 1, before + added.entries];
        insertRun.run(last, first, mailbox.id, inserted.lastInsertRowid, added.bytes, nowMs);
        counters.set("last", last);
        mailboxes.set(name, {
          ...mailbox,
          entries: mailbox.entries + added.entries,
          bytes: mailbox.bytes + added.bytes,
          high: last,
        });
        return first;
      });
    },
    readEntries(name, after, maxEntries, maxBytes) {
      const entries: StoredEntry[] = [];
      let bytes = 0;
      const mailbox = find(name);
      if (mailbox === undefined) return { entries, more: false };
      for (const row of read.iterate(mailbox.id, after)) {
        for (const entry of entriesOf(row)) {
          if (entry.sequence <= after) continue;
          bytes += entry.frame.length;
          if (entries.length >= maxEntries || (entries.length > 0 && bytes > maxBytes))
            return { entries, more: true };
          entries.push(entry);
        }
      }
      return { entries, more: false };
    },
    deleteEntriesThrough(name, sequence) {
      const mailbox = find(name);
      if (mailbox === undefined || mailbox.entries === 0) return;
      const gone = removeThrough.all(mailbox.id, sequence);
      for (const row of gone) release(int(row, "body"));
      if (gone.length > 0) shrink(name, sumOf(gone));
      if (existing(name).entries > 0) cutThrough(name, mailbox, sequence);
    },
    deleteEntriesBefore(timeMs, limit) {
      const gone = removeOldest.all(timeMs, limit);
      for (const row of gone) release(int(row, "body"));
      mailboxes.forgetAll();
      return gone.reduce((entries, row) => entries + countOf(row), 0);
    },
    usage(name) {
      const { entries, bytes } = existing(name);
      return { entries, bytes };
    },
    highSequence: (name) => find(name)?.high ?? 0,
    payload(name, hash) {
      const row = payload.get(hash, name);
      return row && blob(row, "payload");
    },
    forgetMailbox: (name) => mailboxes.forget(name),
  };
}

function mailboxOf(row: Row): Mailbox {
  return {
    id: int(row, "id"),
    entries: int(row, "entries"),
    bytes: int(row, "bytes"),
    high: int(row, "high"),
  };
}

/** The entries of a run that are not acknowledged. */
function entriesOf(row: Row): readonly StoredEntry[] {
  const frames = unpackFrames(blob(row, "frames"));
  const [first, last] = [int(row, "first"), int(row, "last")];
  return frames
    .map((frame, i) => ({ sequence: last - frames.length + 1 + i, frame }))
    .filter(({ sequence }) => sequence >= first);
}

function countOf(row: Row): number {
  return int(row, "last") - int(row, "first") + 1;
}

function sumOf(rows: readonly Row[]): Usage {
  return {
    entries: rows.reduce((entries, row) => entries + countOf(row), 0),
    bytes: rows.reduce((bytes, row) => bytes + int(row, "bytes"), 0),
  };
}
