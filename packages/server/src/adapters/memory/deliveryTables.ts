/** Groups, delivery lists and mailboxes in memory. */
import type { AccountId, GroupId, MailboxId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import { unpackFrames } from "../../ports/packedFrames.ts";
import type { Absentee, Recipient, Usage } from "../../ports/records.ts";
import type { GroupTable, MailboxTable } from "../../ports/store.ts";
import type { Member, Tables, WaitingEntry } from "./tables.ts";
import { existing, nextNumber } from "./tables.ts";

export function memoryGroups(tables: Tables): GroupTable {
  const { groups, groupInfos, members, absentees, devices } = tables;
  const listOf = (group: GroupId): readonly Member[] => members.get(group) ?? [];
  const absentIn = (group: GroupId): readonly Absentee[] => absentees.get(group) ?? [];
  const isOn = (group: GroupId, mailbox: MailboxId): boolean =>
    listOf(group).some((member) => member.mailbox === mailbox);
  const accountOf = (mailbox: MailboxId): AccountId =>
    existing(
      devices.values().find((record) => record.mailbox === mailbox),
      "device",
    ).account;
  const accountsIn = (group: GroupId): readonly AccountId[] =>
    listOf(group).map(({ mailbox }) => accountOf(mailbox));
  const isIn = (group: GroupId, account: AccountId): boolean =>
    accountsIn(group).includes(account) || absentIn(group).some((absentee) => absentee.account === account);
  const recipient = ({ mailbox, missed }: Member): Recipient => ({
    mailbox,
    account: accountOf(mailbox),
    missed,
    ...usageOf(tables, mailbox),
  });
  const groupsOf: GroupTable["groupsOf"] = (mailbox) =>
    groups.values().filter(({ group }) => isOn(group, mailbox));
  return {
    group: (group) => groups.get(group),
    insertGroup(record) {
      if (groups.get(record.group) !== undefined) throw new Error("group exists");
      groups.set(record.group, record);
    },
    updateGroup(record) {
      existing(groups.get(record.group), "group");
      groups.set(record.group, record);
    },
    deleteGroup(group) {
      if (listOf(group).length > 0) throw new Error("the group has members");
      groups.delete(group);
      groupInfos.delete(group);
      tables.rooms.delete(group);
      members.delete(group);
      absentees.delete(group);
    },
    groupInfo: (group) => groupInfos.get(group),
    putGroupInfo: (group, info) => groupInfos.set(group, info),
    countPending: (creator) =>
      groups.values().filter((record) => record.state === "pending" && record.creator === creator).length,
    countCreated: (creator) =>
      groups.values().filter((record) => record.kind !== "pair" && record.creator === creator).length,
    hasOpenPair: (account, other) =>
      groups.values().some(({ group, kind, state, creator, peer }) => {
        if (kind !== "pair" || state !== "open") return false;
        const isTheirs = (creator === account && peer === other) || (creator === other && peer === account);
        return isTheirs && isIn(group, account) && isIn(group, other);
      }),
    sharesGroup: (account, other) =>
      groups.values().some(({ group, kind }) => {
        const present = kind === "pair" ? [] : accountsIn(group);
        return present.includes(account) && present.includes(other);
      }),
    recipients: (group) => listOf(group).map(recipient),
    addMember(group, mailbox) {
      if (isOn(group, mailbox)) throw new Error("member exists");
      members.set(group, [...listOf(group), { mailbox, missed: false }]);
    },
    removeMember: (group, mailbox) =>
      members.set(
        group,
        listOf(group).filter((member) => member.mailbox !== mailbox),
      ),
    setMissed(group, mailbox, missed) {
      if (!isOn(group, mailbox)) throw new Error("no such member");
      members.set(
        group,
        listOf(group).map((member) => (member.mailbox === mailbox ? { mailbox, missed } : member)),
      );
    },
    absentees: absentIn,
    addAbsentee(group, { mailbox, account }) {
      existing(groups.get(group), "group");
      existing(tables.accounts.get(account), "account");
      if (absentIn(group).some((absentee) => absentee.mailbox === mailbox)) return;
      absentees.set(group, [...absentIn(group), { mailbox, account }]);
    },
    dropAbsentee: (group, mailbox) =>
      absentees.set(
        group,
        absentIn(group).filter((absentee) => absentee.mailbox !== mailbox),
      ),
    groupsOf,
    neighboursOf: (account) => [
      ...new Set(
        groups
          .values()
          .filter(({ group }) => accountsIn(group).includes(account))
          .flatMap(({ group }) => listOf(group).map(({ mailbox }) => mailbox)),
      ),
    ],
  };
}

export function memoryMailboxes(tables: Tables): MailboxTable {
  const { entries, devices } = tables;
  const waitingIn = (mailbox: MailboxId): readonly WaitingEntry[] => entries.get(mailbox) ?? [];
  return {
    deliver(body, to, nowMs) {
      return to.map((mailbox) => {
        existing(
          devices.values().find((record) => record.mailbox === mailbox),
          "mailbox",
        );
        const delivered = unpackFrames(body.frames).map((frame) => {
          const sequence = nextNumber(tables, "sequence");
          return { sequence, frame, payload: body.payload, storedAtMs: nowMs };
        });
        entries.set(mailbox, [...waitingIn(mailbox), ...delivered]);
        return existing(delivered[0], "frame").sequence;
      });
    },
    readEntries(mailbox, after, maxEntries, maxBytes) {
      const waiting = waitingIn(mailbox).filter(({ sequence }) => sequence > after);
      let bytes = 0;
      const taken = waiting.findIndex(({ frame }, i) => {
        bytes += frame.length;
        return i >= maxEntries || (i > 0 && bytes > maxBytes);
      });
      const count = taken === -1 ? waiting.length : taken;
      return {
        entries: waiting.slice(0, count).map(({ sequence, frame }) => ({ sequence, frame })),
        more: count < waiting.length,
      };
    },
    deleteEntriesThrough: (mailbox, last) =>
      entries.set(
        mailbox,
        waitingIn(mailbox).filter(({ sequence }) => sequence > last),
      ),
    deleteEntriesBefore(timeMs, limit) {
      const old = entries
        .entries()
        .flatMap(([mailbox, waiting]) => waiting.map((entry) => ({ mailbox, ...entry })))
        .toSorted((a, b) => a.sequence - b.sequence)
        .filter(({ storedAtMs }) => storedAtMs < timeMs)
        .slice(0, limit);
      const gone = new Set(old.map(({ sequence }) => sequence));
      for (const mailbox of new Set(old.map((entry) => entry.mailbox))) {
        entries.set(
          mailbox,
          waitingIn(mailbox).filter(({ sequence }) => !gone.has(sequence)),
        );
      }
      return old.length;
    },
    usage: (mailbox) => usageOf(tables, mailbox),
    highSequence: (mailbox) => waitingIn(mailbox).at(-1)?.sequence ?? 0,
    payload: (mailbox, hash) =>
      waitingIn(mailbox).find(({ payload }) => payload !== null && bytesEqual(payload.hash, hash))?.payload
        ?.bytes,
  };
}

function usageOf({ entries }: Tables, mailbox: MailboxId): Usage {
  const waiting = entries.get(mailbox) ?? [];
  return {
    entries: waiting.length,
    bytes: waiting.reduce(
      (bytes, { frame, payload }) => bytes + frame.length + (payload?.bytes.length ?? 0),
      0,
    ),
  };
}
