/** Groups and delivery lists in SQLite. */
import type { GroupId, MailboxId } from "@sotto/protocol";
import { GROUP_KIND, groupKindOf } from "@sotto/protocol";
import type { DatabaseSync } from "node:sqlite";
import type { GroupRecord, GroupState, Recipient } from "../../ports/records.ts";
import type { GroupTable, MailboxTable } from "../../ports/store.ts";
import { changed } from "./accountTable.ts";
import { blob, blobOrNull, int, text, textOrNull } from "./columns.ts";
import type { Row } from "./columns.ts";
import type { RowCaches } from "./rowCache.ts";

type Member = Pick<Recipient, "mailbox" | "account" | "missed">;

/** `mailboxes` says what waits in those on a delivery list. */
export function sqliteGroups(db: DatabaseSync, caches: RowCaches, mailboxes: MailboxTable): GroupTable {
  const byId = db.prepare("SELECT * FROM groups WHERE group_id = ?");
  const insert = db.prepare("INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const update = db.prepare(
    "UPDATE groups SET state = ?, handshake_index = ?, last_hash = ?, last_mailbox = ?, door_hash = ?, door_index = ? WHERE group_id = ?",
  );
  const remove = db.prepare("DELETE FROM groups WHERE group_id = ?");
  const info = db.prepare("SELECT * FROM group_infos WHERE group_id = ?");
  const putInfo = db.prepare("INSERT OR REPLACE INTO group_infos VALUES (?, ?, ?, ?)");
  const pending = db.prepare("SELECT count(*) AS n FROM groups WHERE creator = ? AND state = 'pending'");
  // The numbers of kinds stand in the text, so that the partial indexes serve.
  const created = db.prepare(
    `SELECT count(*) AS n FROM groups WHERE creator = ? AND kind <> ${GROUP_KIND.pair}`,
  );
  const isIn = (account: string): string =>
    `(EXISTS (SELECT 1 FROM members m JOIN devices d USING (mailbox) WHERE m.group_id = g.group_id AND d.account = ${account})
      OR EXISTS (SELECT 1 FROM absentees a WHERE a.group_id = g.group_id AND a.account = ${account}))`;
  const openPair = db.prepare(
    `SELECT 1 FROM groups g WHERE g.creator = ?1 AND g.peer = ?2 AND g.kind = ${GROUP_KIND.pair} AND g.state = 'open'
     AND ${isIn("?1")} AND ${isIn("?2")}`,
  );
  const common = db.prepare(
    `SELECT 1 FROM devices d JOIN members own USING (mailbox) JOIN members others USING (group_id)
     JOIN devices o ON o.mailbox = others.mailbox JOIN groups g USING (group_id)
     WHERE d.account = ? AND o.account = ? AND g.kind <> ${GROUP_KIND.pair} LIMIT 1`,
  );
  const members = db.prepare(
    "SELECT d.mailbox, d.account, m.missed FROM members m JOIN devices d USING (mailbox) WHERE m.group_id = ? ORDER BY m.id",
  );
  const add = db.prepare("INSERT INTO members (group_id, mailbox) VALUES (?, ?)");
  const mark = db.prepare("UPDATE members SET missed = ? WHERE group_id = ? AND mailbox = ?");
  const drop = db.prepare("DELETE FROM members WHERE group_id = ? AND mailbox = ?");
  const absent = db.prepare("SELECT mailbox, account FROM absentees WHERE group_id = ?");
  const addAbsent = db.prepare("INSERT INTO absentees VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const dropAbsent = db.prepare("DELETE FROM absentees WHERE group_id = ? AND mailbox = ?");
  const ofMailbox = db.prepare(
    "SELECT g.* FROM members m JOIN groups g USING (group_id) WHERE m.mailbox = ?",
  );
  const neighbours = db.prepare(
    `SELECT DISTINCT others.mailbox FROM members others WHERE others.group_id IN
     (SELECT own.group_id FROM devices d JOIN members own USING (mailbox) WHERE d.account = ?)`,
  );
  const groups = caches.create<GroupId, GroupRecord>();
  const lists = caches.create<GroupId, readonly Member[]>();
  return {
    group: (group) =>
      groups.get(group, () => {
        const row = byId.get(group);
        return row && groupOf(row);
      }),
    insertGroup(record) {
      insert.run(
        record.group,
        record.conversation,
        GROUP_KIND[record.kind],
        record.predecessor,
        record.state,
        record.creator,
        record.peer,
        record.firstHash,
        record.firstMailbox,
        record.index,
        record.lastHash,
        record.lastMailbox,
        record.doorHash,
        record.doorIndex,
      );
      groups.forget(record.group);
    },
    updateGroup({ group, state, index, lastHash, lastMailbox, doorHash, doorIndex }) {
      changed(update.run(state, index, lastHash, lastMailbox, doorHash, doorIndex, group), "group");
      groups.forget(group);
    },
    deleteGroup(group) {
      remove.run(group);
      groups.forget(group);
    },
    groupInfo(group) {
      const row = info.get(group);
      return (
        row && {
          index: int(row, "handshake_index"),
          sealed: blob(row, "sealed"),
          by: textOrNull(row, "account"),
        }
      );
    },
    putGroupInfo: (group, { index, sealed, by }) => void putInfo.run(group, index, sealed, by),
    countPending: (creator) => int(pending.get(creator) ?? {}, "n"),
    countCreated: (creator) => int(created.get(creator) ?? {}, "n"),
    hasOpenPair: (account, other) =>
      (openPair.get(account, other) ?? openPair.get(other, account)) !== undefined,
    sharesGroup: (account, other) => common.get(account, other) !== undefined,
    recipients: (group) =>
      (lists.get(group, () => members.all(group).map(memberOf)) ?? []).map((member) => ({
        ...member,
        ...mailboxes.usage(member.mailbox),
      })),
    addMember(group, mailbox) {
      add.run(group, mailbox);
      lists.forget(group);
    },
    removeMember(group, mailbox) {
      drop.run(group, mailbox);
      lists.forget(group);
    },
    setMissed(group, mailbox, missed) {
      changed(mark.run(missed ? 1 : 0, group, mailbox), "member");
      lists.forget(group);
    },
    absentees: (group) =>
      absent.all(group).map((row) => ({ mailbox: text(row, "mailbox"), account: text(row, "account") })),
    addAbsentee: (group, { mailbox, account }) => void addAbsent.run(group, mailbox, account),
    dropAbsentee: (group, mailbox) => void dropAbsent.run(group, mailbox),
    groupsOf: (mailbox) => ofMailbox.all(mailbox).map(groupOf),
    neighboursOf: (account) => neighbours.all(account).map((row) => text<MailboxId>(row, "mailbox")),
  };
}

function groupOf(row: Row): GroupRecord {
  const kind = groupKindOf(int(row, "kind"));
  if (kind === undefined) throw new Error("a stored group is of no known kind");
  return {
    group: text(row, "group_id"),
    conversation: text(row, "conversation"),
    kind,
    predecessor: textOrNull(row, "predecessor"),
    state: text<GroupState>(row, "state"),
    creator: text(row, "creator"),
    peer: textOrNull(row, "peer"),
    firstHash: blob(row, "first_hash"),
    firstMailbox: text(row, "first_mailbox"),
    index: int(row, "handshake_index"),
    lastHash: blob(row, "last_hash"),
    lastMailbox: text(row, "last_mailbox"),
    doorHash: blobOrNull(row, "door_hash"),
    doorIndex: int(row, "door_index"),
  };
}

function memberOf(row: Row): Member {
  return {
    mailbox: text(row, "mailbox"),
    account: text(row, "account"),
    missed: int(row, "missed") === 1,
  };
}
