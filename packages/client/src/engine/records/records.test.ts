import type { CborValue } from "@sotto/protocol";
import { decodeCbor, encodeCbor, idOf } from "@sotto/protocol";
import { expect, it } from "vitest";
import { manifestOf } from "../../testing/manifests.ts";
import { MAX_ORDER } from "../order.ts";
import type { GroupEvent } from "../contract.ts";
import type { ConversationRecord } from "./conversation.ts";
import type { HistoryRecord } from "./history.ts";
import type { Identity } from "./identity.ts";
import type { OutboxRecord } from "./outbox.ts";
import { decodeContact, encodeContact } from "./contact.ts";
import { decodeConversation, encodeConversation } from "./conversation.ts";
import { decodeHistory, encodeHistory } from "./history.ts";
import { decodeIdentity, encodeIdentity } from "./identity.ts";
import { decodeImport, encodeImport } from "./imported.ts";
import { decodeKeyPackage, encodeKeyPackage } from "./keyPackage.ts";
import { orderKey } from "./keys.ts";
import { decodeOutbox, encodeOutbox } from "./outbox.ts";
import { decodePending, encodePending } from "./pending.ts";
import { decodePosition, encodePosition } from "./position.ts";

const bytes = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);
const id = (value: number): never => idOf<never>(bytes(16, value));

const identity: Identity = {
  account: id(1),
  userName: "alice",
  device: id(2),
  mailbox: id(3),
  credential: {
    account: id(1),
    device: id(2),
    mailbox: id(3),
    accountKey: bytes(32, 4),
    listVersion: 1,
    signature: bytes(64, 5),
  },
  leafPrivateKey: bytes(32, 6),
  leafPublicKey: bytes(32, 7),
  hpkePrivateKey: bytes(32, 8),
  hpkePublicKey: bytes(1216, 9),
  deviceList: bytes(20, 1),
  suite: 83,
  server: "http://localhost:5555",
  token: bytes(32, 2),
  vaultKey: bytes(32, 3),
  vaultVersion: 4,
};
const conversation: ConversationRecord = {
  id: id(1),
  peer: id(2),
  facts: null,
  state: "active",
  group: id(3),
  headIndex: 5,
  headHash: bytes(32, 1),
  headHandshake: bytes(32, 4),
  pastHash: null,
  keysRenewedAtMs: 1_800_000_000_000,
  ownKeysAtMs: 1_700_000_000_000,
  stream: id(4),
  lastCounter: 9,
  lastHash: bytes(32, 2),
  base: 3,
  baseIndex: 4,
  baseTakenIndex: 2,
  takenIndex: 4,
  enteredIndex: 1,
  joinedIndex: 3,
  delivered: 8,
  read: 7,
  streams: [
    {
      stream: id(5),
      account: id(2),
      device: id(6),
      high: 4,
      lastHash: bytes(32, 3),
      missing: [2, 3],
      read: 1,
      receiptedDelivered: 1,
      receiptedRead: 0,
      recent: [],
    },
  ],
  nextOrder: 12,
  unread: 2,
  sentThrough: 9,
  readOrder: 3,
};
const outbox: OutboxRecord = {
  conversation: id(1),
  order: 3,
  id: id(2),
  text: "hello",
  files: [],
  replyTo: null,
  composedAtMs: 7,
  stage: "encrypted",
  counter: 2,
  content: bytes(3, 1),
  ciphertext: bytes(4, 1),
  index: 5,
  path: "direct",
};
const history: HistoryRecord = {
  conversation: id(1),
  order: 3,
  id: id(2),
  from: id(3),
  text: "hello",
  files: [],
  event: null,
  replyTo: id(4),
  sentAtMs: 1,
  storedAtMs: 2,
  path: "relay",
  settled: "sent",
};

it("every record reads as it was written", () => {
  expect(decodeIdentity(encodeIdentity(identity))).toEqual(identity);
  expect(decodeConversation(encodeConversation(conversation))).toEqual(conversation);
  expect(decodeOutbox(encodeOutbox(outbox))).toEqual(outbox);
  expect(decodeHistory(encodeHistory(history))).toEqual(history);
  expect(decodeHistory(encodeHistory({ ...history, settled: null }))?.settled).toBeNull();
  expect(decodeImport(encodeImport({ peerName: "bob" }))).toEqual({ peerName: "bob" });
  const position = { storeCounter: 3, cursor: 4, store: id(1) };
  expect(decodePosition(encodePosition(position))).toEqual(position);
  const stored = { publicBytes: bytes(3, 1), privateBytes: bytes(3, 2), lastResort: true };
  expect(decodeKeyPackage(encodeKeyPackage(stored))).toEqual(stored);
  const contact = {
    account: id(1),
    userName: "bob",
    state: "incoming",
    accountKey: bytes(32, 1),
    listVersion: 2,
    keysChanged: false,
  } as const;
  expect(decodeContact(encodeContact(contact))).toEqual(contact);
  const pending = {
    group: id(1),
    index: 2,
    reason: "repair",
    handshake: bytes(2, 1),
    next: bytes(2, 2),
    frame: bytes(2, 3),
    takenBy: id(9),
  } as const;
  expect(decodePending(encodePending(pending))).toEqual(pending);
});

