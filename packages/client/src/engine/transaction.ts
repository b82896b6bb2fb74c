/**
 * One storage transaction of the engine: the writes, and the same change to the mirror in memory, which is made only when the writes are
 * durable. A failed transaction changes neither.
 */
import type { GroupDelta, MlsGroup } from "@sotto/crypto";
import type { AccountId, ConversationId, GroupId, StoreId } from "@sotto/protocol";
import type { StoreWrite } from "../ports/store.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { HistoryRecord } from "./records/history.ts";
import type { ImportRecord } from "./records/imported.ts";
import type { StoredKeyPackage } from "./records/keyPackage.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import type { PendingCommit } from "./records/pending.ts";
import type { Position } from "./records/position.ts";
import type { RoomRecord } from "./records/room.ts";
import { encodeContact } from "./records/contact.ts";
import { encodeConversation } from "./records/conversation.ts";
import { encodeHistory } from "./records/history.ts";
import { encodeImport } from "./records/imported.ts";
import { encodeKeyPackage } from "./records/keyPackage.ts";
import { encodeOrder, messageIdKey, orderKey } from "./records/keys.ts";
import { encodeOutbox, stageIn } from "./records/outbox.ts";
import { encodePending } from "./records/pending.ts";
import { POSITION_KEY, encodePosition } from "./records/position.ts";
import { encodeRoom } from "./records/room.ts";
import type { OwnProfileKey, ProfileKey, ToldProfile } from "./records/profile.ts";
import {
  OWN_PROFILE_KEY,
  encodeOwnProfileKey,
  encodeProfileKey,
  encodeToldProfile,
} from "./records/profile.ts";
import { TABLE } from "./records/table.ts";
import type { KeptEntry, WaitingWelcome } from "./records/waiting.ts";
import { encodeKept, encodeWaiting } from "./records/waiting.ts";
import type { Wish } from "./records/wish.ts";
import { encodeWishes } from "./records/wish.ts";
import type { Settings } from "./settings.ts";
import { SETTINGS_KEY, encodeSettings } from "./settings.ts";
import type { StoredState } from "./state.ts";
import { groupPartKey, isUnconfirmed, isUnsent, waitingEntryKey } from "./state.ts";

export class Transaction {
  readonly #writes = new Map<string, StoreWrite>();
  readonly #changes: ((state: StoredState) => void)[] = [];
  #cursor: number | undefined;
  #store: StoreId | undefined;

