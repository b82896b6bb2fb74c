/** The contents of a memory store: one journaled map per table. Lists inside are replaced, never changed. */
import type { AccountId, BlobId, DeviceId, GroupId, MailboxId } from "@sotto/protocol";
import type {
  Absentee,
  AccountRecord,
  BlobRecord,
  DeviceRecord,
  EntryBody,
  GroupInfoRecord,
  GroupRecord,
  RoomRecord,
  SessionRecord,
} from "../../ports/records.ts";
import type { ProfileParts, RoomCode, SessionKey, VaultParts } from "../../ports/requests.ts";
import type { Journal, JournaledMap } from "./journaledMap.ts";
import { createJournaledMap } from "./journaledMap.ts";

export interface WaitingEntry {
  readonly sequence: number;
  readonly frame: Uint8Array;
  readonly payload: EntryBody["payload"];
  readonly storedAtMs: number;
}

/** A mailbox on a delivery list. */
export interface Member {
  readonly mailbox: MailboxId;
  readonly missed: boolean;
}

export interface Tables {
  readonly accounts: JournaledMap<AccountId, AccountRecord>;
  readonly vaults: JournaledMap<AccountId, VaultParts>;
  readonly profiles: JournaledMap<AccountId, ProfileParts>;
  readonly sessions: JournaledMap<SessionKey, SessionRecord>;
  readonly devices: JournaledMap<DeviceId, DeviceRecord & { readonly order: number }>;
  readonly keyPackages: JournaledMap<DeviceId, readonly Uint8Array[]>;
  readonly lastResorts: JournaledMap<DeviceId, Uint8Array>;
  readonly groups: JournaledMap<GroupId, GroupRecord>;
  readonly groupInfos: JournaledMap<GroupId, GroupInfoRecord>;
  readonly rooms: JournaledMap<GroupId, RoomRecord>;
  /** Every code that a room has or had. */
  readonly roomCodes: JournaledMap<RoomCode, true>;
  readonly members: JournaledMap<GroupId, readonly Member[]>;
  readonly absentees: JournaledMap<GroupId, readonly Absentee[]>;
  readonly entries: JournaledMap<MailboxId, readonly WaitingEntry[]>;
  readonly blobs: JournaledMap<BlobId, BlobRecord & { readonly readers: readonly MailboxId[] }>;
  /** The last number given out, per kind of number. */
  readonly counters: JournaledMap<"sequence" | "device", number>;
}

/** Tables with the contents of others, or empty ones. */
export function createTables(journal: Journal, from?: Tables): Tables {
  return {
    accounts: createJournaledMap(journal, from?.accounts.entries()),
    vaults: createJournaledMap(journal, from?.vaults.entries()),
    profiles: createJournaledMap(journal, from?.profiles.entries()),
    sessions: createJournaledMap(journal, from?.sessions.entries()),
    devices: createJournaledMap(journal, from?.devices.entries()),
    keyPackages: createJournaledMap(journal, from?.keyPackages.entries()),
    lastResorts: createJournaledMap(journal, from?.lastResorts.entries()),
    groups: createJournaledMap(journal, from?.groups.entries()),
    groupInfos: createJournaledMap(journal, from?.groupInfos.entries()),
    rooms: createJournaledMap(journal, from?.rooms.entries()),
    roomCodes: createJournaledMap(journal, from?.roomCodes.entries()),
    members: createJournaledMap(journal, from?.members.entries()),
    absentees: createJournaledMap(journal, from?.absentees.entries()),
    entries: createJournaledMap(journal, from?.entries.entries()),
    blobs: createJournaledMap(journal, from?.blobs.entries()),
    counters: createJournaledMap(journal, from?.counters.entries()),
  };
}

/** The next number of a kind, from 1. */
export function nextNumber({ counters }: Tables, kind: "sequence" | "device"): number {
  const next = (counters.get(kind) ?? 0) + 1;
  counters.set(kind, next);
  return next;
}

/** The value, whose absence is a bug of the caller. */
export function existing<V>(value: V | undefined, what: string): V {
  if (value === undefined) throw new Error(`no such ${what}`);
  return value;
}
