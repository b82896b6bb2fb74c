/** Sessions in SQLite. */
import type { DatabaseSync } from "node:sqlite";
import type { SessionRecord } from "../../ports/records.ts";
import type { SessionKey } from "../../ports/requests.ts";
import type { SessionTable } from "../../ports/store.ts";
import { changed } from "./accountTable.ts";
import { int, text, textOrNull } from "./columns.ts";
import type { Row } from "./columns.ts";
import type { RowCaches } from "./rowCache.ts";

export function sqliteSessions(db: DatabaseSync, caches: RowCaches): SessionTable {
  const byKey = db.prepare("SELECT * FROM sessions WHERE session = ?");
  const ofAccount = db.prepare("SELECT * FROM sessions WHERE account = ?");
  const insert = db.prepare("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)");
  const update = db.prepare(
    "UPDATE sessions SET device = ?, created_at_ms = ?, seen_at_ms = ? WHERE session = ?",
  );
  const remove = db.prepare("DELETE FROM sessions WHERE session = ?");
  const removeIdle = db.prepare(
    "DELETE FROM sessions WHERE session IN (SELECT session FROM sessions WHERE seen_at_ms < ? ORDER BY seen_at_ms LIMIT ?)",
  );
  const sessions = caches.create<SessionKey, SessionRecord>();
  return {
    session: (session) =>
      sessions.get(session, () => {
        const row = byKey.get(session);
        return row && sessionOf(row);
      }),
    sessionsOf: (account) => ofAccount.all(account).map(sessionOf),
    insertSession({ session, account, device, createdAtMs, seenAtMs }) {
      insert.run(session, account, device, createdAtMs, seenAtMs);
      sessions.forget(session);
    },
    updateSession({ session, device, createdAtMs, seenAtMs }) {
      changed(update.run(device, createdAtMs, seenAtMs, session), "session");
      sessions.forget(session);
    },
    deleteSession(session) {
      remove.run(session);
      sessions.forget(session);
    },
    deleteSessionsSeenBefore(timeMs, limit) {
      const { changes } = removeIdle.run(timeMs, limit);
      sessions.forgetAll();
      return Number(changes);
    },
  };
}

function sessionOf(row: Row): SessionRecord {
  return {
    session: text(row, "session"),
    account: text(row, "account"),
    device: textOrNull(row, "device"),
    createdAtMs: int(row, "created_at_ms"),
    seenAtMs: int(row, "seen_at_ms"),
  };
}
