/** What is under way when a file is given up, or cannot be read for a moment. */
import { createNobleProvider } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { BlobId, ConversationId, GroupId, MessageId, TransferId } from "@sotto/protocol";
import {
  addLeaf,
  createHave,
  encodeFileFrame,
  FILE_LEAF_BYTES,
  idOf,
  leafBytes,
  parcelBytes,
} from "@sotto/protocol";
import { expect, test } from "vitest";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import { createMemoryShelf } from "../adapters/memory/fileShelf.ts";
import type { BlobAnswer } from "../ports/blobs.ts";
import { createFakeClock } from "../testing/fakeClock.ts";
import { createParcels, hashKey } from "./parcels.ts";
import type { TransferRecord } from "./record.ts";
import { TRANSFER_TABLE } from "./record.ts";
import { createTransfers } from "./runtime.ts";

const crypto = createNobleProvider(seededRandom("transfers"));
const file: TransferRecord = {
  transfer: idOf<TransferId>(new Uint8Array(16).fill(1)),
  conversation: idOf<ConversationId>(new Uint8Array(16).fill(2)),
  message: idOf<MessageId>(new Uint8Array(16).fill(3)),
  mine: false,
  path: ["a"],
  sizeBytes: 100,
  key: new Uint8Array(32),
  root: new Uint8Array(32),
  state: "wanted",
  paused: false,
  reason: null,
  relay: "none",
  relayUntilMs: 0,
  peerBelow: 0,
  owed: null,
  receipt: "none",
  losses: 0,
};

test("of a file that is given up nothing is written any more, though a leaf of it still comes", async () => {
  const shelf = createMemoryShelf();
  const held = createHave(1);
  addLeaf(held, 0);
  const answers: ((answer: BlobAnswer<Uint8Array>) => void)[] = [];
  const asked = Promise.withResolvers<void>();
  const ok = { kind: "ok", value: undefined } as const;
  const status = { kind: "ok", value: { leafCount: 1, held, expiresAtMs: 1e15 } } as const;
  const judged = Promise.withResolvers<void>();
  const transfers = createTransfers(
    {
      shelf,
      store: createMemoryDisk().open(),
      links: { of: () => undefined, send() {}, bufferedBytes: () => 0, close() {} },
      blobs: {
        create: async () => status,
        status: async () => status,
        put: async () => ok,
        get: () =>
          new Promise((resolve) => {
            answers.push(resolve);
            asked.resolve();
          }),
        done: async () => ok,
      },
      blobIdOf: () => "" as BlobId,
      parcels: {
        parcelOf: async () => undefined,
        async isValid() {
          judged.resolve();
          return true;
        },
        contentOf: async () => undefined,
      },
      clock: createFakeClock(),
      surroundings: {
        wayOf: () => ({ group: "" as GroupId, mode: "relay", link: undefined }),
        random: () => 0,
      },
      attend() {},
      receipt() {},
      onView() {},
      onFault: (error) => {
        throw error;
      },
    },
    [file],
  );
  await asked.promise;
  expect(await shelf.list()).toHaveLength(1);
  await transfers.command(file.transfer, "cancel");
  for (const answer of answers) answer({ kind: "ok", value: new Uint8Array(leafBytes(100, 0) + 16) });
  await judged.promise;
  await transfers.close();
  expect(await shelf.list()).toEqual([]);
});

test("FIL-11 all that was asked for goes over a channel that sends at once what it is given, and so never says that it has drained", async () => {
  const own: TransferRecord = { ...file, mine: true, state: "offered", sizeBytes: 3 * FILE_LEAF_BYTES };
  const shelf = createMemoryShelf();
  const place = await shelf.open(own.transfer, own.sizeBytes);
  for (const leaf of [0, 1, 2]) await place.write(leaf, new Uint8Array(FILE_LEAF_BYTES + 16));
  await place.close();
  const refused = { kind: "unreachable", reason: "offline" } as const;
  const [all, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let sent = 0;
  const transfers = createTransfers(
    {
      shelf,
      store: createMemoryDisk().open(),
      links: {
        of: () => 1,
        send: () => ++sent === 3 * 17 && all.resolve(),
        bufferedBytes: () => 0,
        close() {},
      },
      blobs: {
        create: async () => refused,
        status: async () => refused,
        put: async () => refused,
        get: async () => refused,
        done: async () => refused,
      },
      blobIdOf: () => "" as BlobId,
      parcels: {
        async parcelOf({ sizeBytes }, leaf, sealed) {
          // The disk gives the second one first.
          if (leaf === 0) await second.promise;
          if (leaf === 1) second.resolve();
          return { sealed, path: new Uint8Array(parcelBytes(sizeBytes, leaf) - sealed.length) };
        },
        isValid: async () => true,
        contentOf: async () => undefined,
      },
      clock: createFakeClock(),
      surroundings: { wayOf: () => ({ group: "" as GroupId, mode: "direct", link: 1 }), random: () => 0 },
      attend() {},
      receipt() {},
      onView() {},
      onFault: all.reject,
    },
    [own],
  );
  const request = { type: "request", transfer: own.transfer, first: 0, count: 3, held: 0 } as const;
  transfers.frame(1, own.conversation, encodeFileFrame(request));
  await all.promise;
  await transfers.close();
});

test("hashes that could not be read once are read again", async () => {
  const disk = createMemoryDisk();
  disk.apply([{ put: TRANSFER_TABLE, key: hashKey(file.transfer), value: new Uint8Array(32) }]);
  const store = disk.open();
  let failures = 1;
  const parcels = createParcels(crypto, {
    get: (table, key) => (failures-- > 0 ? Promise.reject(new Error("busy")) : store.get(table, key)),
  });
  const sealed = new Uint8Array(leafBytes(100, 0) + 16);
  await expect(parcels.parcelOf(file, 0, sealed)).rejects.toThrow("busy");
  // Another file's hashes, but they are read.
  expect(await parcels.parcelOf(file, 0, sealed)).toBeUndefined();
});