it("messages that offer files read as they were written, and those of before files as texts", () => {
  const files = [manifestOf(1), manifestOf(2, { picture: null, modifiedAtMs: null })];
  const gone = manifestOf(3, { key: new Uint8Array(0), root: new Uint8Array(0) });
  expect(decodeOutbox(encodeOutbox({ ...outbox, files }))).toEqual({ ...outbox, files });
  expect(decodeHistory(encodeHistory({ ...history, files: [gone] }))).toEqual({ ...history, files: [gone] });
  const oldOutbox = [
    1,
    bytes(16, 1),
    3,
    bytes(16, 2),
    "hello",
    null,
    7,
    1,
    2,
    bytes(3, 1),
    bytes(4, 1),
    5,
    true,
  ];
  expect(decodeOutbox(encodeCbor(oldOutbox))).toEqual(outbox);
  expect(encodeOutbox(outbox)).toEqual(encodeCbor(oldOutbox));
  const oldHistory = [1, bytes(16, 1), 3, bytes(16, 2), bytes(16, 3), "hello", bytes(16, 4), 1, 2, false, 1];
  expect(decodeHistory(encodeCbor(oldHistory))).toEqual(history);
});

it("a group's conversation reads as it was written, and a pair of before there were groups", () => {
  const charter = { name: "walks", owner: id(1), admins: [id(2)], keyId: null, room: false } as const;
  const confirmed = [{ account: id(2), delivered: 3, read: 1 }] as const;
  const facts = { kind: "group", charter, members: [id(1), id(2)], confirmed } as const;
  const group = { ...conversation, peer: null, facts };
  expect(decodeConversation(encodeConversation(group))).toEqual(group);
  const fields = decodeCbor(encodeConversation(conversation)) as readonly CborValue[];
  expect(decodeConversation(encodeCbor([1, ...fields.slice(1, -7)]))).toEqual({
    ...conversation,
    base: 0,
    baseIndex: conversation.headIndex,
    baseTakenIndex: 0,
    takenIndex: 0,
    enteredIndex: 0,
    joinedIndex: 0,
  });
});

it("lines about a group read as they were written", () => {
  const line = { ...history, text: "", replyTo: null, settled: null };
  const events: readonly GroupEvent[] = [
    { kind: "created", name: "walks" },
    { kind: "added", accounts: [id(5), id(6)] },
    { kind: "removed", accounts: [id(5)] },
    { kind: "left" },
    { kind: "renamed", name: "rides" },
    { kind: "role", account: id(5), role: "admin" },
    { kind: "refused" },
  ];
  for (const event of events)
    expect(decodeHistory(encodeHistory({ ...line, event }))).toEqual({ ...line, event });
  const role = decodeCbor(
    encodeHistory({ ...line, event: { kind: "role", account: id(5), role: "owner" } }),
  ) as readonly CborValue[];
  expect(decodeHistory(encodeCbor([...role.slice(0, -1), [5, "", [], 0]]))).toBeUndefined();
  expect(decodeHistory(encodeCbor([...role.slice(0, -1), [5, "", [bytes(16, 5)], null]]))).toBeUndefined();
  expect(decodeHistory(encodeCbor([...role.slice(0, -1), [7, "", [], null]]))).toBeUndefined();
});

it("damaged records are seen as such", () => {
  for (const decode of [
    decodeIdentity,
    decodeConversation,
    decodeOutbox,
    decodeHistory,
    decodePosition,
    decodeKeyPackage,
    decodeContact,
    decodePending,
    decodeImport,
  ]) {
    expect(decode(bytes(5, 0x81))).toBeUndefined();
    expect(decode(new Uint8Array(0))).toBeUndefined();
  }
});

it("keys of orders sort as the numbers do", () => {
  expect([orderKey(id(1), 10), orderKey(id(1), 9), orderKey(id(1), 100_000)].toSorted()).toEqual([
    orderKey(id(1), 9),
    orderKey(id(1), 10),
    orderKey(id(1), 100_000),
  ]);
  expect(orderKey(id(1), MAX_ORDER) > orderKey(id(1), MAX_ORDER - 1)).toBe(true);
});
