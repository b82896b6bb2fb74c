/** Homes without a server that hold a history of a test's making, for tests of archives. */
import type { CryptoProvider } from "@sotto/crypto";
import { createMlsEngine, createNobleProvider, pairConversationId } from "@sotto/crypto";
import type { TestAccount } from "@sotto/crypto/testing";
import { makeAccount, makeDevice, seededRandom } from "@sotto/crypto/testing";
import type { AccountId, ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { identityWrite } from "../account/deviceRecords.ts";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import { createMemoryShelf } from "../adapters/memory/fileShelf.ts";
import type { FileContent, Sotto, SottoHome } from "../api.ts";
import type { ConversationRecord } from "../engine/records/conversation.ts";
import type { HistoryRecord } from "../engine/records/history.ts";
import { encodeConversation } from "../engine/records/conversation.ts";
import { encodeHistory } from "../engine/records/history.ts";
import { encodeOrder, messageIdKey, orderKey } from "../engine/records/keys.ts";
import { TABLE } from "../engine/records/table.ts";
import type { StoreWrite } from "../ports/store.ts";
import { createFakeClock } from "./fakeClock.ts";
import { memoryHome } from "./memoryHome.ts";

export const crypto: CryptoProvider = createNobleProvider(seededRandom("history home"));
export const owner: TestAccount = makeAccount(crypto);
export const BOB: AccountId = idOf(crypto.random(16));
export const WITH_BOB: ConversationId = pairConversationId(crypto, owner.account, BOB);

/** A message of the conversation with bob: what a test says of it, the rest follows from its number. */
export interface Told {
  readonly number: number;
  readonly order: number;
  readonly mine?: boolean;
  readonly text?: string;
  readonly files?: readonly FileManifest[];
}

/** A new device of the owner with this history, which is bob's and the owner's. */
export async function openDeviceWith(history: readonly Told[], account: TestAccount = owner): Promise<Sotto> {
  return (await homeWith(history, account)).open();
}

/** {@link openDeviceWith} for a test that opens it more than once. */
export async function homeWith(history: readonly Told[], account: TestAccount = owner): Promise<SottoHome> {
  const device = await makeDevice(crypto, account);
  const disk = createMemoryDisk();
  const { credential } = device;
  disk.apply([
    identityWrite({
      ...device,
      account: credential.account,
      userName: "alice",
      device: credential.device,
      mailbox: credential.mailbox,
      hpkePrivateKey: new Uint8Array(32),
      hpkePublicKey: new Uint8Array(32),
      deviceList: new Uint8Array(),
      suite: 1,
      server: "https://sotto.example",
      token: new Uint8Array(32),
      vaultKey: new Uint8Array(32),
      vaultVersion: 1,
    }),
    ...(history.length === 0 ? [] : writesOf(history)),
  ]);
  const unreachable = { kind: "unreachable", reason: "offline" } as const;
  const shelf = createMemoryShelf();
  return memoryHome({
    disk,
    shelf: async () => shelf,
    crypto,
    mls: createMlsEngine(crypto),
    clock: createFakeClock(),
    transport: () => async () => unreachable,
    connect: () => ({
      transport: async () => unreachable,
      openSocket: () => ({ send: () => {}, close: () => {} }),
      request: async () => unreachable,
      close: () => {},
    }),
  });
}

function writesOf(history: readonly Told[]): readonly StoreWrite[] {
  const highest = Math.max(...history.map(({ order }) => order));
  return [
    { put: TABLE.conversation, key: WITH_BOB, value: encodeConversation(conversationOf(highest + 1)) },
    ...history.flatMap((told): StoreWrite[] => {
      const record = recordOf(told);
      const { id, from, order } = record;
      return [
        { put: TABLE.history, key: orderKey(WITH_BOB, order), value: encodeHistory(record) },
        { put: TABLE.messageId, key: messageIdKey(WITH_BOB, id, from), value: encodeOrder(order) },
      ];
    }),
  ];
}

export function messageId(number: number): MessageId {
  return number.toString(16).padStart(32, "0") as MessageId;
}

function recordOf({
  number,
  order,
  mine = number % 2 === 0,
  text = `message ${number}`,
  files = [],
}: Told): HistoryRecord {
  return {
    conversation: WITH_BOB,
    order,
    id: messageId(number),
    from: mine ? owner.account : BOB,
    text,
    files,
    event: null,
    replyTo: number % 5 === 0 ? messageId(number - 1) : null,
    sentAtMs: number,
    storedAtMs: number + 1,
    path: "relay",
    settled: null,
  };
}

function conversationOf(nextOrder: number): ConversationRecord {
  return {
    id: WITH_BOB,
    peer: BOB,
    facts: null,
    base: 0,
    baseIndex: 0,
    baseTakenIndex: 0,
    takenIndex: 0,
    enteredIndex: 0,
    joinedIndex: 0,
    state: "ended",
    group: null,
    headIndex: 0,
    headHash: new Uint8Array(32),
    headHandshake: new Uint8Array(32),
    pastHash: null,
    keysRenewedAtMs: 0,
    ownKeysAtMs: 0,
    stream: idOf(new Uint8Array(16)),
    lastCounter: 0,
    lastHash: new Uint8Array(32),
    delivered: 0,
    read: 0,
    sentThrough: 0,
    streams: [],
    nextOrder,
    unread: 0,
    readOrder: nextOrder - 1,
  };
}

/** All of an archive, as a file. */
export async function exported(sotto: Sotto, passphrase?: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of sotto.history.export(passphrase === undefined ? {} : { passphrase }))
    chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

export function fileOf(bytes: Uint8Array): FileContent {
  return {
    size: bytes.length,
    slice: (start, end) => ({ arrayBuffer: async () => bytes.slice(start, end).buffer }),
  };
}
