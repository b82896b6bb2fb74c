/** Codes and passwords of rooms in SQLite. */
import type { DatabaseSync } from "node:sqlite";
import type { RoomRecord } from "../../ports/records.ts";
import type { RoomTable } from "../../ports/store.ts";
import { blob, text } from "./columns.ts";
import type { Row } from "./columns.ts";

export function sqliteRooms(db: DatabaseSync): RoomTable {
  const byCode = db.prepare("SELECT * FROM rooms WHERE code = ?");
  const byGroup = db.prepare("SELECT * FROM rooms WHERE group_id = ?");
  // The code alone may be the group's own: another's fails.
  const put = db.prepare(
    `INSERT INTO rooms VALUES (?, ?, ?, ?) ON CONFLICT (group_id) DO UPDATE SET
     code = excluded.code, registration_record = excluded.registration_record, sealed_secret = excluded.sealed_secret`,
  );
  const drop = db.prepare("DELETE FROM rooms WHERE group_id = ?");
  const use = db.prepare("INSERT INTO room_codes VALUES (?) ON CONFLICT DO NOTHING");
  const used = db.prepare("SELECT 1 FROM room_codes WHERE code = ?");
  const roomOf = (row: Row | undefined): RoomRecord | undefined =>
    row && {
      group: text(row, "group_id"),
      code: text(row, "code"),
      registrationRecord: text(row, "registration_record"),
      sealedSecret: blob(row, "sealed_secret"),
    };
  return {
    roomByCode: (code) => roomOf(byCode.get(code)),
    roomOf: (group) => roomOf(byGroup.get(group)),
    putRoom({ group, code, registrationRecord, sealedSecret }) {
      put.run(group, code, registrationRecord, sealedSecret);
      use.run(code);
    },
    dropRoom: (group) => void drop.run(group),
    isUsedRoomCode: (code) => used.get(code) !== undefined,
  };
}