  contact(record: ContactRecord): this {
    this.#put(TABLE.contact, record.account, encodeContact(record));
    this.#changes.push((state) => {
      state.contacts.set(record.account, record);
      state.peopleRevision++;
    });
    return this;
  }

  dropContact(account: AccountId): this {
    this.#drop(TABLE.contact, account);
    this.#changes.push((state) => {
      state.contacts.delete(account);
      state.peopleRevision++;
    });
    return this;
  }

  conversation(record: ConversationRecord): this {
    this.#put(TABLE.conversation, record.id, encodeConversation(record));
    this.#changes.push((state) => {
      const before = state.conversations.get(record.id);
      if (before?.group && before.group !== record.group) state.conversationOfGroup.delete(before.group);
      if (record.group !== null) state.conversationOfGroup.set(record.group, record.id);
      state.conversations.set(record.id, record);
      if (before === undefined || !isAmongSame(before, record)) state.peopleRevision++;
      const isFurther =
        before && (record.sentThrough > before.sentThrough || record.delivered > before.delivered);
      if (isFurther === true)
        for (const own of state.outbox.get(record.id)?.values() ?? []) setOutbox(state, stageIn(record, own));
    });
    return this;
  }

  dropConversation(id: ConversationId): this {
    this.#drop(TABLE.conversation, id);
    this.#changes.push((state) => {
      const group = state.conversations.get(id)?.group;
      if (group) state.conversationOfGroup.delete(group);
      state.conversations.delete(id);
      state.peopleRevision++;
    });
    return this;
  }

  group(group: MlsGroup, delta: GroupDelta): this {
    for (const part of delta.drop) this.#drop(TABLE.group, groupPartKey(group.id, part));
    for (const [part, value] of delta.put) this.#put(TABLE.group, groupPartKey(group.id, part), value);
    this.#changes.push((state) => {
      state.groups.set(group.id, group);
      const parts = state.groupParts.get(group.id) ?? new Map<string, Uint8Array>();
      for (const part of delta.drop) parts.delete(part);
      for (const part of delta.put.keys()) parts.set(part, NOTHING);
      state.groupParts.set(group.id, parts);
    });
    return this;
  }

  /** Forgets a group with all its keys, but not that it was there. The server has to be told only if {@link leaving} says so. */
  dropGroup(group: GroupId, state: StoredState): this {
    if (!this.#writes.has(`${TABLE.leaving} ${group}`)) this.left(group);
    for (const part of state.groupParts.get(group)?.keys() ?? [])
      this.#drop(TABLE.group, groupPartKey(group, part));
    this.#changes.push((now) => {
      now.groups.delete(group);
      now.groupParts.delete(group);
    });
    return this.dropRoom(group).dropPending(group);
  }

  room(record: RoomRecord): this {
    this.#put(TABLE.room, record.group, encodeRoom(record));
    this.#changes.push((state) => state.rooms.set(record.group, record));
    return this;
  }

  dropRoom(group: GroupId): this {
    this.#drop(TABLE.room, group);
    this.#changes.push((state) => state.rooms.delete(group));
    return this;
  }

  pending(record: PendingCommit): this {
    this.#put(TABLE.pending, record.group, encodePending(record));
    this.#changes.push((state) => state.pending.set(record.group, record));
    return this;
  }

  dropPending(group: GroupId): this {
    this.#drop(TABLE.pending, group);
    this.#changes.push((state) => state.pending.delete(group));
    return this;
  }

  /** What is wished of a group; an empty list: nothing more. */
  wishes(conversation: ConversationId, wishes: readonly Wish[]): this {
    if (wishes.length === 0) this.#drop(TABLE.wish, conversation);
    else this.#put(TABLE.wish, conversation, encodeWishes(wishes));
    this.#changes.push((state) => {
      if (wishes.length === 0) state.wishes.delete(conversation);
      else state.wishes.set(conversation, wishes);
    });
    return this;
  }

  conversationKey(conversation: ConversationId, key: Uint8Array): this {
    this.#put(TABLE.conversationKey, conversation, key);
    this.#changes.push((state) => state.conversationKeys.set(conversation, key));
    return this;
  }

  /** The group's Welcome waits, with `added` behind what has been kept of it before. */
  waiting(record: WaitingWelcome, added: readonly KeptEntry[] = []): this {
    const kept = added.map(encodeKept);
    const sizeBytes = kept.reduce((sum, { length }) => sum + length, record.sizeBytes);
    const next = { ...record, entries: record.entries + added.length, sizeBytes };
    this.#put(TABLE.waiting, record.group, encodeWaiting(next));
    for (const [i, bytes] of kept.entries())
      this.#put(TABLE.waitingEntry, waitingEntryKey(record.group, record.entries + i), bytes);
    this.#changes.push((state) => state.waiting.set(record.group, next));
    return this;
  }

  dropWaiting({ group, entries }: WaitingWelcome): this {
    this.#drop(TABLE.waiting, group);
    for (let i = 0; i < entries; i++) this.#drop(TABLE.waitingEntry, waitingEntryKey(group, i));
    this.#changes.push((state) => state.waiting.delete(group));
    return this;
  }

  /** The device is out of the group, and the server has to be told. */
  leaving(group: GroupId): this {
    this.#put(TABLE.leaving, group, NOTHING);
    this.#changes.push((state) => {
      state.leaving.add(group);
      state.left.add(group);
    });
    return this;
  }

  /** The device is out of the group, and the server knows. */
  left(group: GroupId): this {
    this.#put(TABLE.leaving, group, TOLD);
    this.#changes.push((state) => {
      state.leaving.delete(group);
      state.left.add(group);
    });
    return this;
  }

  /** The device is in the group again. */
  entered(group: GroupId): this {
    this.#drop(TABLE.leaving, group);
    this.#changes.push((state) => {
      state.leaving.delete(group);
      state.left.delete(group);
    });
    return this;
  }

  keyPackage(ref: string, stored: StoredKeyPackage): this {
    this.#put(TABLE.keyPackage, ref, encodeKeyPackage(stored));
    this.#changes.push((state) => state.keyPackages.set(ref, stored));
    return this;
  }

  dropKeyPackage(ref: string): this {
    this.#drop(TABLE.keyPackage, ref);
    this.#changes.push((state) => state.keyPackages.delete(ref));
    return this;
  }

  outbox(record: OutboxRecord): this {
    this.#put(TABLE.outbox, orderKey(record.conversation, record.order), encodeOutbox(record));
    this.#changes.push((state) => setOutbox(state, record));
    return this;
  }

  dropOutbox({ conversation, order }: OutboxRecord): this {
    this.#drop(TABLE.outbox, orderKey(conversation, order));
    this.#changes.push((state) => {
      state.outbox.get(conversation)?.delete(order);
      state.unsent.get(conversation)?.delete(order);
      state.unconfirmed.get(conversation)?.delete(order);
    });
    return this;
  }

  history(record: HistoryRecord): this {
    this.#put(TABLE.history, orderKey(record.conversation, record.order), encodeHistory(record));
    this.#put(
      TABLE.messageId,
      messageIdKey(record.conversation, record.id, record.from),
      encodeOrder(record.order),
    );
    return this;
  }

  imported(conversation: ConversationId, record: ImportRecord): this {
    this.#put(TABLE.imported, conversation, encodeImport(record));
    this.#changes.push((state) => state.imported.set(conversation, record));
    return this;
  }

  settings(settings: Settings): this {
    this.#put(TABLE.meta, SETTINGS_KEY, encodeSettings(settings));
    this.#changes.push((state) => {
      state.settings = settings;
    });
    return this;
  }

  ownProfile(own: OwnProfileKey): this {
    this.#put(TABLE.meta, OWN_PROFILE_KEY, encodeOwnProfileKey(own));
    this.#changes.push((state) => {
      state.ownProfile = own;
    });
    return this;
  }

  profileKey(account: AccountId, key: ProfileKey): this {
    this.#put(TABLE.profileKey, account, encodeProfileKey(key));
    this.#changes.push((state) => state.profileKeys.set(account, key));
    return this;
  }

  dropProfileKey(account: AccountId): this {
    this.#drop(TABLE.profileKey, account);
    this.#changes.push((state) => state.profileKeys.delete(account));
    return this;
  }

  profileTold(conversation: ConversationId, told: ToldProfile): this {
    this.#put(TABLE.profileTold, conversation, encodeToldProfile(told));
    this.#changes.push((state) => state.profilesTold.set(conversation, told));
    return this;
  }

  /** All mailbox entries up to `sequence` are dealt with by this transaction. */
  cursor(sequence: number): this {
    this.#cursor = sequence;
    return this;
  }

  store(store: StoreId): this {
    this.#store = store;
    return this;
  }

  /** The writes, the store counter among them: it counts while the server is `connected`. */
  writes(position: Position, connected: boolean): { writes: readonly StoreWrite[]; position: Position } {
    const next: Position = {
      storeCounter: position.storeCounter + (connected ? 1 : 0),
      cursor: this.#cursor ?? position.cursor,
      store: this.#store ?? position.store,
    };
    this.#put(TABLE.meta, POSITION_KEY, encodePosition(next));
    return { writes: [...this.#writes.values()], position: next };
  }

  /** Makes the change to the mirror. */
  adopt(state: StoredState, position: Position): void {
    state.position = position;
    for (const change of this.#changes) change(state);
  }

  #put(table: string, key: string, value: Uint8Array): void {
    this.#writes.set(`${table} ${key}`, { put: table, key, value });
  }

  #drop(table: string, key: string): void {
    this.#writes.set(`${table} ${key}`, { drop: table, key });
  }
}

/** The same people are in the conversation, and nobody has come in anew. */
function isAmongSame(before: ConversationRecord, after: ConversationRecord): boolean {
  return (
    before.state === after.state &&
    before.group === after.group &&
    before.baseIndex === after.baseIndex &&
    before.facts?.members === after.facts?.members
  );
}

function setOutbox({ outbox, unsent, unconfirmed }: StoredState, record: OutboxRecord): void {
  recordsOf(outbox, record.conversation).set(record.order, record);
  setIf(isUnsent(record), unsent, record);
  setIf(isUnconfirmed(record), unconfirmed, record);
}

function setIf(holds: boolean, index: StoredState["outbox"], record: OutboxRecord): void {
  if (holds) recordsOf(index, record.conversation).set(record.order, record);
  else index.get(record.conversation)?.delete(record.order);
}

function recordsOf(
  outbox: Map<ConversationId, Map<number, OutboxRecord>>,
  conversation: ConversationId,
): Map<number, OutboxRecord> {
  const records = outbox.get(conversation) ?? new Map<number, OutboxRecord>();
  outbox.set(conversation, records);
  return records;
}

const NOTHING = new Uint8Array(0);
const TOLD = Uint8Array.of(1);
